// Exact nearest neighbours.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "wordvec/model/embeddings.h"
#include "wordvec/search/top_k.h"

namespace wordvec {

struct NearestQuery {
  std::span<const float> vector;  // dim values, not all zero
  std::span<const Row> excluded;  // rows that are no answers
};

struct NearestOptions {
  std::size_t k = 10;
  float min_score = -std::numeric_limits<float>::infinity();
  std::size_t top_rows = std::numeric_limits<std::size_t>::max();  // only rows below this
  std::optional<std::span<const Row>> among;                       // only these rows
  // 0: as many as help, which is all there are for many queries and one for a single query, where
  // the memory is the limit.
  unsigned threads = 0;
};

// For each query its k best rows by score (score.h), in the order score descending, then row
// ascending. Exact: the answers and the bits of their scores do not depend on the instruction set,
// the number of threads, or what other queries are asked in the same call. Rows of zeros, or with
// NaN or infinity, are never answers. Fewer than k answers when there are no more candidates.
// Throws Error(malformed) when the search codes of a file are seen to be damaged.
std::vector<std::vector<Neighbor>> nearest(const Embeddings& embeddings,
                                           std::span<const NearestQuery> queries,
                                           const NearestOptions& options);

// The reference that nearest() is tested against: every candidate row is read once.
std::vector<std::vector<Neighbor>> full_scan(const Embeddings& embeddings,
                                             std::span<const NearestQuery> queries,
                                             const NearestOptions& options);

// 3CosMul (Levy and Goldberg 2014, "Linguistic Regularities in Sparse and Explicit Word
// Representations"): the rows x that maximise
//   Π (1 + cos(x, p)) / 2 over positives / (Π (1 + cos(x, n)) / 2 over negatives + 10⁻⁶).
// Computed in double, rounded to float32. The given rows are answers only when `include_inputs`.
std::vector<Neighbor> nearest_by_product(const Embeddings& embeddings,
                                         std::span<const Row> positives,
                                         std::span<const Row> negatives, bool include_inputs,
                                         const NearestOptions& options);

// The same for vectors that need not be rows, by reading every candidate row; `excluded` are no
// answers.
std::vector<Neighbor> nearest_by_product(const Embeddings& embeddings,
                                         std::span<const std::span<const float>> positives,
                                         std::span<const std::span<const float>> negatives,
                                         std::span<const Row> excluded,
                                         const NearestOptions& options);

// The reference that nearest_by_product() of rows is tested against.
std::vector<Neighbor> full_scan_by_product(const Embeddings& embeddings,
                                           std::span<const Row> positives,
                                           std::span<const Row> negatives, bool include_inputs,
                                           const NearestOptions& options);

}  // namespace wordvec
