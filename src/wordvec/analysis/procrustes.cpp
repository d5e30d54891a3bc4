#include "wordvec/analysis/procrustes.h"

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <string>

#include "wordvec/analysis/decompose.h"
#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

using Matrix = Eigen::MatrixXd;

constexpr std::size_t kProductRows = 256;

Eigen::Index eigen_index(std::size_t i) {
  return static_cast<Eigen::Index>(i);
}

void check_pairs(const Selection& first, const Selection& second) {
  if (first.dim() != second.dim()) {
    throw Error(ErrorCode::usage, "cannot align vectors of dimension " +
                                      std::to_string(first.dim()) + " with vectors of dimension " +
                                      std::to_string(second.dim()));
  }
  if (first.dim() > kMaxCovarianceDim) {
    throw Error(ErrorCode::usage, "cannot align vectors of dimension " +
                                      std::to_string(first.dim()) + ": expected at most " +
                                      std::to_string(kMaxCovarianceDim));
  }
  if (first.size() != second.size() || first.size() == 0) {
    throw Error(ErrorCode::usage, "cannot align " + std::to_string(first.size()) + " words with " +
                                      std::to_string(second.size()));
  }
}

std::vector<double> lengths_of(const Selection& rows) {
  const simd::Kernels& kernels = simd::active();
  std::vector<double> lengths(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    lengths[i] = std::sqrt(kernels.dot(rows[i].data(), rows[i].data(), rows.dim()));
    if (!(lengths[i] > 0) || !std::isfinite(lengths[i])) {
      throw Error(ErrorCode::malformed, "cannot align a vector without a direction");
    }
  }
  return lengths;
}

// Rows at unit length.
class UnitRows {
 public:
  explicit UnitRows(const Selection& rows) : rows_(rows), lengths_(lengths_of(rows)) {}

  std::size_t size() const { return rows_.size(); }
  std::size_t dim() const { return rows_.dim(); }
  std::size_t blocks() const { return (size() + kProductRows - 1) / kProductRows; }

  // Of each row of a block the values first … first + count − 1, as the columns of a matrix.
  Matrix columns(std::size_t block, std::size_t first, std::size_t count) const {
    const std::size_t begin = block * kProductRows;
    const std::size_t end = std::min(size(), begin + kProductRows);
    Matrix out(eigen_index(count), eigen_index(end - begin));
    for (std::size_t i = begin; i < end; ++i) {
      const auto row = rows_[i].subspan(first, count);
      for (std::size_t d = 0; d < count; ++d) {
        out(eigen_index(d), eigen_index(i - begin)) = double{row[d]} / lengths_[i];
      }
    }
    return out;
  }
  Matrix columns(std::size_t block) const { return columns(block, 0, dim()); }

 private:
  const Selection& rows_;
  std::vector<double> lengths_;
};

// How far a turned row, of length 1, can be from where it should be: R is the product of two
// matrices that are each orthogonal up to some dim units, and a turned value a sum of dim products.
double rounding_of_distance(std::size_t dim) {
  return 4 * 0x1p-53 * (static_cast<double>(dim) + 2);
}

// Of vectors of length 1, but for rounding. Near 1 and −1 by how far they are apart, or one from
// the opposite of the other: their lengths' rounding, which is in the dot product, is not in that.
double cosine_of_turned(const Eigen::Ref<const Eigen::VectorXd>& a,
                        const Eigen::Ref<const Eigen::VectorXd>& b) {
  const double dot = a.dot(b);
  if (dot > 0.5) return 1 - (a - b).squaredNorm() / 2;
  if (dot < -0.5) return (a + b).squaredNorm() / 2 - 1;
  return std::abs(dot) <= rounding_of_distance(static_cast<std::size_t>(a.size())) ? 0 : dot;
}

// Aᵀ B: each thread sums some of its columns, over all rows in order.
Matrix cross_product(const UnitRows& a, const UnitRows& b, unsigned threads) {
  constexpr std::size_t kPanelColumns = 32;
  const std::size_t dim = a.dim();
  Matrix product = Matrix::Zero(eigen_index(dim), eigen_index(dim));
  parallel_for(threads, (dim + kPanelColumns - 1) / kPanelColumns, [&](std::size_t panel) {
    const std::size_t first = panel * kPanelColumns;
    const std::size_t count = std::min(kPanelColumns, dim - first);
    auto sums = product.middleCols(eigen_index(first), eigen_index(count));
    for (std::size_t block = 0; block < a.blocks(); ++block) {
      sums.noalias() += a.columns(block) * b.columns(block, first, count).transpose();
    }
  });
  return product;
}

}  // namespace

Alignment align(const Selection& first, const Selection& second, unsigned threads) {
  check_pairs(first, second);
  threads = threads_or_default(threads);
  const UnitRows a(first);
  const UnitRows b(second);
  const Eigen::BDCSVD<Matrix> svd(cross_product(a, b, threads),
                                  Eigen::ComputeFullU | Eigen::ComputeFullV);
  // Rᵀ, whose columns are the rows of R.
  const Matrix turn = svd.matrixV() * svd.matrixU().transpose();

  Alignment result;
  result.rank = static_cast<std::size_t>(svd.rank());
  result.rotation.assign(turn.data(), turn.data() + turn.size());
  result.cosines.resize(a.size());
  std::vector<double> residuals(a.blocks());
  parallel_for(threads, a.blocks(), [&](std::size_t block) {
    const Matrix turned = turn * a.columns(block);
    const Matrix partners = b.columns(block);
    residuals[block] = (turned - partners).squaredNorm();
    for (Eigen::Index i = 0; i < turned.cols(); ++i) {
      result.cosines[block * kProductRows + static_cast<std::size_t>(i)] =
          cosine_of_turned(turned.col(i), partners.col(i));
    }
  });
  for (const double squares : residuals) result.residual += squares;
  result.residual = std::sqrt(result.residual);
  const double rounding = rounding_of_distance(a.dim()) * std::sqrt(static_cast<double>(a.size()));
  if (result.residual <= rounding) result.residual = 0;
  return result;
}

}  // namespace wordvec
