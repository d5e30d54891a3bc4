#include "wordvec/analysis/common_component.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <string>

#include "wordvec/analysis/decompose.h"
#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr std::size_t kPieceRows = 64;  // a tile's columns of so many rows stay in the L1 cache

}  // namespace

CommonComponent::CommonComponent(std::size_t dim)
    : dim_(dim), width_(static_cast<std::size_t>(round_up(dim, 8))) {
  if (dim > kMaxCovarianceDim) {
    throw Error(ErrorCode::usage, "cannot compute the common component of dimension " +
                                      std::to_string(dim) + ": expected at most " +
                                      std::to_string(kMaxCovarianceDim));
  }
  pending_.resize(kPieceRows * width_);
  sums_.resize(width_ * width_);
}

void CommonComponent::add(std::span<const float> vector) {
  if (std::all_of(vector.begin(), vector.end(), [](float x) { return x == 0; })) return;
  ++count_;
  std::copy(vector.begin(), vector.end(),
            pending_.begin() + static_cast<std::ptrdiff_t>(pending_rows_ * width_));
  if (++pending_rows_ == kPieceRows) add_pending();
}

void CommonComponent::add_pending() {
  simd::active().scatter->add_double(pending_.data(), pending_rows_, width_, sums_.data());
  pending_rows_ = 0;
}

std::vector<double> CommonComponent::direction() {
  add_pending();
  std::vector<double> direction(dim_);
  if (count_ == 0) return direction;
  const auto n = static_cast<Eigen::Index>(dim_);
  const auto width = static_cast<Eigen::Index>(width_);
  // The upper triangle row by row is the lower one column by column, which the solver reads.
  const Eigen::Map<const Eigen::MatrixXd> all(sums_.data(), width, width);
  const Eigen::MatrixXd moment = all.topLeftCorner(n, n);
  if (!std::isfinite(moment.trace())) {
    throw Error(ErrorCode::malformed, "a vector holds a value that is not finite");
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(moment);
  const auto column = solver.eigenvectors().col(n - 1);
  std::copy(column.begin(), column.end(), direction.begin());
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
  for (std::size_t d = 0; d < vector.size(); ++d) {
    along += direction[d] * static_cast<double>(vector[d]);
  }
  for (std::size_t d = 0; d < vector.size(); ++d) {
    vector[d] = static_cast<float>(static_cast<double>(vector[d]) - along * direction[d]);
  }
}

}  // namespace wordvec
