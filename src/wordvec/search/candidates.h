// What the searches through the codes share: which rows may be answers, and how a candidate is
// refined until its score is known.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wordvec/search/coded_search.h"
#include "wordvec/search/nearest.h"

namespace wordvec {

// The rows that options allow, before a query excludes some. A view: options.among must outlive it.
class AllowedRows {
 public:
  AllowedRows(const Embeddings& embeddings, const NearestOptions& options);

  bool contains(Row row, std::span<const Row> excluded = {}) const noexcept {
    return row < end_ && (among_.empty() || (among_[row / 64] >> (row % 64) & 1) != 0) &&
           std::find(excluded.begin(), excluded.end(), row) == excluded.end();
  }

 private:
  Row end_;
  std::vector<std::uint64_t> among_;  // a bit for each row; empty: all
};

// The k-th largest of the lower bounds seen so far: T of coded_search.h.
class LowerBounds {
 public:
  explicit LowerBounds(std::size_t k, double at_least);

  double threshold() const noexcept { return threshold_; }
  void offer(double bound);

 private:
  std::size_t k_;
  double threshold_;
  std::vector<double> heap_;  // the least in front
};

// A cluster as one query sees it. Made from the codes of a file that may lie: blocks are in range,
// or view_clusters() throws Error(malformed); numbers may be anything.
struct ClusterView {
  std::size_t cluster = 0;
  std::size_t first_block = 0;
  std::size_t end_block = 0;
  double product = 0;  // ⟨q,μ⟩
  double length = 0;   // ‖μ‖
  double cosine = 0;   // ⟨q,μ⟩/‖μ‖, 0 where μ is
};
std::vector<ClusterView> view_clusters(const SearchIndex& codes,
                                       std::span<const double> centroid_lengths,
                                       std::span<const float> vector, double inverse_length);

// ‖μ‖ of each cluster.
std::vector<double> centroid_lengths_of(const SearchIndex& codes);

// A cosine in double, and a bound that is computed in double, are wrong by far less.
inline constexpr double kDoubleSlack = 1e-9;

// What an estimate from 8-bit codes can be wrong by: (1) of index/search_index.h, with the query's
// δ, the row's ε and ‖u − μ‖, and the slack of arithmetic in double.
inline double estimate_error(double delta, float row_error, double distance) noexcept {
  return (1 + delta) * double{row_error} + delta * distance + kDoubleSlack;
}

// Throws Error(malformed) that says how codes are made anew: for what a search finds to be damaged.
[[noreturn]] void fail_damaged_codes();

// The row at a position; nullopt where there is none. Throws Error(malformed).
inline std::optional<Row> row_at(const Embeddings& embeddings, std::size_t position) {
  const Row row = embeddings.codes.rows[position];
  if (row < embeddings.rows()) return row;
  if (row != SearchIndex::kNoRow) fail_damaged_codes();
  return std::nullopt;
}

// Asks for the 8-bit codes of rows at consecutive positions, to be read soon: the kernels that read
// them take many rows at once, which the processor's own prefetching does not follow.
void prefetch8(const SearchIndex& codes, std::size_t position, std::size_t count) noexcept;

// Below every cosine and bound.
inline constexpr double kNothingKnown = -10;

// 1/‖vector‖; nullopt for a vector that has no direction or values that are not finite.
std::optional<double> inverse_length_of(std::span<const float> vector);

// A cosine's estimate, and what it can be wrong by.
struct Estimate {
  double cosine = 0;
  double error = 0;
};

// A query in whole numbers of about 15 bits, for the 8-bit codes of one row at a time. Immutable.
class FineQuery {
 public:
  FineQuery(std::span<const float> vector, double inverse_length);

  // Of the row at `position`, which is in `cluster` as this query sees it, and not farther from its
  // centre than `distance`.
  Estimate estimate(const SearchIndex& codes, std::size_t position, const ClusterView& cluster,
                    double distance) const noexcept;

 private:
  std::vector<std::int8_t> high_;
  std::vector<std::int8_t> low_;
  CodedQuery coded_;
};

// One query on its way through the stages. Not for several threads at once.
class Refiner {
 public:
  // `known`: k candidates have at least this cosine, as far as is known; kNothingKnown at first.
  // All must outlive the refiner.
  Refiner(const Embeddings& embeddings, const NearestQuery& query, const NearestOptions& options,
          const AllowedRows& allowed, double known);

  double inverse_length() const noexcept { return inverse_length_; }
  // Rows with a cosine below this are no answers.
  double needed() const noexcept { return bounds_.threshold() - kTieSlack; }
  // Bounds the row at `position` by its 8-bit codes, and keeps it if it can be an answer.
  void refine(std::size_t position, const ClusterView& cluster, double distance);

  // Drops candidates that are none any more, when there are more than `most`; false, and drops all,
  // when more than half of that are left.
  bool keep_at_most(std::size_t most);

  // Computes what must be computed, best first.
  std::vector<Neighbor> answers();

  std::size_t refined() const noexcept { return refined_; }
  std::size_t computed() const noexcept { return computed_; }

 private:
  struct Candidate {
    double bound = 0;
    Row row = 0;
  };

  const Embeddings& embeddings_;
  const NearestQuery& query_;
  const NearestOptions& options_;
  const AllowedRows& allowed_;
  double squared_length_;
  double inverse_length_;
  FineQuery fine_;
  LowerBounds bounds_;
  std::vector<Candidate> candidates_;
  std::size_t refined_ = 0;
  std::size_t computed_ = 0;
};

}  // namespace wordvec
