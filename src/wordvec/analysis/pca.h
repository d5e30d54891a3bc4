// Principal component analysis.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {

struct PcaOptions {
  std::size_t components = 2;
  unsigned threads = 0;  // 0: all there are
};

struct PcaResult {
  std::size_t components = 0;
  std::vector<float> points;                     // [rows, components], row after row
  std::vector<double> explained_variance_ratio;  // [components], 0 to 1; zeros when nothing varies
  std::vector<double> mean;                      // [dim]
  std::vector<double> loadings;                  // [components, dim], rows of unit length, or zeros
  // The first so many components explain something. The others, of rows that vary in no more
  // directions, are zeros: ratio, loadings and points.
  std::size_t varying = 0;
  // Nothing is left of the variance when the components are taken away.
  bool explains_all = false;
  // Of the lengths of a row and of the mean together, the share that rounding can leave of a point
  // that is zero.
  double rounding = 0;
};

// A point is beyond float32, though the vectors are not.
class PointOverflowError : public Error {
 public:
  explicit PointOverflowError(std::string message)
      : Error(ErrorCode::malformed, std::move(message)) {}
};

// Projects the chosen rows of the matrix (in their order, repetitions allowed; all rows where
// `rows` is empty) on the directions in which they vary most: Pearson 1901, as in scikit-learn's
// PCA(svd_solver="full"). The rows are centred; the eigenvectors of the covariance are as accurate
// as those computed in double, or within an angle of 1e-7 for few components of wide rows
// (decompose.cpp tells how; for fewer rows than dimensions, in the space that the rows span);
// components are in the order of falling variance; each component's sign is such that its loading
// of largest magnitude is positive. Does not depend on the number of threads. A variance that is no
// larger than what rounding makes of none (of all of it, a share of some 2⁻⁵³ times the number of
// rows, up to 8192, and dimensions) is none; so is a coordinate of a point that is no larger than
// the same share of the lengths of its row and of the mean.
//
// Throws Error(usage) when there are fewer than two rows, when more components are asked for than
// rows or dimensions there are, or when the covariance would take more than 2 GiB; Error(malformed)
// when a row holds a value that is not finite; PointOverflowError.
PcaResult pca(const MatrixView& matrix, std::span<const Row> rows, const PcaOptions& options);

// The chosen rows (all where `rows` is empty) on the components that pca() has found for others:
// [rows, components], row after row; scikit-learn's transform(). Needs `mean`, `loadings` and
// `rounding` of `fit`. Throws Error(usage) when they are of another dimension than the matrix,
// Error(malformed) when a row holds a value that is not finite; PointOverflowError.
std::vector<float> project(const PcaResult& fit, const MatrixView& matrix,
                           std::span<const Row> rows, unsigned threads);

// Makes zeros of those values of a point that are no larger than `most`: what rounding can leave of
// none. Values that are not finite stay.
void clear_rounding(std::span<double> point, double most) noexcept;

}  // namespace wordvec
