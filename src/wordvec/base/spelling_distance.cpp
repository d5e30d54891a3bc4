#include "wordvec/base/spelling_distance.h"

#include <algorithm>

#include "wordvec/base/quote.h"

namespace wordvec {
namespace {

constexpr std::size_t kLeastBegunBytes = 3;

// By enough of a name to be told; an option's dashes tell nothing.
bool is_begun_by(std::string_view asked, std::string_view name) {
  const std::size_t dashes = std::min(name.find_first_not_of('-'), name.size());
  return name.size() - dashes >= kLeastBegunBytes && asked.starts_with(name);
}

}  // namespace

std::size_t spelling_distance(std::string_view pattern, std::string_view text) {
  return SpellingPattern(pattern).distance_to(text);
}

std::optional<std::string> closest_name(std::string_view asked,
                                        std::span<const std::string> names) {
  if (asked.empty() || asked.size() > SpellingPattern::kMostBytes) return std::nullopt;
  const std::string* best = nullptr;
  const std::size_t too_far = asked.size() / 3 + 2;
  std::size_t best_distance = too_far;
  for (const std::string& name : names) {
    std::size_t distance = name.starts_with(asked) ? 1 : spelling_distance(asked, name);
    // "evaluate" for "eval"; but what is spelt more alike is nearer.
    if (is_begun_by(asked, name)) distance = std::min(distance, too_far - 1);
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
