#include "wordvec/base/text_encoding.h"

#include <algorithm>
#include <cstddef>

#include "wordvec/base/utf8.h"

namespace wordvec {
namespace {

using namespace std::string_view_literals;

// Whether the characters of `unit_bytes` bytes in `head`, of which the last may be cut off, are a
// byte that is not NUL, at `at` in each, among NULs.
bool has_bytes_among_nuls(std::string_view head, std::size_t unit_bytes, std::size_t at) {
  constexpr std::size_t kMostUnits = 256;
  head = head.substr(0, kMostUnits * unit_bytes);
  if (head.size() < unit_bytes + at + 1) return false;
  for (std::size_t i = 0; i < head.size(); ++i) {
    const auto byte = static_cast<unsigned char>(head[i]);
    const bool is_text = byte >= ' ' || byte == '\t' || byte == '\n' || byte == '\r';
    if (i % unit_bytes == at ? !is_text : byte != 0) return false;
  }
  return true;
}

}  // namespace

std::string_view wide_encoding(std::string_view head) {
  if (head.starts_with("\xff\xfe\0\0"sv) || head.starts_with("\0\0\xfe\xff"sv)) return "UTF-32";
  if (head.starts_with("\xff\xfe"sv) || head.starts_with("\xfe\xff"sv)) return "UTF-16";
  if (has_bytes_among_nuls(head, 2, 0)) return "UTF-16LE";
  if (has_bytes_among_nuls(head, 2, 1)) return "UTF-16BE";
  if (has_bytes_among_nuls(head, 4, 0)) return "UTF-32LE";
  if (has_bytes_among_nuls(head, 4, 3)) return "UTF-32BE";
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
