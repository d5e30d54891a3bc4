#include "wordvec/search/tile_queries.h"

namespace wordvec {

static_assert(SearchIndex::kBlockRows == simd::kCodeLanes);  // packed_index() counts on it

TileQueries::TileQueries(std::size_t count, std::size_t dim)
    : dim_(dim),
      groups_((count + simd::kCodeLanes - 1) / simd::kCodeLanes),
      quads_((dim + 3) / 4),
      packed_(groups_ * quads_ * 4 * simd::kCodeLanes),
      offsets_(groups_ * simd::kCodeLanes),
      steps_(offsets_.size()),
      errors_(offsets_.size()) {}

void TileQueries::set(std::size_t q, std::span<const float> vector, double inverse_length) {
  std::vector<std::int8_t> values(quads_ * 4);
  const CodedQuery coded =
      code_query(vector, inverse_length, simd::active().codes->tile_limit, values);
  for (std::size_t i = 0; i < dim_; ++i) packed_[packed_index(q, i, quads_)] = values[i];
  offsets_[q] = static_cast<std::int32_t>(128 * coded.sum);
  steps_[q] = coded.step;
  errors_[q] = coded.error;
}

}  // namespace wordvec
