// The words that two models have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "wordvec/model/embeddings.h"
#include "wordvec/model/equivalent_words.h"
#include "wordvec/model/word_matching.h"

namespace wordvec {

struct SharedWords {
  // The chosen words' rows in each model, in the order of the first.
  std::vector<Row> first;
  std::vector<Row> second;
  std::uint64_t shared = 0;  // all of them
  // Of those that were looked at: words without a direction (zeros, or values that are not finite)
  // in one of the models, which are not chosen.
  std::uint64_t without_direction = 0;
  // Of all: those that the second model has by another spelling, and the first of them.
  OtherSpellings other_spellings;

  std::size_t size() const noexcept { return first.size(); }
};

// The row in the second model of the word that the first model has at `row`: as it is spelt; else,
// but with WordMatching::exact, that of the only word that is canonically equivalent to it, or else
// differs in what nobody sees, where it is in turn the only one for that (find_word(), without
// regard to case). nullopt: there is none.
std::optional<Row> shared_row(const Vocabulary& first, Row row, const Vocabulary& second,
                              const WordMatching& matching);

// Chooses the first `most` words, in the order of the first model, that both have, as shared_row()
// tells, and that have a direction in both.
SharedWords shared_words(const Embeddings& first, const Embeddings& second, std::size_t most,
                         const WordMatching& matching = WordMatching::exact);

}  // namespace wordvec
