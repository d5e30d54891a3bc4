#include "wordvec/base/spelling_distance.h"

#include "wordvec/base/quote.h"

namespace wordvec {

std::size_t spelling_distance(std::string_view pattern, std::string_view text) {
  return SpellingPattern(pattern).distance_to(text);
}

std::optional<std::string> closest_name(std::string_view asked,
                                        std::span<const std::string> names) {
  if (asked.empty() || asked.size() > SpellingPattern::kMostBytes) return std::nullopt;
  const std::string* best = nullptr;
  std::size_t best_distance = asked.size() / 3 + 2;
  for (const std::string& name : names) {
    const std::size_t distance = name.starts_with(asked) ? 1 : spelling_distance(asked, name);
    if (distance < best_distance) {
      best = &name;
      best_distance = distance;
    }
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

std::string did_you_mean(std::string_view asked, std::span<const std::string> names) {
  const auto name = closest_name(asked, names);
  return name ? "; did you mean " + in_quotes(*name) + "?" : std::string();
}

}  // namespace wordvec
