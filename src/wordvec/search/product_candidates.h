// What the coded searches by product (3CosMul, nearest.h) share: bounds of a score, and the rows
// that can be answers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "wordvec/search/candidates.h"
#include "wordvec/search/nearest.h"
#include "wordvec/search/score.h"

namespace wordvec {

// Two products whose quotients differ by less may be equal in float32: these cover the rounding of
// a score and of its bounds. The cosines' bounds have a slack of their own, kDoubleSlack.
inline constexpr double kProductRelativeSlack = 1e-6;
inline constexpr double kProductAbsoluteSlack = 1e-12;

// Bounds of a score, from those of its cosines.
class ProductBounds {
 public:
  // By the factor of a positive.
  void multiply(const Estimate& estimate) noexcept { product_.multiply(estimate); }
  // By that of a negative.
  void divide(const Estimate& estimate) noexcept { divisor_.multiply(estimate); }

  double least() const noexcept { return product_.least / (divisor_.most + kProductEpsilon); }
  double most() const noexcept { return product_.most / (divisor_.least + kProductEpsilon); }

 private:
  struct Interval {
    double least = 1;
    double most = 1;

    void multiply(const Estimate& estimate) noexcept {
      least *= std::max(0.0, product_factor(estimate.cosine - estimate.error));
      most *= std::max(0.0, product_factor(estimate.cosine + estimate.error));
    }
  };

  Interval product_;
  Interval divisor_;
};

// Of one query. Not for several threads at once.
class ProductCandidates {
 public:
  // Every positive and negative has a direction. `embeddings`, `options` and `allowed` must outlive
  // this.
  ProductCandidates(const Embeddings& embeddings, std::span<const Row> positives,
                    std::span<const Row> negatives, bool include_inputs,
                    const NearestOptions& options, const AllowedRows& allowed);

  // A row whose bounds' most() is less is no answer.
  double needed() const noexcept {
    return (bounds_.threshold() - kProductAbsoluteSlack) / (1 + kProductRelativeSlack);
  }
  // The row can be an answer, whatever it scores.
  bool admits(Row row) const noexcept;
  // Keeps a row that admits() if it can still be an answer.
  void offer(Row row, const ProductBounds& bounds);
  // Drops candidates that are none any more, when there are more than `most`; false, and drops all,
  // when more than half of that are left.
  bool keep_at_most(std::size_t most);

  // Computes what must be computed, best first.
  std::vector<Neighbor> answers();

 private:
  struct Candidate {
    double bound = 0;
    Row row = 0;
  };

  float score_of(Row row) const;

  const Embeddings& embeddings_;
  const NearestOptions& options_;
  const AllowedRows& allowed_;
  std::vector<Row> inputs_;  // positives first
  std::size_t positives_;
  bool include_inputs_;
  LowerBounds bounds_;
  std::vector<Candidate> candidates_;
};

}  // namespace wordvec
