// UTF-8: validity, lower case, width on a terminal. Unicode's tables come from utf8proc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wordvec {

struct Utf8Char {
  std::uint32_t code_point = 0;  // 0xFFFD when not valid
  std::size_t size_bytes = 1;    // 1 when not valid
  bool valid = false;
};

// What some programs write before UTF-8: it is no part of the text.
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
std::string_view without_byte_order_mark(std::string_view text);

// The first character of `text`, which must not be empty.
Utf8Char decode_utf8(std::string_view text);

bool is_valid_utf8(std::string_view text);

// Simple (one code point to one) lower-casing; bytes that are not UTF-8 stay as they are.
std::string lower_case(std::string_view text);

// True when lower_case(text) == text, without making it.
bool is_lower_case(std::string_view text);

// What a character is to who splits text into words.
enum class CharKind : std::uint8_t {
  space,      // Unicode's separators, white controls, U+200B and U+FEFF
  letter,     // letters, digits, '_', and whatever else holds together
  ideograph,  // Han, Hiragana, Katakana, Bopomofo: written without spaces between words
  extension,  // belongs to the character before it: combining marks, U+200D, variation selectors
  symbol,     // punctuation, symbols, controls
};
CharKind char_kind(std::uint32_t code_point);

// Columns that `text` takes on a terminal; 2 for an East Asian wide character, 0 for a combining
// mark, 1 for a byte that is not UTF-8.
std::size_t display_width(std::string_view text);

}  // namespace wordvec
