// The nearest neighbours of many vectors at once, as arrays.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "wordvec/search/nearest.h"

namespace wordvec {

struct NeighborTable {
  static constexpr Row kNone = std::numeric_limits<Row>::max();

  std::size_t k = 0;
  std::vector<Row> rows;      // [queries, k], best first, kNone where there are fewer
  std::vector<float> scores;  // [queries, k], 0 where there is no row
};

// For each query what nearest() answers; a vector of zeros, or with values that are not finite, has
// no neighbours. The queries are asked in batches, so that `progress` is called from time to time,
// on the calling thread, with how many are answered. Throws what nearest() throws.
NeighborTable neighbor_table(const Embeddings& embeddings, std::span<const NearestQuery> queries,
                             const NearestOptions& options,
                             const std::function<void(std::size_t)>& progress = {});

}  // namespace wordvec
