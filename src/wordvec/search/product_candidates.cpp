#include "wordvec/search/product_candidates.h"

#include <algorithm>

#include "wordvec/search/score.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {

ProductCandidates::ProductCandidates(const Embeddings& embeddings, std::span<const Row> positives,
                                     std::span<const Row> negatives, bool include_inputs,
                                     const NearestOptions& options, const AllowedRows& allowed)
    : embeddings_(embeddings),
      options_(options),
      allowed_(allowed),
      inputs_(positives.begin(), positives.end()),
      positives_(positives.size()),
      include_inputs_(include_inputs),
      bounds_(options.k, std::max(kNothingKnown, double{options.min_score})) {
  inputs_.insert(inputs_.end(), negatives.begin(), negatives.end());
}

bool ProductCandidates::admits(Row row) const noexcept {
  return allowed_.contains(row, include_inputs_ ? std::span<const Row>() : inputs_);
}

void ProductCandidates::offer(Row row, const ProductBounds& bounds) {
  const double most = bounds.most();
  if (!(most >= needed())) return;
  candidates_.push_back({most, row});
  bounds_.offer(bounds.least() * (1 - kProductRelativeSlack) - kProductAbsoluteSlack);
}

bool ProductCandidates::keep_at_most(std::size_t most) {
  if (candidates_.size() <= most) return true;
  const double needed_now = needed();
  std::erase_if(candidates_, [&](const Candidate& c) { return c.bound < needed_now; });
  if (candidates_.size() <= most / 2) return true;
  candidates_ = {};
  return false;
}

std::vector<Neighbor> ProductCandidates::answers() {
  const double needed_at_last = needed();
  std::erase_if(candidates_, [&](const Candidate& c) { return c.bound < needed_at_last; });
  std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
    return a.bound != b.bound ? a.bound > b.bound : a.row < b.row;
  });
  TopK top(options_.k);
  for (const Candidate& candidate : candidates_) {
    const double reach = candidate.bound * (1 + kProductRelativeSlack) + kProductAbsoluteSlack;
    if (reach < double{top.threshold()}) break;
    const float score = score_of(candidate.row);
    if (score >= options_.min_score) top.offer({candidate.row, score});
  }
  return top.take_sorted();
}

float ProductCandidates::score_of(Row row) const {
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

}  // namespace wordvec
