// The loops of the text kernels, over the registers of one instruction set.
//
// `Isa` is a type in the unnamed namespace of the file that includes this (see kernels_tiled.h).
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "wordvec/simd/text_kernels.h"

namespace wordvec::simd {

// A number of up to 24 bits and a power of ten of up to 10^10 are both exact in float32, so that
// one division gives the float32 nearest to their quotient.
inline constexpr uint32_t kMaxMantissa = (1U << 24) - 1;
inline constexpr size_t kMaxDecimals = 10;

// Isa has:
//   kMarginBytes: as long as more text than this is left, parse_some() can go on
//   parse_some(at, end, count, values, parse_field): like parse_values(), for text that goes on for
//     more than kMarginBytes; reads as many fields as it can, which may be none, and at most
//     `count`. Returns {where the last one ends, how many there are}; {nullptr, 0} as
//     parse_values()
template <class Isa>
struct TextFields {
  static const char* parse_values(const char* at, const char* end, size_t count, float* values,
                                  ParseField parse_field) noexcept {
    while (count > 0) {
      const auto left = static_cast<size_t>(end - at);
      if (left <= Isa::kMarginBytes) return parse_last(at, left, count, values, parse_field);
      const auto some = Isa::parse_some(at, end, count, values, parse_field);
      at = some.end;
      values += some.count;
      count -= some.count;
      if (some.count > 0) continue;
      if (at == nullptr) return nullptr;
      at = parse_long_field(at, end, values, parse_field);
      if (at == nullptr) return nullptr;
      ++values;
      --count;
    }
    return at;
  }

 private:
  static const char* parse_long_field(const char* at, const char* end, float* value,
                                      ParseField parse_field) noexcept {
    if (*at != ' ' && *at != '\t') return nullptr;
    const char* const field = ++at;
    while (at != end && *at != ' ' && *at != '\t' && *at != '\n' && *at != '\r') ++at;
    return parse_field(field, at, value) ? at : nullptr;
  }

  // The last bytes, copied to where it does no harm to read on.
  static const char* parse_last(const char* at, size_t left, size_t count, float* values,
                                ParseField parse_field) noexcept {
    constexpr size_t kMax = Isa::kMarginBytes;
    char text[2 * kMax + 1];
    memcpy(text, at, left);
    memset(text + left, '\n', sizeof text - left);
    const char* copy = text;
    while (count > 0) {
      if (copy >= text + left) return nullptr;
      const auto some = Isa::parse_some(copy, text + sizeof text, count, values, parse_field);
      if (some.count == 0) return nullptr;
      copy = some.end;
      values += some.count;
      count -= some.count;
    }
    return at + (copy - text);
  }
};

// Isa of IndexedText has:
//   find_ends(text, ends, line_ends): of 64 bytes, a bit for each space, tab, '\n' and '\r', and
//     one for each of the latter two
//   kBatch: how many fields parse_batch() reads
//   parse_batch(text, ends, values): field i is text[ends[i] + 1 … ends[i + 1]), and 16 bytes can
//     be read from each of them. Returns a bit for each field whose value is not to be used.
template <class Isa>
struct IndexedText {
  static constexpr size_t kBlockBytes = 64;
  static constexpr size_t kFieldBytes = 16;
  static constexpr size_t kMarginBytes = kBlockBytes + kFieldBytes;

  struct Some {
    const char* end;
    size_t count;
  };

  static Some parse_some(const char* at, const char* end, size_t count, float* values,
                         ParseField parse_field) noexcept {
    constexpr size_t kMaxFields = 1024;
    // Past the last field there may be the ends of a whole block, eight at a time.
    uint32_t ends[kMaxFields + kBlockBytes + 8];
    const size_t wanted = (count < kMaxFields ? count : kMaxFields) + 1;
    size_t found = 0;
    const char* block = at;
    bool line_ended = false;
    do {
      uint64_t all = 0;
      uint64_t line_ends = 0;
      Isa::find_ends(block, all, line_ends);
      if (line_ends != 0) {
        all &= line_ends ^ (line_ends - 1);  // none behind the first
        line_ended = true;
      }
      found += append_positions(all, static_cast<uint32_t>(block - at), ends + found);
      block += kBlockBytes;
    } while (found < wanted && !line_ended && static_cast<size_t>(end - block) > kMarginBytes);
    if (found > wanted) found = wanted;
    if (found == 0 || ends[0] != 0) return {nullptr, 0};
    const size_t fields = found - 1;
    if (!parse_fields(at, ends, fields, values, parse_field)) return {nullptr, 0};
    return {at + ends[fields], fields};
  }

 private:
  static size_t append_positions(uint64_t bits, uint32_t base, uint32_t* positions) noexcept {
    const auto count = static_cast<size_t>(__builtin_popcountll(bits));
    // Eight at once, needed or not: a loop that ends early would be mispredicted.
    for (size_t done = 0; done < count; done += 8) {
      for (size_t i = 0; i < 8; ++i) {
        positions[done + i] = base + static_cast<uint32_t>(__builtin_ctzll(bits | (1ULL << 63)));
        bits &= bits - 1;
      }
    }
    return count;
  }

  static bool parse_fields(const char* text, const uint32_t* ends, size_t count, float* values,
                           ParseField parse_field) noexcept {
    constexpr size_t kBatch = Isa::kBatch;
    if (count < kBatch) {
      for (size_t i = 0; i < count; ++i) {
        if (!parse_field(text + ends[i] + 1, text + ends[i + 1], values + i)) return false;
      }
      return true;
    }
    for (size_t i = 0; i < count; i += kBatch) {
      if (count - i < kBatch) i = count - kBatch;  // some of them again
      uint32_t odd = Isa::parse_batch(text, ends + i, values + i);
      for (; odd != 0; odd &= odd - 1) {
        const size_t f = i + static_cast<size_t>(__builtin_ctz(odd));
        if (!parse_field(text + ends[f] + 1, text + ends[f + 1], values + f)) return false;
      }
    }
    return true;
  }
};

}  // namespace wordvec::simd
