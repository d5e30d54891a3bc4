#include "wordvec/search/spelling.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "wordvec/base/spelling_distance.h"
#include "wordvec/base/utf8.h"
#include "wordvec/base/word_form.h"

namespace wordvec {
namespace {

constexpr std::size_t kFarthest = 3;
// Of spellings that are alike: their forms are made, which costs more than the pass does.
constexpr std::size_t kMaxCompared = 1000;

// What makes two spellings alike, the closest first.
constexpr std::array kForms = {WordForm::seen, WordForm::seen_folded, WordForm::compatible_folded};
constexpr std::size_t kUnmarked = kForms.size();   // each form again, without marks
constexpr std::size_t kLoose = 2 * kForms.size();  // and by the number of changes
constexpr std::size_t kMaxChanges = 8;
constexpr std::size_t kAlikeRanks = kLoose + kMaxChanges + 1;

// A word in all the forms by which others are like it.
class Alike {
 public:
  explicit Alike(std::string_view word)
      : bare_(without_marks(word)), hash_(loose_hash(bare_)), pattern_(SpellingPattern::of(word)) {
    for (std::size_t i = 0; i < kForms.size(); ++i) {
      forms_[i] = word_form(word, kForms[i]);
      bare_forms_[i] = word_form(bare_, kForms[i]);
    }
  }

  bool is_like(const LooseHash& candidate) const {
    return hash_.letters > 0 && hash_.letters == candidate.letters &&
           hash_.value == candidate.value;
  }

  // How close a candidate is that is like the word; 0 is closest.
  std::size_t rank(std::string_view candidate) const {
    const auto find = [&](const auto& forms, std::string_view spelling) {
      std::size_t i = 0;
      while (i < forms.size() && (forms[i].empty() || word_form(spelling, kForms[i]) != forms[i])) {
        ++i;
      }
      return i;
    };
    const std::size_t whole = find(forms_, candidate);
    if (whole < kForms.size()) return whole;
    const std::size_t bare = find(bare_forms_, without_marks(candidate));
    if (bare < kForms.size()) return kUnmarked + bare;
    const std::size_t changes = pattern_ ? pattern_->distance_to(candidate) : kMaxChanges;
    return kLoose + std::min(changes, kMaxChanges);
  }

 private:
  std::string_view bare_;
  LooseHash hash_;
  std::optional<SpellingPattern> pattern_;
  std::array<std::string, kForms.size()> forms_;
  std::array<std::string, kForms.size()> bare_forms_;
};

std::string_view spelled_start(std::string_view word) {
  return word.empty() ? word : word.substr(0, decode_utf8(word).size_bytes);
}

}  // namespace

std::vector<Row> closest_spellings(const Vocabulary& vocabulary, std::string_view asked,
                                   std::size_t most) {
  if (asked.empty() || most == 0) return {};
  const Alike alike(asked);
  const std::string composed = word_form(without_marks(asked), WordForm::composed);
  const std::string_view word = composed.empty() ? without_marks(asked) : composed;
  const auto pattern = SpellingPattern::of(word, true);
  const std::string_view start = spelled_start(asked);
  const std::size_t farthest =
      pattern ? std::clamp<std::size_t>(pattern->size() / 3, 1, kFarthest) : 0;
  // Those alike; then two lists a distance: words that begin as `asked` does, then the others.
  std::array<std::vector<Row>, kAlikeRanks + 2 * (kFarthest + 1)> closest_first;
  std::size_t found_alike = 0;
  std::size_t limit = farthest;  // farther words cannot be among the best any more
  const auto add = [&](std::size_t rank, Row row) {
    if (closest_first[rank].size() < most) closest_first[rank].push_back(row);
    std::size_t found = std::min(found_alike, most);
    for (std::size_t d = 0; d < limit; ++d) {
      const std::size_t list = kAlikeRanks + 2 * d;
      found += closest_first[list].size() + closest_first[list + 1].size();
      if (found >= most) limit = d;
    }
  };
  for (std::size_t r = 0; r < vocabulary.size(); ++r) {
    const Row row = static_cast<Row>(r);
    const std::string_view candidate = vocabulary.word(row);
    const std::string_view bare = without_marks(candidate);
    const LooseHash hash = loose_hash(bare);
    if (alike.is_like(hash)) {
      if (++found_alike <= kMaxCompared) add(alike.rank(candidate), row);
      continue;
    }
    if (!pattern) continue;
    const std::size_t size = hash.characters;
    const std::size_t difference =
        size > pattern->size() ? size - pattern->size() : pattern->size() - size;
    if (difference > limit) continue;
    const std::size_t distance = pattern->distance_to(bare);
    // Nothing in common is no spelling: a word of one letter is one change from every other.
    if (distance > limit || distance >= std::max(pattern->size(), size)) continue;
    const bool other_start = spelled_start(candidate) != start;
    add(kAlikeRanks + 2 * distance + (other_start ? 1 : 0), row);
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
