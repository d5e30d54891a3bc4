// Options whose value is one of a few names.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "options/option_set.h"

namespace wordvec::cli {

// Help shows the names in place of the value, as `--pool none|mean|sum`, which is also where
// completion finds them. Another name is a usage error that lists them. `set` gets the index of the
// name.
Option add_choice(OptionSet& options, const std::string& option,
                  const std::vector<std::string>& names, std::function<void(std::size_t)> set,
                  const std::string& text);

// The same into a variable.
template <class Value>
Option add_choice(OptionSet& options, const std::string& option, Value& value,
                  std::vector<std::pair<std::string, Value>> choices, const std::string& text) {
  std::vector<std::string> names;
  for (const auto& choice : choices) names.push_back(choice.first);
  return add_choice(
      options, option, names,
      [&value, choices = std::move(choices)](std::size_t i) { value = choices[i].second; }, text);
}

struct Choices {
  std::vector<std::string> names;
  bool only = false;  // nothing else can stand there
};

// The names among what help shows as an option's value: `FILE|cluster` has one, and a file can
// stand there too.
Choices choices_of(const Option& option);

}  // namespace wordvec::cli
