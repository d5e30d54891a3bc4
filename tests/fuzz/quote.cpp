// Texts made safe to show, and UTF-8: whatever comes in, what goes out is UTF-8 that does nothing
// to a terminal, and says the same.
#include "wordvec/base/quote.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/input.h"
#include "fuzz/shown_text.h"
#include "wordvec/base/exact_word.h"
#include "wordvec/base/utf8.h"

namespace wordvec::fuzz {
namespace {

void append_utf8(std::string& out, std::uint32_t c) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | (c >> shift & 0x3FU)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | c >> 6U);
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | c >> 12U);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | c >> 18U);
    tail(12);
    tail(6);
    tail(0);
  }
}

// What printable() has escaped, of a text that had no backslash.
std::string unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '\\') {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    require(text.size() >= 2);
    const char kind = text[1];
    text.remove_prefix(2);
    const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    if (digits == 0) {
      require(kind == 'n' || kind == 'r' || kind == 't');
      out += kind == 'n' ? '\n' : kind == 'r' ? '\r' : '\t';
      continue;
    }
    require(text.size() >= digits);
    const auto number =
        static_cast<std::uint32_t>(std::stoul(std::string(text.substr(0, digits)), nullptr, 16));
    if (kind == 'x') {
      out += static_cast<char>(number);
    } else {
      append_utf8(out, number);
    }
    text.remove_prefix(digits);
  }
  return out;
}

// The one word that a POSIX shell makes of `text`, by its rules of quoting; nullopt: not one.
std::optional<std::string> word_of_shell(std::string_view text) {
  constexpr std::string_view kSpecial = "|&;<>()$`\"* ?[#~\t\n!{}";
  std::string word;
  bool has_any = false;
  while (!text.empty()) {
    has_any = true;
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\'') {
      const std::size_t end = text.find('\'');
      if (end == std::string_view::npos) return std::nullopt;
      word += text.substr(0, end);
      text.remove_prefix(end + 1);
    } else if (c == '\\') {
      if (text.empty()) return std::nullopt;
      word += text.front();
      text.remove_prefix(1);
    } else {
      if (kSpecial.find(c) != std::string_view::npos) return std::nullopt;
      word += c;
    }
  }
  if (!has_any) return std::nullopt;
  return word;
}

void check_utf8(std::string_view text) {
  require(is_valid_utf8(text) == is_utf8(text));
  std::size_t characters = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const Utf8Char c = decode_utf8(rest);
    const auto expected = first_code_point(rest);
    require(c.valid == expected.has_value());
    require(c.size_bytes == (expected ? expected->size_bytes : 1));
    require(c.code_point == (expected ? expected->value : 0xFFFD));
    (void)char_kind(c.code_point);
    rest.remove_prefix(c.size_bytes);
    ++characters;
  }
  require(display_width(text) <= 2 * characters);
  const std::string lower = lower_case(text);
  require(is_valid_utf8(lower) == is_valid_utf8(text));
  require(is_lower_case(text) == (lower == text));
  require(lower_case(lower) == lower && is_lower_case(lower));
}

void check(std::string_view text) {
  check_utf8(text);
  const std::string shown = printable(text);
  require(is_safe(shown) && shown.size() <= 4 * text.size());
  require(printable(shown) == shown);
  const std::string exact = exact_word(text);
  require(is_safe(exact) && exact.size() <= 5 * text.size());
  if (text.find('\\') == std::string_view::npos) {
    require(unescaped(shown) == text && unescaped(exact) == text);
  }
  for (const std::size_t most : {std::size_t{0}, std::size_t{10}, std::size_t{60}, text.size()}) {
    for (const std::string& quoted : {in_quotes(text, most), exact_word_in_quotes(text, most)}) {
      require(is_safe(quoted) && quoted.starts_with('\''));
      require(quoted.size() <= 5 * most + 40);
    }
  }
  require(in_quotes(text, text.size()) == '\'' + shown + '\'');
  if (text.find('\0') == std::string_view::npos) {
    require(word_of_shell(shell_word(text)) == text);
  }
}

}  // namespace
}  // namespace wordvec::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wordvec::fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
