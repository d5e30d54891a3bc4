// 3CosMul through the 8-bit codes.
#include <algorithm>

#include "wordvec/search/candidates.h"
#include "wordvec/search/coded_search.h"
#include "wordvec/search/product_candidates.h"
#include "wordvec/search/tile_queries.h"

namespace wordvec {
namespace {

constexpr std::size_t kChunkRows = 256;

class ProductSearch {
 public:
  ProductSearch(const Embeddings& embeddings, std::span<const Row> positives,
                std::span<const Row> negatives, bool include_inputs, const NearestOptions& options)
      : embeddings_(embeddings),
        codes_(embeddings.codes),
        allowed_(embeddings, options),
        candidates_(embeddings, positives, negatives, include_inputs, options, allowed_),
        positives_(positives.size()),
        tile_(positives.size() + negatives.size(), embeddings.dim()) {
    std::vector<Row> inputs(positives.begin(), positives.end());
    inputs.insert(inputs.end(), negatives.begin(), negatives.end());
    const std::vector<double> lengths = centroid_lengths_of(codes_);
    for (std::size_t w = 0; w < inputs.size(); ++w) {
      const auto vector = embeddings.matrix.row(inputs[w]);
      const double inverse_length = inverse_length_of(vector).value();
      tile_.set(w, vector, inverse_length);
      views_.push_back(view_clusters(codes_, lengths, vector, inverse_length));
    }
  }

  std::vector<Neighbor> answers() {
    const std::size_t width = tile_.groups() * simd::kCodeLanes;
    std::vector<std::int32_t> sums(kChunkRows * width);
    for (std::size_t c = 0; c < views_.front().size(); ++c) {
      const ClusterView& view = views_.front()[c];
      const std::size_t end = view.end_block * SearchIndex::kBlockRows;
      for (std::size_t first = view.first_block * SearchIndex::kBlockRows; first < end;
           first += kChunkRows) {
        const std::size_t count = std::min(kChunkRows, end - first);
        prefetch8(codes_, first + count, kChunkRows);
        simd::active().codes->tile8(codes_.row8(first), SearchIndex::row8_bytes(codes_.dim), count,
                                    tile_.packed(0), tile_.groups(), tile_.quads(), sums.data());
        for (std::size_t i = 0; i < count; ++i) bound(c, first + i, sums.data() + i * width);
      }
    }
    return candidates_.answers();
  }

 private:
  void bound(std::size_t cluster, std::size_t position, const std::int32_t* sums) {
    const std::optional<Row> row = row_at(embeddings_, position);
    if (!row || !candidates_.admits(*row)) return;
    const RowBounds row_bounds = row8_bounds(codes_, position);
    const double distance =
        largest_distance(double{codes_.cosines[position / SearchIndex::kBlockRows * 2]},
                         views_.front()[cluster].length);
    ProductBounds bounds;
    for (std::size_t w = 0; w < views_.size(); ++w) {
      const Estimate estimate{
          views_[w][cluster].product + tile_.estimate(w, sums[w], row_bounds.scale),
          estimate_error(tile_.error(w), row_bounds.error, distance)};
      if (w < positives_) {
        bounds.multiply(estimate);
      } else {
        bounds.divide(estimate);
      }
    }
    candidates_.offer(*row, bounds);
  }

  const Embeddings& embeddings_;
  const SearchIndex& codes_;
  AllowedRows allowed_;
  ProductCandidates candidates_;
  std::size_t positives_;
  TileQueries tile_;
  std::vector<std::vector<ClusterView>> views_;  // [input][cluster]
};

}  // namespace

std::vector<Neighbor> coded_search_by_product(const Embeddings& embeddings,
                                              std::span<const Row> positives,
                                              std::span<const Row> negatives, bool include_inputs,
                                              const NearestOptions& options) {
  const auto has_direction = [&](Row row) {
    return inverse_length_of(embeddings.matrix.row(row)).has_value();
  };
  const bool all_have = std::all_of(positives.begin(), positives.end(), has_direction) &&
                        std::all_of(negatives.begin(), negatives.end(), has_direction);
  // Without any word every row scores the same.
  if (options.k == 0 || !all_have || positives.size() + negatives.size() == 0) {
    return full_scan_by_product(embeddings, positives, negatives, include_inputs, options);
  }
  return ProductSearch(embeddings, positives, negatives, include_inputs, options).answers();
}

}  // namespace wordvec
