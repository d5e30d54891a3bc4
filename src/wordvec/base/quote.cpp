#include "wordvec/base/quote.h"

#include <algorithm>
#include <cctype>

#include "wordvec/base/exact_word.h"
#include "wordvec/base/utf8.h"

namespace wordvec {
namespace {

void append_escaped(std::string& out, std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (const char c : bytes) {
    switch (c) {
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        out += "\\x";
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
      }
    }
  }
}

bool is_control(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

// Without width, and not there to shape the character before or after.
bool is_hidden(std::uint32_t c) {
  if (c == 0x200C || c == 0x200D) return false;
  return c == 0xAD || c == 0x61C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         c == 0x34F || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || c == 0x3164 ||
         c == 0xFFA0 || (c >= 0x180B && c <= 0x180D) || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0x1D173 && c <= 0x1D17A) || (c >= 0xE0000 && c <= 0xE0FFF);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Char c = decode_utf8(text.substr(i));
    const std::string_view bytes = text.substr(i, c.size_bytes);
    if (!c.valid || is_control(c.code_point)) {
      append_escaped(out, bytes);
    } else if (is_hidden(c.code_point)) {
      out += escaped_code_point(c.code_point);
    } else {
      out += bytes;
    }
    i += c.size_bytes;
  }
  return out;
}

bool is_unprintable(std::uint32_t code_point) noexcept {
  return is_control(code_point) || is_hidden(code_point);
}

std::string in_quotes(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return '\'' + printable(text) + '\'';
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t size = decode_utf8(text.substr(end)).size_bytes;
    if (end + size > most_bytes) break;
    end += size;
  }
  return '\'' + printable(text.substr(0, end)) + "…' (" + std::to_string(text.size()) + " bytes)";
}

std::string shell_word(std::string_view text) {
  const bool is_plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || byte >= 0x80 ||
           std::string_view("/._-+:,=@%").find(c) != std::string_view::npos;
  });
  if (is_plain) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace wordvec
