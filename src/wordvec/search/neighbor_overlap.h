// How alike the neighbourhoods of words are in two models.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "wordvec/search/shared_words.h"

namespace wordvec {

struct OverlapOptions {
  std::size_t k = 10;
  unsigned threads = 0;  // 0: all there are
  // Told from time to time, on the calling thread, how many of all searches are done.
  std::function<void(std::size_t done, std::size_t all)> progress;
};

// For each of `words` the Jaccard index of its k nearest neighbours in the two models, those of
// nearest() among the others of `words`: how many are neighbours in both, divided by how many are
// in one or both. 1 where they are the same, 0 where they are others. Throws Error(usage) for fewer
// than two words, or k of 0, and what nearest() throws.
std::vector<double> neighbor_overlap(const Embeddings& first, const Embeddings& second,
                                     const SharedWords& words, const OverlapOptions& options);

}  // namespace wordvec
