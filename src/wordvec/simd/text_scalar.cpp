// Plain C++: eight digits at a time in an integer.
#include "wordvec/simd/text_fields.h"

namespace wordvec::simd {
namespace {

constexpr uint64_t kEachByte = 0x0101010101010101;

constexpr float kPowers[] = {1e0F, 1e1F, 1e2F, 1e3F, 1e4F, 1e5F, 1e6F, 1e7F, 1e8F};
constexpr uint64_t kWholePowers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

struct Digits {
  uint64_t value;
  size_t count;  // at most 8
};

struct Scalar {
  static constexpr size_t kMarginBytes = 40;

  struct Some {
    const char* end;
    size_t count;
  };

  static Some parse_some(const char* at, const char* end, size_t count, float* values,
                         ParseField parse_field) noexcept {
    size_t done = 0;
    for (; done<count&& static_cast<size_t>(end - at)> kMarginBytes; ++done) {
      if (*at != ' ' && *at != '\t') return {nullptr, 0};
      ++at;
      const char* field_end = parse_plain(at, values + done);
      if (field_end == nullptr) {
        field_end = at;
        while (field_end != end && !ends_field(*field_end)) ++field_end;
        if (!parse_field(at, field_end, values + done)) return {nullptr, 0};
      }
      at = field_end;
    }
    return {at, done};
  }

 private:
  static bool ends_field(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  // The digits at the front of eight bytes.
  static Digits digits_at(const char* at) noexcept {
    uint64_t bytes = 0;
    memcpy(&bytes, at, sizeof bytes);
    static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
    bytes ^= '0' * kEachByte;
    // The lowest bit that is set marks the first byte above nine; those behind it may be wrong.
    const uint64_t others = (bytes | (bytes + (0x7f - 9) * kEachByte)) & (0x80 * kEachByte);
    const size_t count = others == 0 ? 8 : static_cast<size_t>(__builtin_ctzll(others)) / 8;
    const size_t half_gap = 4 * (8 - count);
    bytes = bytes << half_gap << half_gap;  // in two steps: 64 at once is not allowed
    bytes = bytes * 10 + (bytes >> 8);      // pairs, in every other byte
    constexpr uint64_t kPair = 0x000000ff000000ff;
    const uint64_t value = ((bytes & kPair) * (100 + (1000000ULL << 32)) +
                            ((bytes >> 16) & kPair) * (1 + (10000ULL << 32))) >>
                           32;
    return {value & 0xffffffff, count};
  }

  // Returns the end of the number, at the end of its field; nullptr when the common way does not
  // lead there. Reads up to 19 bytes.
  static const char* parse_plain(const char* at, float* value) noexcept {
    const bool negative = *at == '-';
    at += negative;
    Digits number = digits_at(at);
    at += number.count;
    size_t decimals = 0;
    size_t digits = number.count;
    if (*at == '.') {
      const Digits fraction = digits_at(at + 1);
      at += 1 + fraction.count;
      decimals = fraction.count;
      digits += decimals;
      number.value = number.value * kWholePowers[decimals] + fraction.value;
    }
    if (digits == 0 || number.value > kMaxMantissa || !ends_field(*at)) return nullptr;
    const float power = kPowers[decimals];
    *value = static_cast<float>(static_cast<int32_t>(number.value)) / (negative ? -power : power);
    return at;
  }
};

}  // namespace

const TextKernels kScalarTextKernels = {TextFields<Scalar>::parse_values};

}  // namespace wordvec::simd
