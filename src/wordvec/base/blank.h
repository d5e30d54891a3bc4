// White ASCII, which stands between the fields of files that people write, and alone in lines that
// say nothing. Unicode's other spaces are in words.
#pragma once

#include <string_view>

namespace wordvec {

// Without the line end.
inline constexpr std::string_view kBlanks = " \t\r\v\f";

// True of an empty text, too.
constexpr bool is_blank(std::string_view text) {
  return text.find_first_not_of(kBlanks) == std::string_view::npos;
}

}  // namespace wordvec
