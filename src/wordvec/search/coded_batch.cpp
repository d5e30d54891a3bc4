// Many queries through the 8-bit codes.
#include <algorithm>
#include <limits>

#include "wordvec/base/parallel.h"
#include "wordvec/search/candidates.h"
#include "wordvec/search/coded_search.h"
#include "wordvec/search/tile_queries.h"

namespace wordvec {
namespace {

constexpr std::size_t kLanes = simd::kCodeLanes;
constexpr std::size_t kBatchChunkBlocks = 24;  // rows whose codes stay in a core's cache
constexpr std::size_t kBatchChunkRows = kBatchChunkBlocks * SearchIndex::kBlockRows;
constexpr std::size_t kTileGroups = 2;  // that a kernel takes at once
constexpr std::size_t kSliceQueries = 256;
constexpr std::size_t kMaxBatchCandidates = 1 << 14;  // of a query; one with more goes by itself
constexpr float kNever = std::numeric_limits<float>::infinity();

struct Candidate {
  double bound = 0;
  Position position = 0;
  std::uint32_t cluster = 0;  // index into the query's views
};

// What one thread does: some queries, all rows.
class BatchSlice {
 public:
  BatchSlice(const Embeddings& embeddings, std::span<const NearestQuery> queries,
             const NearestOptions& options, const AllowedRows& allowed)
      : embeddings_(embeddings),
        codes_(embeddings.codes),
        queries_(queries),
        options_(options),
        allowed_(allowed),
        tile_(queries.size(), embeddings.dim()),
        states_(queries.size(), State(options)),
        bases_(tile_.groups() * kLanes),
        error_factors_(bases_.size()),
        thresholds_(bases_.size(), kNever),
        scales_(kBatchChunkRows),
        errors_(kBatchChunkRows),
        sums_(kBatchChunkRows * kTileGroups * kLanes),
        found_(kBatchChunkRows * kLanes) {
    const std::vector<double> lengths = centroid_lengths_of(codes_);
    for (std::size_t q = 0; q < queries.size(); ++q) {
      const auto inverse_length = inverse_length_of(queries[q].vector);
      states_[q].is_open = inverse_length.has_value();
      if (!inverse_length) continue;
      tile_.set(q, queries[q].vector, *inverse_length);
      states_[q].clusters = view_clusters(codes_, lengths, queries[q].vector, *inverse_length);
      error_factors_[q] = static_cast<float>(1 + tile_.error(q));
      update_threshold(q);
    }
  }

  void answer(std::span<std::vector<Neighbor>> answers) {
    scan();
    for (std::size_t q = 0; q < queries_.size(); ++q) {
      if (states_[q].clusters.empty()) continue;  // a query without a direction
      answers[q] = states_[q].is_open ? refined_answers(q)
                                      : coded_search(embeddings_, queries_[q], options_);
    }
  }

 private:
  struct State {
    explicit State(const NearestOptions& options)
        : bounds(options.k, std::max(kNothingKnown, double{options.min_score})) {}

    double needed() const { return bounds.threshold() - kTieSlack; }

    bool is_open = false;
    LowerBounds bounds;
    std::vector<ClusterView> clusters;
    std::vector<Candidate> candidates;
  };

  double distance_at(std::size_t block, const ClusterView& cluster) const {
    return largest_distance(double{codes_.cosines[2 * block]}, cluster.length);
  }

  void update_threshold(std::size_t q) { thresholds_[q] = static_cast<float>(states_[q].needed()); }

  void scan() {
    const auto open = std::find_if(states_.begin(), states_.end(),
                                   [](const State& state) { return state.is_open; });
    if (open == states_.end()) return;
    // Which clusters there are is the same for all queries.
    for (std::size_t c = 0; c < open->clusters.size(); ++c) {
      const ClusterView view = open->clusters[c];
      for (std::size_t block = view.first_block; block < view.end_block;
           block += kBatchChunkBlocks) {
        scan_chunk(c, block, std::min(kBatchChunkBlocks, view.end_block - block));
      }
    }
  }

  void scan_chunk(std::size_t cluster, std::size_t block, std::size_t blocks) {
    for (std::size_t q = 0; q < states_.size(); ++q) {
      if (!states_[q].is_open) continue;
      const ClusterView& view = states_[q].clusters[cluster];
      bases_[q] = static_cast<float>(view.product + tile_.error(q) * distance_at(block, view)) +
                  kEstimateSlack;
    }
    const simd::CodeKernels& kernels = *simd::active().codes;
    const std::size_t first = block * SearchIndex::kBlockRows;
    const std::size_t count = blocks * SearchIndex::kBlockRows;
    const std::size_t row_bytes = SearchIndex::row8_bytes(codes_.dim);
    const std::uint8_t* rows = codes_.row8(first);
    prefetch8(codes_, first + count, kBatchChunkRows);
    for (std::size_t i = 0; i < count; ++i) {
      const RowBounds bounds = row8_bounds(codes_, first + i);
      scales_[i] = bounds.scale;
      errors_[i] = bounds.error;
    }
    for (std::size_t g = 0; g < tile_.groups(); g += kTileGroups) {
      const std::size_t groups = std::min(kTileGroups, tile_.groups() - g);
      kernels.tile8(rows, row_bytes, count, tile_.packed(g), groups, tile_.quads(), sums_.data());
      for (std::size_t i = 0; i < groups; ++i) {
        const std::size_t q = (g + i) * kLanes;
        const simd::Select8Queries select{tile_.offsets() + q, tile_.steps() + q, &bases_[q],
                                          &error_factors_[q], &thresholds_[q]};
        const std::int32_t* sums = sums_.data() + i * kLanes;
        const std::size_t found = kernels.select8(scales_.data(), errors_.data(), count, sums,
                                                  groups * kLanes, select, found_.data());
        for (std::size_t f = 0; f < found; ++f) {
          const std::size_t row = found_[f] / kLanes;
          const std::size_t lane = found_[f] % kLanes;
          keep(q + lane, first + row, cluster, sums[row * groups * kLanes + lane]);
        }
      }
    }
  }

  void keep(std::size_t q, std::size_t position, std::size_t cluster, std::int32_t sum) {
    State& state = states_[q];
    const std::optional<Row> row_there = row_at(embeddings_, position);
    if (!state.is_open || !row_there || !allowed_.contains(*row_there, queries_[q].excluded)) {
      return;
    }
    const ClusterView& view = state.clusters[cluster];
    const RowBounds row = row8_bounds(codes_, position);
    const double estimate = view.product + tile_.estimate(q, sum, row.scale);
    const double error = estimate_error(tile_.error(q), row.error,
                                        distance_at(position / SearchIndex::kBlockRows, view));
    if (!(estimate + error >= state.needed())) return;
    state.candidates.push_back(
        {estimate + error, static_cast<Position>(position), static_cast<std::uint32_t>(cluster)});
    state.bounds.offer(estimate - error);
    if (state.candidates.size() >= kMaxBatchCandidates) {
      drop_hopeless(state);
      if (state.candidates.size() > kMaxBatchCandidates / 2) close(q);
    }
    if (state.is_open) update_threshold(q);
  }

  static void drop_hopeless(State& state) {
    std::erase_if(state.candidates, [&](const Candidate& c) { return c.bound < state.needed(); });
  }

  void close(std::size_t q) {
    states_[q].is_open = false;
    states_[q].candidates = {};
    thresholds_[q] = kNever;
  }

  std::vector<Neighbor> refined_answers(std::size_t q) {
    State& state = states_[q];
    drop_hopeless(state);
    Refiner refiner(embeddings_, queries_[q], options_, allowed_, state.bounds.threshold());
    for (const Candidate& candidate : state.candidates) {
      const ClusterView& view = state.clusters[candidate.cluster];
      refiner.refine(candidate.position, view,
                     distance_at(candidate.position / SearchIndex::kBlockRows, view));
    }
    return refiner.answers();
  }

  const Embeddings& embeddings_;
  const SearchIndex& codes_;
  std::span<const NearestQuery> queries_;
  const NearestOptions& options_;
  const AllowedRows& allowed_;
  TileQueries tile_;
  std::vector<State> states_;
  std::vector<float> bases_;
  std::vector<float> error_factors_;
  std::vector<float> thresholds_;
  std::vector<float> scales_;  // of the rows of a chunk
  std::vector<float> errors_;
  std::vector<std::int32_t> sums_;
  std::vector<std::uint32_t> found_;
};

}  // namespace

std::vector<std::vector<Neighbor>> coded_batch_search(const Embeddings& embeddings,
                                                      std::span<const NearestQuery> queries,
                                                      const NearestOptions& options) {
  std::vector<std::vector<Neighbor>> answers(queries.size());
  if (options.k == 0 || queries.empty()) return answers;
  const AllowedRows allowed(embeddings, options);
  const unsigned threads = threads_or_default(options.threads);
  const std::size_t groups = (queries.size() + kLanes - 1) / kLanes;
  const std::size_t slices =
      std::min(groups, std::max<std::size_t>(threads, (queries.size() - 1) / kSliceQueries + 1));
  parallel_for(threads, slices, [&](std::size_t s) {
    const std::size_t first = groups * s / slices * kLanes;
    const std::size_t end = std::min(queries.size(), groups * (s + 1) / slices * kLanes);
    BatchSlice slice(embeddings, queries.subspan(first, end - first), options, allowed);
    slice.answer(std::span(answers).subspan(first, end - first));
  });
  return answers;
}

}  // namespace wordvec
