#include "output/spreadsheet_cell.h"

#include <algorithm>
#include <array>

#include "wordvec/base/parse_number.h"

namespace wordvec::cli {
namespace {

constexpr std::array<std::string_view, 11> kSigns = {
    "=", "+", "-", "@", "\t", "\r", "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};

// "-0.5", "+1e9"; no name of a number, such as "-inf".
bool is_number(std::string_view text) {
  if (text.find_first_not_of("0123456789.+-eE") != std::string_view::npos) return false;
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return false;
  }
  return parse_number<double>(text).has_value();
}

}  // namespace

bool runs_in_spreadsheet(std::string_view text) noexcept {
  // Those of a tsv are not doubled, so a reader may take them away.
  const std::size_t begin = text.find_first_not_of('"');
  if (begin == std::string_view::npos) return false;
  const std::string_view read = text.substr(begin);
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return read.starts_with(sign); }) &&
         !is_number(text);
}

}  // namespace wordvec::cli
