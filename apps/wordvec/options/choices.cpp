#include "options/choices.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "wordvec/base/quote.h"

namespace wordvec::cli {

Option add_choice(OptionSet& options, const std::string& option,
                  const std::vector<std::string>& names, std::function<void(std::size_t)> set,
                  const std::string& text) {
  const auto take = [names, set = std::move(set)](const std::string& chosen) {
    set(static_cast<std::size_t>(std::find(names.begin(), names.end(), chosen) - names.begin()));
  };
  const auto check = [names](const std::string& chosen) {
    if (std::find(names.begin(), names.end(), chosen) != names.end()) return std::string();
    return fmt::format("found {}, expected {}{}", in_quotes(chosen),
                       names.size() > 1 ? "one of " : "", fmt::join(names, ", "));
  };
  return options.add_option(fmt::format("{} {}", option, fmt::join(names, "|")), take, text)
      .check(check);
}

Choices choices_of(const Option& option) {
  const std::string shown = option.value_name();
  Choices choices;
  choices.only = !shown.empty();
  for (std::size_t begin = 0; begin < shown.size();) {
    const std::size_t end = std::min(shown.find('|', begin), shown.size());
    std::string name = shown.substr(begin, end - begin);
    begin = end + 1;
    // A kind of value has capitals: FILE, PATH|NAME, WxH.
    const bool is_kind =
        std::any_of(name.begin(), name.end(), [](unsigned char c) { return std::isupper(c) != 0; });
    if (is_kind) {
      choices.only = false;
    } else {
      choices.names.push_back(std::move(name));
    }
  }
  return choices;
}

}  // namespace wordvec::cli
