#include "wordvec/analysis/block_krylov.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "wordvec/base/bytes.h"
#include "wordvec/base/split_mix64.h"

namespace wordvec {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Eigen::Index;

constexpr double kMaxAngle = 1e-7;
// What rounding leaves of a residual, over the largest eigenvalue.
constexpr double kRounding = 1e-13;

// The space that is searched: an orthonormal basis, and the matrix projected on it.
class Search {
 public:
  Search(Index dim, Index count, const SymmetricProduct& multiply)
      : multiply_(multiply),
        count_(count),
        // More than are asked for, so that the next eigenvalue is known, and since a multiple one
        // is found as often as there are vectors in a block.
        block_(std::min({dim, static_cast<Index>(kMaxProductVectors),
                         static_cast<Index>(round_up(static_cast<std::uint64_t>(count) + 1, 4))})),
        basis_(dim, std::min(dim, std::max<Index>(384, 4 * count) / block_ * block_ + block_)),
        projected_(Matrix::Zero(basis_.cols(), basis_.cols())) {
    next_ = Matrix::Zero(dim, block_);
    coupling_ = Matrix::Zero(block_, block_);
    orthonormalise(next_, block_, nullptr);
  }

  // Takes in the next block. False: the basis is that of the whole space.
  bool extend() {
    if (size_ + next_.cols() > basis_.cols()) restart();
    const Index added = next_.cols();
    if (added == 0) return false;
    basis_.middleCols(size_, added) = next_;
    Matrix rest = product(next_);
    size_ += added;
    const auto basis = basis_.leftCols(size_);
    Matrix along = basis.transpose() * rest;
    rest.noalias() -= basis * along;
    const Matrix again = basis.transpose() * rest;
    rest.noalias() -= basis * again;
    along += again;
    projected_.block(0, size_ - added, size_, added) = along;
    projected_.block(size_ - added, 0, added, size_) = along.transpose();
    scale_ = std::max(scale_, along.colwise().norm().maxCoeff());
    next_ = std::move(rest);
    last_ = added;
    orthonormalise(next_, std::min(added, basis_.rows() - size_), &coupling_);
    return true;
  }

  // Whether the largest eigenvalues of the projection are those of the matrix.
  bool has_converged() {
    if (size_ <= count_) return false;
    const auto projected = projected_.topLeftCorner(size_, size_);
    ritz_.compute((projected + projected.transpose()) / 2);
    const Matrix outside = coupling_ * ritz_.eigenvectors().bottomRows(last_);
    const double rounding = kRounding * value(0);
    for (Index i = 0; i <= count_; ++i) {
      const double residual = next_.cols() == 0 ? 0 : outside.col(size_ - 1 - i).norm();
      // The next eigenvalue only tells how far off it is.
      const double most = i < count_ ? kMaxAngle * gap(i) : gap(i - 1) / 4;
      if (!(residual <= std::max(most, rounding))) return false;
    }
    return true;
  }

  // A block finds an eigenvalue as often as it has vectors, not more often: whether a larger one
  // was missed is what another random block tells. Called once it has converged.
  bool may_have_missed() {
    if (count_ < block_ || next_.cols() == 0) return false;
    const double sum = ritz_.eigenvalues().tail(count_).sum();
    const bool found_more = !(sum <= found_ + kMaxAngle * std::abs(sum));
    found_ = sum;
    if (!found_more) return false;
    // What was next stays so: the values found so far are only as good as that.
    const Index known = next_.cols();
    const Index added = std::min(block_, basis_.rows() - size_ - known);
    next_.conservativeResize(Eigen::NoChange, known + added);
    next_.rightCols(added).setZero();
    orthonormalise(next_, known + added, nullptr);
    coupling_.conservativeResize(known + added, Eigen::NoChange);
    coupling_.bottomRows(added).setZero();
    return true;
  }

  // The vectors that has_converged() found, by one more product.
  std::optional<Eigenpairs> verified() const {
    const Matrix vectors =
        basis_.leftCols(size_) * ritz_.eigenvectors().rightCols(count_).rowwise().reverse();
    const Matrix images = product(vectors);
    Eigenpairs pairs;
    for (Index i = 0; i < count_; ++i) {
      const double eigenvalue = vectors.col(i).dot(images.col(i));
      const double residual = (images.col(i) - eigenvalue * vectors.col(i)).norm();
      if (!(residual <= 2 * std::max(kMaxAngle * gap(i), 4 * kRounding * value(0)))) return {};
      pairs.values.push_back(eigenvalue);
      pairs.vectors.insert(pairs.vectors.end(), vectors.col(i).begin(), vectors.col(i).end());
    }
    return pairs;
  }

  std::size_t products() const { return products_; }

 private:
  double value(Index i) const { return ritz_.eigenvalues()(size_ - 1 - i); }

  // From the i-th largest value to the nearest other.
  double gap(Index i) const {
    const double below = value(i) - value(i + 1);
    return i == 0 ? below : std::min(below, value(i - 1) - value(i));
  }

  Matrix product(const Matrix& directions) const {
    Matrix images(directions.rows(), directions.cols());
    const Index most = static_cast<Index>(kMaxProductVectors);
    for (Index c = 0; c < directions.cols(); c += most) {
      const Index count = std::min(most, directions.cols() - c);
      const auto values = static_cast<std::size_t>(directions.rows() * count);
      multiply_({directions.col(c).data(), values}, static_cast<std::size_t>(count),
                {images.col(c).data(), values});
      ++products_;
    }
    return images;
  }

  // Makes of the first `count` columns an orthonormal block that is orthogonal to the basis, and
  // drops the others: columns = block × coupling. A column of which nothing is left, since the
  // basis holds a whole invariant subspace, becomes a random one, to which nothing couples.
  void orthonormalise(Matrix& columns, Index count, Matrix* coupling) {
    const auto basis = basis_.leftCols(size_);
    Matrix factors = Matrix::Zero(count, columns.cols());
    const double least = std::numeric_limits<double>::epsilon() * scale_;
    for (Index c = 0; c < columns.cols(); ++c) {
      auto column = columns.col(c);
      const auto before = columns.leftCols(std::min(c, count));
      const auto remove_known = [&] {
        column.noalias() -= basis * (basis.transpose() * column).eval();
        const Vector along = before.transpose() * column;
        column.noalias() -= before * along;
        return along;
      };
      for (int pass = 0; pass < 2; ++pass) factors.col(c).head(before.cols()) += remove_known();
      if (c >= count) continue;
      double norm = column.norm();
      if (norm > least) {
        factors(c, c) = norm;
      } else {
        for (double& x : column) x = 2 * random_.uniform() - 1;
        for (int pass = 0; pass < 3; ++pass) {
          remove_known();
          column.normalize();
        }
        continue;
      }
      column /= norm;
    }
    columns.conservativeResize(Eigen::NoChange, count);
    if (coupling != nullptr) *coupling = std::move(factors);
  }

  // Keeps the best third of the basis.
  void restart() {
    const auto projected = projected_.topLeftCorner(size_, size_);
    ritz_.compute((projected + projected.transpose()) / 2);
    const Index kept = std::min(size_, std::max(count_ + block_, basis_.cols() / 3));
    basis_.leftCols(kept) = (basis_.leftCols(size_) * ritz_.eigenvectors().rightCols(kept)).eval();
    projected_.setZero();
    projected_.topLeftCorner(kept, kept).diagonal() = ritz_.eigenvalues().tail(kept);
    size_ = kept;
  }

  const SymmetricProduct& multiply_;
  Index count_;
  Index block_;
  Matrix basis_;  // its first size_ columns
  Matrix projected_;
  Index size_ = 0;
  Index last_ = 0;   // columns that came in last
  Matrix next_;      // what the images of these have beyond the basis, orthonormal,
  Matrix coupling_;  // and its factors
  double scale_ = 0;
  double found_ = -1;  // the sum of the eigenvalues, when it last converged
  Eigen::SelfAdjointEigenSolver<Matrix> ritz_;
  SplitMix64 random_{1};
  mutable std::size_t products_ = 0;
};

}  // namespace

std::optional<Eigenpairs> largest_eigenpairs(std::size_t dim, std::size_t count,
                                             const SymmetricProduct& multiply,
                                             std::size_t max_products) {
  Search search(static_cast<Index>(dim), static_cast<Index>(count), multiply);
  // Each look at the projection costs a decomposition of it.
  std::size_t look_at = 4;
  while (search.products() < max_products) {
    const bool more = search.extend();
    if (more && search.products() < look_at) continue;
    look_at = search.products() * 9 / 8 + 1;
    if (!search.has_converged()) {
      if (!more) return std::nullopt;
      continue;
    }
    if (search.may_have_missed()) {
      look_at = search.products() + 8;
      continue;
    }
    if (auto pairs = search.verified()) return pairs;
  }
  return std::nullopt;
}

}  // namespace wordvec
