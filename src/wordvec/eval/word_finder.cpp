#include "wordvec/eval/word_finder.h"

#include <algorithm>

#include "wordvec/base/upper_case.h"

namespace wordvec {

std::string folded(std::string_view word, CaseFolding folding) {
  switch (folding) {
    case CaseFolding::none:
      return std::string(word);
    case CaseFolding::ascii_upper:
      return ascii_upper_case(word);
    case CaseFolding::upper:
      return upper_case(word);
  }
  return std::string(word);
}

void WordFinder::want(std::string_view word) {
  wanted_.try_emplace(folded(word, folding_), Wanted{std::string(word), wanted_.size()});
}

void WordFinder::search() {
  const std::size_t end = std::min(vocabulary_.size(), top_rows_);
  search_as_spelt(end);
  if (folding_ != CaseFolding::none) search_otherwise(end);
}

void WordFinder::search_as_spelt(std::size_t end) {
  if (folding_ == CaseFolding::none) {
    for (auto& [word, wanted] : wanted_) {
      const std::optional<Row> found = vocabulary_.find(word);
      if (found && *found < end) wanted.rows.push_back(*found);
    }
    return;
  }
  for (std::size_t r = 0; r < end; ++r) {
    const auto row = static_cast<Row>(r);
    const auto wanted = wanted_.find(folded(vocabulary_.word(row), folding_));
    if (wanted != wanted_.end()) wanted->second.rows.push_back(row);
  }
}

void WordFinder::search_otherwise(std::size_t end) {
  std::vector<Wanted*> missing;
  EquivalentWords others([this](std::string_view word) { return folded(word, folding_); });
  for (auto& [word, wanted] : wanted_) {
    if (!wanted.rows.empty()) continue;
    missing.push_back(&wanted);
    others.want(wanted.word);
  }
  if (missing.empty()) return;
  std::sort(missing.begin(), missing.end(),
            [](const Wanted* a, const Wanted* b) { return a->number < b->number; });
  for (std::size_t r = 0; r < end; ++r) others.offer(vocabulary_.word(static_cast<Row>(r)), r);
  for (Wanted* const wanted : missing) {
    for (const std::uint64_t row : others.find(wanted->word)) {
      wanted->rows.push_back(static_cast<Row>(row));
    }
    if (wanted->rows.empty()) continue;
    wanted->is_spelt_otherwise = true;
    other_spellings_.add(wanted->word, vocabulary_.word(wanted->rows.front()));
  }
}

std::optional<Row> WordFinder::find(std::string_view word) const {
  const std::span<const Row> rows = find_all(word);
  return rows.empty() ? std::nullopt : std::optional(rows.front());
}

std::span<const Row> WordFinder::find_all(std::string_view word) const {
  const auto found = wanted_.find(folded(word, folding_));
  return found == wanted_.end() ? std::span<const Row>() : found->second.rows;
}

std::optional<std::string_view> WordFinder::other_spelling_of(std::string_view word) const {
  const auto found = wanted_.find(folded(word, folding_));
  if (found == wanted_.end() || !found->second.is_spelt_otherwise) return std::nullopt;
  return vocabulary_.word(found->second.rows.front());
}

}  // namespace wordvec
