// Words that are closer to one word than another is.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "wordvec/search/nearest.h"

namespace wordvec {

// For NearestOptions::k: all.
inline constexpr std::size_t kAllAnswers = std::numeric_limits<std::size_t>::max();

struct CloserQuery {
  NearestQuery to;              // usually a word's vector, with its own row excluded
  std::span<const float> than;  // dim values, not all zero
};

// The rows whose score with query.to is above that of query.than, best first: of words, those that
// gensim's closer_than() names, less the word itself. One more than their number is the rank of
// `than` among the neighbours (gensim's rank()). Rows with the same score are not closer. Only
// those that `options` allow; its k and min_score are limits too.
//
// Exact, as nearest() is.
std::vector<Neighbor> closer(const Embeddings& embeddings, const CloserQuery& query,
                             const NearestOptions& options);

}  // namespace wordvec
