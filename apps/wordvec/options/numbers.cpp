#include "options/numbers.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"

namespace wordvec::cli {

Check whole_number(std::uint64_t least, std::uint64_t most) {
  return [least, most](std::string& text) {
    const auto number = parse_number<std::uint64_t>(text);
    if (number && *number >= least && *number <= most) {
      text = fmt::format("{}", *number);
      return std::string();
    }
    // "1 or more" is what a number of thirty digits is too.
    const bool is_too_large = text.size() > 1 && text.find_first_not_of("0123456789") == text.npos;
    const bool bounded = most != std::numeric_limits<std::uint64_t>::max() || is_too_large;
    return fmt::format("found {}, expected a whole number, {}{}", in_quotes(text), least,
                       bounded ? fmt::format(" to {}", most) : " or more");
  };
}

Check finite_number(double least, double most) {
  return [least, most](const std::string& text) {
    const auto number = parse_number<double>(text);
    if (number && std::isfinite(*number) && *number >= least && *number <= most) {
      return std::string();
    }
    const bool bounded = most != std::numeric_limits<double>::max();
    return fmt::format("found {}, expected a number{}", in_quotes(text),
                       bounded ? fmt::format(", {} to {}", least, most) : "");
  };
}

Check number_above_zero() {
  return [](const std::string& text) {
    const auto number = parse_number<double>(text);
    if (number && std::isfinite(*number) && *number > 0) return std::string();
    return fmt::format("found {}, expected a finite number above 0", in_quotes(text));
  };
}

}  // namespace wordvec::cli
