#include "wordvec/base/utf8.h"

#include <utf8proc.h>

#include <algorithm>

namespace wordvec {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void append_code_point(std::string& out, utf8proc_int32_t code_point) {
  utf8proc_uint8_t buffer[4];
  const auto size = utf8proc_encode_char(code_point, buffer);
  out.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(size));
}

}  // namespace

Utf8Char decode_utf8(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1, true};
  utf8proc_int32_t code_point = 0;
  const auto size = utf8proc_iterate(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size(), 4)), &code_point);
  if (size <= 0) return {0xFFFD, 1, false};
  return {static_cast<std::uint32_t>(code_point), static_cast<std::size_t>(size), true};
}

bool is_valid_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Char c = decode_utf8(text.substr(i));
    if (!c.valid) return false;
    i += c.size_bytes;
  }
  return true;
}

std::string lower_case(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Char c = decode_utf8(text.substr(i));
    if (c.valid) {
      append_code_point(out, utf8proc_tolower(static_cast<utf8proc_int32_t>(c.code_point)));
    } else {
      out += text[i];
    }
    i += c.size_bytes;
  }
  return out;
}

bool is_lower_case(std::string_view text) {
  if (is_ascii(text)) {
    return std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  }
  return lower_case(text) == text;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Char c = decode_utf8(text.substr(i));
    width += c.valid && c.code_point >= 0x80
                 ? static_cast<std::size_t>(
                       std::max(0, utf8proc_charwidth(static_cast<utf8proc_int32_t>(c.code_point))))
                 : 1;
    i += c.size_bytes;
  }
  return width;
}

}  // namespace wordvec
