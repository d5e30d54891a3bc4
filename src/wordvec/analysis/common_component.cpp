#include "wordvec/analysis/common_component.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "wordvec/analysis/decompose.h"
#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr std::size_t kPendingRows = 64;  // a tile's columns of so many rows stay in the L1 cache

}  // namespace

CommonComponent::CommonComponent(std::size_t dim)
    : dim_(dim), width_(static_cast<std::size_t>(round_up(dim, 8))) {
  if (dim > kMaxCovarianceDim) {
    throw Error(ErrorCode::usage, "cannot compute the common component of dimension " +
                                      std::to_string(dim) + ": expected at most " +
                                      std::to_string(kMaxCovarianceDim));
  }
  pending_.resize(kPendingRows * width_);
  sums_.resize(width_ * width_);
}

void CommonComponent::add(std::span<const float> vector) {
  if (std::all_of(vector.begin(), vector.end(), [](float x) { return x == 0; })) return;
  ++count_;
  std::copy(vector.begin(), vector.end(),
            pending_.begin() + static_cast<std::ptrdiff_t>(pending_rows_ * width_));
  if (++pending_rows_ == kPendingRows) add_pending();
}

void CommonComponent::add_pending() {
  simd::active().covariance->add_double(pending_.data(), pending_rows_, width_, sums_.data());
  pending_rows_ = 0;
}

std::vector<double> CommonComponent::direction() {
  add_pending();
  if (count_ == 0) return std::vector<double>(dim_);
  double trace = 0;
  for (std::size_t d = 0; d < dim_; ++d) trace += sums_[d * width_ + d];
  if (!std::isfinite(trace)) {
    throw Error(ErrorCode::malformed, "a vector holds a value that is not finite");
  }
  std::vector<double> direction = first_eigenvector(sums_, width_, dim_);
  const auto largest = std::max_element(direction.begin(), direction.end(), [](double a, double b) {
    return std::abs(a) < std::abs(b);
  });
  if (*largest < 0)
    std::transform(direction.begin(), direction.end(), direction.begin(),
                   [](double x) { return -x; });
  return direction;
}

void remove_component(std::span<const double> direction, std::span<float> vector) noexcept {
  double along = 0;
  double squared = 0;
  for (std::size_t d = 0; d < vector.size(); ++d) {
    const auto value = static_cast<double>(vector[d]);
    along += direction[d] * value;
    squared += value * value;
  }
  double left = 0;
  for (std::size_t d = 0; d < vector.size(); ++d) {
    const double value = static_cast<double>(vector[d]) - along * direction[d];
    left += value * value;
    vector[d] = static_cast<float>(value);
  }
  if (left <= kRoundingShare * kRoundingShare * squared) {
    std::fill(vector.begin(), vector.end(), 0.0F);
  }
}

}  // namespace wordvec
