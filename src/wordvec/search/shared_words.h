// The words that two models have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wordvec/model/embeddings.h"

namespace wordvec {

struct SharedWords {
  // The chosen words' rows in each model, in the order of the first.
  std::vector<Row> first;
  std::vector<Row> second;
  std::uint64_t shared = 0;  // all of them
  // Of those that were looked at: words without a direction (zeros, or values that are not finite)
  // in one of the models, which are not chosen.
  std::uint64_t without_direction = 0;

  std::size_t size() const noexcept { return first.size(); }
};

// Chooses the first `most` words, in the order of the first model, that both have and that have a
// direction in both. Words are the same where their bytes are.
SharedWords shared_words(const Embeddings& first, const Embeddings& second, std::size_t most);

}  // namespace wordvec
