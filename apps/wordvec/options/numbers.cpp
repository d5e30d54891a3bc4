#include "options/numbers.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

#include "wordvec/base/quote.h"

namespace wordvec::cli {
namespace {

// True when all of `text` is a number that T can hold.
template <class T>
bool parse(const std::string& text, T& number) {
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && at == end;
}

}  // namespace

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  const auto check = [least, most](const std::string& text) {
    std::uint64_t number = 0;
    if (parse(text, number) && number >= least && number <= most) return std::string();
    const bool bounded = most != std::numeric_limits<std::uint64_t>::max();
    return fmt::format("found {}, expected a whole number, {}{}", in_quotes(text), least,
                       bounded ? fmt::format(" to {}", most) : " or more");
  };
  return {check, ""};
}

CLI::Validator finite_number() {
  const auto check = [](const std::string& text) {
    double number = 0;
    if (parse(text, number) && std::isfinite(number)) return std::string();
    return fmt::format("found {}, expected a number", in_quotes(text));
  };
  return {check, ""};
}

}  // namespace wordvec::cli
