// 3CosMul through the 8-bit codes.
#include <algorithm>

#include "wordvec/search/candidates.h"
#include "wordvec/search/coded_search.h"
#include "wordvec/search/score.h"
#include "wordvec/search/tile_queries.h"

namespace wordvec {
namespace {

constexpr std::size_t kChunkRows = 256;
// Two products whose quotients differ by less may be equal in float32. The cosines' bounds have a
// slack of their own, kDoubleSlack, which covers those that are computed from the rows.
constexpr double kRelativeSlack = 1e-6;
constexpr double kAbsoluteSlack = 1e-12;

struct Interval {
  double least = 0;
  double most = 0;
};

struct Candidate {
  double bound = 0;
  Row row = 0;
};

class ProductSearch {
 public:
  ProductSearch(const Embeddings& embeddings, std::span<const Row> positives,
                std::span<const Row> negatives, bool include_inputs, const NearestOptions& options)
      : embeddings_(embeddings),
        codes_(embeddings.codes),
        options_(options),
        allowed_(embeddings, options),
        positives_(positives.size()),
        include_inputs_(include_inputs),
        inputs_(positives.begin(), positives.end()),
        tile_(positives.size() + negatives.size(), embeddings.dim()),
        bounds_(options.k, std::max(kNothingKnown, double{options.min_score})) {
    inputs_.insert(inputs_.end(), negatives.begin(), negatives.end());
    const std::vector<double> lengths = centroid_lengths_of(codes_);
    for (std::size_t w = 0; w < inputs_.size(); ++w) {
      const auto vector = embeddings.matrix.row(inputs_[w]);
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
      const std::size_t end = view.end_block * ScanCodes::kBlockRows;
      for (std::size_t first = view.first_block * ScanCodes::kBlockRows; first < end;
           first += kChunkRows) {
        const std::size_t count = std::min(kChunkRows, end - first);
        prefetch8(codes_, first + count, kChunkRows);
        simd::active().codes->tile8(codes_.row8(first), ScanCodes::row8_bytes(codes_.dim), count,
                                    tile_.packed(0), tile_.groups(), tile_.quads(), sums.data());
        for (std::size_t i = 0; i < count; ++i) bound(c, first + i, sums.data() + i * width);
      }
    }
    return computed();
  }

 private:
  void bound(std::size_t cluster, std::size_t position, const std::int32_t* sums) {
    const std::optional<Row> row_there = row_at(embeddings_, position);
    if (!row_there || !allowed_.contains(*row_there)) return;
    const Row row = *row_there;
    const RowBounds row_bounds = row8_bounds(codes_, position);
    const double distance =
        largest_distance(double{codes_.cosines[position / ScanCodes::kBlockRows * 2]},
                         views_.front()[cluster].length);
    Interval product{1, 1};
    Interval divisor{1, 1};
    for (std::size_t w = 0; w < inputs_.size(); ++w) {
      const double estimate =
          views_[w][cluster].product + tile_.estimate(w, sums[w], row_bounds.scale);
      const double error = estimate_error(tile_.error(w), row_bounds.error, distance);
      Interval& side = w < positives_ ? product : divisor;
      side.least *= std::max(0.0, product_factor(estimate - error));
      side.most *= std::max(0.0, product_factor(estimate + error));
    }
    const double most = product.most / (divisor.least + kProductEpsilon);
    if (!(most * (1 + kRelativeSlack) + kAbsoluteSlack >= bounds_.threshold())) return;
    if (!include_inputs_ && std::find(inputs_.begin(), inputs_.end(), row) != inputs_.end()) return;
    candidates_.push_back({most, row});
    const double least = product.least / (divisor.most + kProductEpsilon);
    bounds_.offer(least * (1 - kRelativeSlack) - kAbsoluteSlack);
  }

  std::vector<Neighbor> computed() {
    std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
      return a.bound != b.bound ? a.bound > b.bound : a.row < b.row;
    });
    TopK top(options_.k);
    for (const Candidate& candidate : candidates_) {
      const double reach = candidate.bound * (1 + kRelativeSlack) + kAbsoluteSlack;
      if (reach < std::max(bounds_.threshold(), double{top.threshold()})) break;
      const float score = score_of(candidate.row);
      if (score >= options_.min_score) top.offer({candidate.row, score});
    }
    return top.take_sorted();
  }

  float score_of(Row row) const {
    const simd::Kernels& kernels = simd::active();
    const std::size_t dim = embeddings_.dim();
    const float* x = embeddings_.matrix.row(row).data();
    const double squared_length = kernels.dot(x, x, dim);
    double product = 1;
    double divisor = 1;
    for (std::size_t w = 0; w < inputs_.size(); ++w) {
      const float* input = embeddings_.matrix.row(inputs_[w]).data();
      const double input_squared = kernels.dot(input, input, dim);
      (w < positives_ ? product : divisor) *=
          product_factor(cosine(kernels.dot(input, x, dim), input_squared, squared_length));
    }
    return static_cast<float>(product / (divisor + kProductEpsilon));
  }

  const Embeddings& embeddings_;
  const ScanCodes& codes_;
  const NearestOptions& options_;
  AllowedRows allowed_;
  std::size_t positives_;
  bool include_inputs_;
  std::vector<Row> inputs_;
  TileQueries tile_;
  std::vector<std::vector<ClusterView>> views_;  // [input][cluster]
  LowerBounds bounds_;
  std::vector<Candidate> candidates_;
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
