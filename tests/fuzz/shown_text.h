// What may go to a terminal, told without the code that sees to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wordvec::fuzz {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size_bytes = 0;
};

// The first character of `text`, by table 3-7 of the Unicode standard; nullopt: it is not UTF-8.
inline std::optional<CodePoint> first_code_point(std::string_view text) {
  const auto at = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto is_tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return at(i) >= low && at(i) <= high;
  };
  const unsigned first = at(0);
  if (text.empty()) return std::nullopt;
  if (first < 0x80) return CodePoint{first, 1};
  if (first >= 0xC2 && first <= 0xDF && is_tail(1)) {
    return CodePoint{(first & 0x1FU) << 6U | (at(1) & 0x3FU), 2};
  }
  if ((first & 0xF0U) == 0xE0 && is_tail(2) &&
      is_tail(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF)) {
    return CodePoint{(first & 0xFU) << 12U | (at(1) & 0x3FU) << 6U | (at(2) & 0x3FU), 3};
  }
  if (first >= 0xF0 && first <= 0xF4 && is_tail(2) && is_tail(3) &&
      is_tail(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF)) {
    return CodePoint{
        (first & 0x7U) << 18U | (at(1) & 0x3FU) << 12U | (at(2) & 0x3FU) << 6U | (at(3) & 0x3FU),
        4};
  }
  return std::nullopt;
}

// Controls, and what turns the direction of the text after it (UAX #9).
inline bool is_unsafe(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

inline bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto c = first_code_point(text);
    if (!c) return false;
    text.remove_prefix(c->size_bytes);
  }
  return true;
}

// True when `text` is UTF-8 and does nothing to a terminal but show characters.
inline bool is_safe(std::string_view text) {
  while (!text.empty()) {
    const auto c = first_code_point(text);
    if (!c || is_unsafe(c->value)) return false;
    text.remove_prefix(c->size_bytes);
  }
  return true;
}

}  // namespace wordvec::fuzz
