#include "wordvec/base/text_encoding.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "wordvec/base/utf8.h"

namespace wordvec {
namespace {

using namespace std::string_view_literals;

// Whether the characters of `unit_bytes` bytes in `head`, of which the last may be cut off, are a
// byte that is not NUL, at `at` in each, among NULs.
bool has_bytes_among_nuls(std::string_view head, std::size_t unit_bytes, std::size_t at) {
  constexpr std::size_t kMaxUnits = 256;
  head = head.substr(0, kMaxUnits * unit_bytes);
  if (head.size() < unit_bytes + at + 1) return false;
  for (std::size_t i = 0; i < head.size(); ++i) {
    const auto byte = static_cast<unsigned char>(head[i]);
    const bool is_text = byte >= ' ' || byte == '\t' || byte == '\n' || byte == '\r';
    if (i % unit_bytes == at ? !is_text : byte != 0) return false;
  }
  return true;
}

// A code unit that no text has, but as one of a pair.
bool is_surrogate(std::uint32_t unit) {
  return unit >= 0xd800 && unit <= 0xdfff;
}

bool is_of_text(std::uint32_t unit) {
  if (unit < 0x20) return unit == '\t' || unit == '\n' || unit == '\r';
  const bool is_control = unit >= 0x7f && unit < 0xa0;
  const bool is_private = unit >= 0xe000 && unit < 0xf900;
  const bool is_no_character = unit >= 0xfffe || (unit >= 0xfdd0 && unit < 0xfdf0);
  return !is_control && !is_private && !is_no_character;
}

bool is_visible_ascii(unsigned char byte) {
  return byte >= ' ' && byte < 0x7f;
}

// Whether `head`, of which the last character may be cut off, is letters of other scripts in
// UTF-16, the low byte of each unit at `low`: a space or a line end among them has the NUL that no
// text of bytes has.
bool is_utf16_of_any_script(std::string_view head, std::size_t low) {
  constexpr std::size_t kMaxUnits = 2048;
  constexpr std::size_t kMinUnits = 2;
  constexpr std::size_t kUnitsOfALineEndByte = 16;
  const std::size_t units = std::min(head.size() / 2, kMaxUnits);
  bool is_pair_begun = false;
  bool has_space = false;
  std::size_t others = 0;          // units beyond Latin-1,
  std::size_t ascii = 0;           // and those of them that are two characters of ASCII
  std::size_t line_ends = 0;       // units that are one,
  std::size_t line_end_bytes = 0;  // and bytes of other units
  for (std::size_t i = 0; i < units; ++i) {
    const auto low_byte = static_cast<unsigned char>(head[2 * i + low]);
    const auto high_byte = static_cast<unsigned char>(head[2 * i + 1 - low]);
    const std::uint32_t unit = std::uint32_t{high_byte} << 8 | low_byte;
    const bool is_low_surrogate = is_surrogate(unit) && unit >= 0xdc00;
    if (is_pair_begun != is_low_surrogate) return false;
    is_pair_begun = is_surrogate(unit) && !is_low_surrogate;
    if (!is_surrogate(unit) && !is_of_text(unit)) return false;
    has_space = has_space || unit == ' ';
    if (unit == '\n') {
      ++line_ends;
    } else if (low_byte == '\n' || high_byte == '\n') {
      ++line_end_bytes;
    }
    if (high_byte == 0) continue;
    ++others;
    if (is_visible_ascii(low_byte) && is_visible_ascii(high_byte)) ++ascii;
  }
  // Bytes of text with a NUL among them may be units too, but these are ASCII taken in pairs, and
  // their line ends are halves.
  const bool has_lines =
      line_end_bytes < line_ends || line_end_bytes * kUnitsOfALineEndByte <= others;
  return units >= kMinUnits && (line_ends > 0 || has_space) && others > 0 &&
         ascii * 8 <= others * 7 && has_lines;
}

}  // namespace

std::string_view wide_encoding(std::string_view head) {
  if (head.starts_with("\xff\xfe\0\0"sv) || head.starts_with("\0\0\xfe\xff"sv)) return "UTF-32";
  if (head.starts_with("\xff\xfe"sv) || head.starts_with("\xfe\xff"sv)) return "UTF-16";
  if (has_bytes_among_nuls(head, 2, 0)) return "UTF-16LE";
  if (has_bytes_among_nuls(head, 2, 1)) return "UTF-16BE";
  if (has_bytes_among_nuls(head, 4, 0)) return "UTF-32LE";
  if (has_bytes_among_nuls(head, 4, 3)) return "UTF-32BE";
  if (is_utf16_of_any_script(head, 0)) return "UTF-16LE";
  if (is_utf16_of_any_script(head, 1)) return "UTF-16BE";
  return {};
}

bool begins_like_encoding(std::string_view word) {
  constexpr std::size_t kWidest = 4;
  return word.starts_with(kByteOrderMark) || !wide_encoding(word).empty() ||
         word.substr(0, kWidest).find('\0') != std::string_view::npos;
}

std::string describe_wide_text(std::string_view encoding) {
  std::string text = "is ";
  text += encoding.substr(0, 6);
  text += " text, expected UTF-8: `iconv -f ";
  text += encoding;
  text += " -t UTF-8` makes it so (PowerShell's > writes UTF-16; there, | Out-File -Encoding utf8)";
  return text;
}

bool has_mac_line_ends(std::string_view head) {
  const auto is_text = [](char c) {
    return static_cast<unsigned char>(c) >= ' ' || c == '\t' || c == '\r' || c == '\f';
  };
  if (!std::all_of(head.begin(), head.end(), is_text)) return false;
  const std::size_t begin = head.find_first_not_of('\r');
  if (begin == std::string_view::npos) return false;
  const std::size_t end = head.find('\r', begin);
  return head.find_first_not_of('\r', std::min(end, head.size())) != std::string_view::npos;
}

}  // namespace wordvec
