// Numbers in text as simd/text_kernels.h defines them, read again as plainly as possible.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <string>

namespace wordvec::test {

// A decimal number, as strtof reads it, and nothing else that strtof takes: no space before it, no
// hexadecimal, no "inf" or "nan". False also when it is too large for a float.
inline bool reference_field(const char* begin, const char* end, float* value) noexcept {
  const std::string text(begin, end);
  std::size_t at = 0;
  const auto skip_digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  const auto skip_any_of = [&](char a, char b) {
    const bool there = at < text.size() && (text[at] == a || text[at] == b);
    at += there ? 1 : 0;
    return there;
  };
  skip_any_of('+', '-');
  std::size_t digits = skip_digits();
  if (skip_any_of('.', '.')) digits += skip_digits();
  if (digits == 0) return false;
  if (skip_any_of('e', 'E')) {
    skip_any_of('+', '-');
    if (skip_digits() == 0) return false;
  }
  if (at != text.size()) return false;
  *value = std::strtof(text.c_str(), nullptr);
  return std::isfinite(*value);
}

// TextKernels::parse_values().
inline const char* reference_values(const char* at, const char* end, std::size_t count,
                                    float* values) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    if (at == end || (*at != ' ' && *at != '\t')) return nullptr;
    const char* const field = ++at;
    while (at != end && *at != ' ' && *at != '\t' && *at != '\n' && *at != '\r') ++at;
    if (!reference_field(field, at, values + i)) return nullptr;
  }
  return at;
}

}  // namespace wordvec::test
