#include "wordvec/search/spelling.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "wordvec/base/utf8.h"

namespace wordvec {
namespace {

constexpr std::size_t kMaxPatternBytes = 64;
constexpr std::size_t kFarthest = 3;

// Bit-parallel optimal string alignment distance: Hyyrö 2003, "A bit-vector algorithm for computing
// Levenshtein and Damerau edit distances". One step for each byte of the text.
class Pattern {
 public:
  explicit Pattern(std::string_view pattern) : size_(pattern.size()) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      positions_[static_cast<unsigned char>(pattern[i])] |= std::uint64_t{1} << i;
    }
  }

  std::size_t distance_to(std::string_view text) const noexcept {
    if (size_ == 0) return text.size();
    const std::uint64_t last = std::uint64_t{1} << (size_ - 1);
    std::uint64_t vertical_positive = ~std::uint64_t{0};
    std::uint64_t vertical_negative = 0;
    std::uint64_t diagonal_zero = 0;
    std::uint64_t previous_matches = 0;
    std::size_t distance = size_;
    for (const char c : text) {
      const std::uint64_t matches = positions_[static_cast<unsigned char>(c)];
      const std::uint64_t swapped = ((~diagonal_zero & matches) << 1) & previous_matches;
      diagonal_zero = ((((matches & vertical_positive) + vertical_positive) ^ vertical_positive) |
                       matches | vertical_negative) |
                      swapped;
      const std::uint64_t horizontal_positive =
          vertical_negative | ~(diagonal_zero | vertical_positive);
      const std::uint64_t horizontal_negative = diagonal_zero & vertical_positive;
      if ((horizontal_positive & last) != 0) ++distance;
      if ((horizontal_negative & last) != 0) --distance;
      const std::uint64_t shifted = (horizontal_positive << 1) | 1;
      vertical_positive = (horizontal_negative << 1) | ~(diagonal_zero | shifted);
      vertical_negative = shifted & diagonal_zero;
      previous_matches = matches;
    }
    return distance;
  }

 private:
  std::size_t size_;
  std::array<std::uint64_t, 256> positions_{};
};

}  // namespace

std::size_t spelling_distance(std::string_view pattern, std::string_view text) {
  return Pattern(pattern).distance_to(text);
}

std::vector<Row> closest_spellings(const Vocabulary& vocabulary, std::string_view asked,
                                   std::size_t most) {
  const std::string folded = vocabulary.is_lower_case() ? lower_case(asked) : std::string();
  const std::string_view word = folded.empty() ? asked : folded;
  if (word.empty() || word.size() > kMaxPatternBytes || most == 0) return {};
  const std::size_t farthest = std::clamp<std::size_t>(word.size() / 3, 1, kFarthest);
  const Pattern pattern(word);
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
