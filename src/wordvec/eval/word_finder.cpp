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
  rows_.try_emplace(folded(word, folding_));
}

void WordFinder::search() {
  const std::size_t end = std::min(vocabulary_.size(), top_rows_);
  if (folding_ == CaseFolding::none) {
    for (auto& [word, rows] : rows_) {
      const std::optional<Row> found = vocabulary_.find(word);
      if (found && *found < end) rows.push_back(*found);
    }
    return;
  }
  for (std::size_t r = 0; r < end; ++r) {
    const auto row = static_cast<Row>(r);
    const auto wanted = rows_.find(folded(vocabulary_.word(row), folding_));
    if (wanted != rows_.end()) wanted->second.push_back(row);
  }
}

std::optional<Row> WordFinder::find(std::string_view word) const {
  const std::span<const Row> rows = find_all(word);
  return rows.empty() ? std::nullopt : std::optional(rows.front());
}

std::span<const Row> WordFinder::find_all(std::string_view word) const {
  const auto found = rows_.find(folded(word, folding_));
  return found == rows_.end() ? std::span<const Row>() : found->second;
}

}  // namespace wordvec
