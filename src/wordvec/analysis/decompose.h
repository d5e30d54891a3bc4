// The directions in which rows vary most.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "wordvec/analysis/selection.h"

namespace wordvec {

// The largest eigenvalues of the rows' scatter matrix, the sum over the centred rows of the outer
// product of a row with itself, and their eigenvectors.
struct Decomposition {
  std::vector<double> mean;        // [dim]
  std::vector<double> variances;   // [components], falling; not divided by the number of rows
  std::vector<double> directions;  // [components, dim], rows of unit length
  double total = 0;                // of the variances of all components
};

// `components` must be 1 to min(rows, dim), which is at most kMaxCovarianceDim. Everything is as
// accurate as a computation in double, but for few components of wide rows, whose directions are
// within an angle of 1e-7 (analysis/block_krylov.h), and does not depend on the number of threads.
// Throws Error(malformed) when a row holds a value that is not finite.
Decomposition decompose(const Selection& rows, std::size_t components, unsigned threads);

inline constexpr std::size_t kMaxCovarianceDim = 16384;
// The products of so many rows are summed before the sums are.
inline constexpr std::size_t kSummedRows = 8192;

// Rows of `dim` with zeros after each, up to a multiple of 8, as the kernels want them.
std::vector<double> pad_rows(std::span<const double> rows, std::size_t dim);

// The eigenvector of the largest eigenvalue of a symmetric, positive semi-definite [dim, dim]
// matrix of finite values, at unit length. `matrix` holds its upper triangle, in rows that begin
// `width` values after each other.
std::vector<double> first_eigenvector(std::span<const double> matrix, std::size_t width,
                                      std::size_t dim);

}  // namespace wordvec
