#include "wordvec/search/candidates.h"

#include <algorithm>
#include <cmath>

#include "wordvec/base/error.h"
#include "wordvec/search/score.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {

AllowedRows::AllowedRows(const Embeddings& embeddings, const NearestOptions& options)
    : end_(static_cast<Row>(std::min(embeddings.rows(), options.top_rows))) {
  if (!options.among) return;
  among_.resize(embeddings.rows() / 64 + 1);
  for (const Row row : *options.among) {
    if (row >= end_) continue;
    among_[row / 64] |= std::uint64_t{1} << (row % 64);
  }
}

LowerBounds::LowerBounds(std::size_t k, double at_least) : k_(k), threshold_(at_least) {}

void LowerBounds::offer(double bound) {
  if (!(bound > threshold_)) return;
  if (heap_.size() == k_) {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    heap_.back() = bound;
  } else {
    heap_.push_back(bound);
  }
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  if (heap_.size() == k_) threshold_ = std::max(threshold_, heap_.front());
}

void fail_damaged_codes() {
  throw Error(ErrorCode::malformed,
              "damaged search codes; `wordvec index --again` makes them anew");
}

void prefetch8(const SearchIndex& codes, std::size_t position, std::size_t count) noexcept {
  constexpr std::size_t kLineBytes = 64;
  if (position >= codes.rows.size()) return;
  const std::uint8_t* begin = codes.row8(position);
  const std::size_t bytes =
      std::min(count, codes.rows.size() - position) * SearchIndex::row8_bytes(codes.dim);
  for (std::size_t i = 0; i < bytes; i += kLineBytes) __builtin_prefetch(begin + i, 0, 2);
}

std::optional<double> inverse_length_of(std::span<const float> vector) {
  const double squared = simd::active().dot(vector.data(), vector.data(), vector.size());
  if (!(squared > 0) || !std::isfinite(squared)) return std::nullopt;
  return 1 / std::sqrt(squared);
}

std::vector<double> centroid_lengths_of(const SearchIndex& codes) {
  const simd::Kernels& kernels = simd::active();
  std::vector<double> lengths;
  for (std::size_t c = 0; c < codes.clusters(); ++c) {
    const float* centroid = codes.centroid(c).data();
    lengths.push_back(std::sqrt(kernels.dot(centroid, centroid, codes.dim)));
  }
  return lengths;
}

std::vector<ClusterView> view_clusters(const SearchIndex& codes,
                                       std::span<const double> centroid_lengths,
                                       std::span<const float> vector, double inverse_length) {
  const simd::Kernels& kernels = simd::active();
  std::vector<ClusterView> views;
  views.reserve(codes.clusters());
  for (std::size_t c = 0; c < codes.clusters(); ++c) {
    ClusterView view;
    view.cluster = c;
    view.first_block = codes.first_blocks[c];
    view.end_block = codes.first_blocks[c + 1];
    if (view.first_block > view.end_block || view.end_block > codes.blocks()) fail_damaged_codes();
    if (view.first_block == view.end_block) continue;
    view.product = kernels.dot(vector.data(), codes.centroid(c).data(), codes.dim) * inverse_length;
    view.length = centroid_lengths[c];
    if (view.length > 0) view.cosine = view.product / view.length;
    views.push_back(view);
  }
  return views;
}

FineQuery::FineQuery(std::span<const float> vector, double inverse_length)
    : high_(SearchIndex::row8_bytes(vector.size())),
      low_(high_.size()),
      coded_(code_query(vector, inverse_length, high_, low_)) {}

Estimate FineQuery::estimate(const SearchIndex& codes, std::size_t position,
                             const ClusterView& cluster, double distance) const noexcept {
  std::int32_t sums[2];
  simd::active().codes->dot8(codes.row8(position), high_.data(), low_.data(), high_.size(), sums);
  const std::int64_t product = 128 * std::int64_t{sums[0]} + sums[1] - 128 * coded_.sum;
  const RowBounds row = row8_bounds(codes, position);
  return {cluster.product + double{coded_.step} * double{row.scale} * static_cast<double>(product),
          estimate_error(coded_.error, row.error, distance)};
}

Refiner::Refiner(const Embeddings& embeddings, const NearestQuery& query,
                 const NearestOptions& options, const AllowedRows& allowed, double known)
    : embeddings_(embeddings),
      query_(query),
      options_(options),
      allowed_(allowed),
      squared_length_(
          simd::active().dot(query.vector.data(), query.vector.data(), query.vector.size())),
      inverse_length_(1 / std::sqrt(squared_length_)),
      fine_(query.vector, inverse_length_),
      bounds_(options.k, std::max(known, double{options.min_score})) {}

bool Refiner::keep_at_most(std::size_t most) {
  if (candidates_.size() <= most) return true;
  const double needed_now = needed();
  std::erase_if(candidates_, [&](const Candidate& c) { return c.bound < needed_now; });
  if (candidates_.size() <= most / 2) return true;
  candidates_ = {};
  return false;
}

void Refiner::refine(std::size_t position, const ClusterView& cluster, double distance) {
  const std::optional<Row> row = row_at(embeddings_, position);
  if (!row || !allowed_.contains(*row, query_.excluded)) return;
  ++refined_;
  const Estimate estimate = fine_.estimate(embeddings_.codes, position, cluster, distance);
  const double bound = estimate.cosine + estimate.error;
  if (!(bound >= needed())) return;
  candidates_.push_back({bound, *row});
  bounds_.offer(estimate.cosine - estimate.error);
}

std::vector<Neighbor> Refiner::answers() {
  const double needed_at_last = needed();
  std::erase_if(candidates_, [&](const Candidate& c) { return c.bound < needed_at_last; });
  std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
    return a.bound != b.bound ? a.bound > b.bound : a.row < b.row;
  });
  const simd::Kernels& kernels = simd::active();
  const std::size_t dim = embeddings_.dim();
  TopK top(options_.k);
  for (const Candidate& candidate : candidates_) {
    if (candidate.bound < double{top.threshold()} - kTieSlack) break;
    ++computed_;
    const float* row = embeddings_.matrix.row(candidate.row).data();
    const double dot = kernels.dot(query_.vector.data(), row, dim);
    const auto score = static_cast<float>(cosine(dot, squared_length_, kernels.dot(row, row, dim)));
    if (score >= options_.min_score) top.offer({candidate.row, score});
  }
  return top.take_sorted();
}

}  // namespace wordvec
