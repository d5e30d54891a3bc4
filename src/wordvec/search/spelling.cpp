#include "wordvec/search/spelling.h"

#include <algorithm>
#include <array>
#include <string>

#include "wordvec/base/spelling_distance.h"
#include "wordvec/base/utf8.h"

namespace wordvec {
namespace {

constexpr std::size_t kFarthest = 3;

}  // namespace

std::vector<Row> closest_spellings(const Vocabulary& vocabulary, std::string_view asked,
                                   std::size_t most) {
  const std::string folded = vocabulary.is_lower_case() ? lower_case(asked) : std::string();
  const std::string_view word = folded.empty() ? asked : folded;
  if (word.empty() || word.size() > SpellingPattern::kMostBytes || most == 0) return {};
  const std::size_t farthest = std::clamp<std::size_t>(word.size() / 3, 1, kFarthest);
  const SpellingPattern pattern(word);
  // Two lists a distance: words that begin as `word` does, then the others.
  std::array<std::vector<Row>, 2 * (kFarthest + 1)> closest_first;
  std::size_t limit = farthest;  // farther words cannot be among the best any more
  for (std::size_t r = 0; r < vocabulary.size(); ++r) {
    const Row row = static_cast<Row>(r);
    const std::string_view candidate = vocabulary.word(row);
    const std::size_t difference = candidate.size() > word.size() ? candidate.size() - word.size()
                                                                  : word.size() - candidate.size();
    if (difference > limit) continue;
    const std::size_t distance = pattern.distance_to(candidate);
    // Nothing in common is no spelling: a word of one letter is one change from every other.
    if (distance > limit || distance >= std::max(word.size(), candidate.size())) continue;
    const bool other_start = candidate.empty() || candidate.front() != word.front();
    std::vector<Row>& same = closest_first[2 * distance + (other_start ? 1 : 0)];
    if (same.size() < most) same.push_back(row);
    std::size_t found = 0;
    for (std::size_t d = 0; d < limit; ++d) {
      found += closest_first[2 * d].size() + closest_first[2 * d + 1].size();
      if (found >= most) limit = d;
    }
  }
  std::vector<Row> closest;
  for (const std::vector<Row>& same : closest_first) {
    for (const Row row : same) {
      if (closest.size() < most) closest.push_back(row);
    }
  }
  return closest;
}

}  // namespace wordvec
