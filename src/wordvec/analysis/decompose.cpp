#include "wordvec/analysis/decompose.h"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "wordvec/analysis/block_krylov.h"
#include "wordvec/analysis/mean_row.h"
#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Doubles = std::vector<double>;

constexpr std::size_t kMaxCovarianceBytes = std::size_t{2} << 30;

Eigen::Index index(std::size_t i) {
  return static_cast<Eigen::Index>(i);
}

std::size_t padded(std::size_t dim) {
  return static_cast<std::size_t>(round_up(dim, 8));
}

void add_to(Doubles& sums, const Doubles& partial) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += partial[i];
}

bool is_finite(const Doubles& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

void check_finite(const Doubles& sums) {
  if (!is_finite(sums)) {
    throw Error(ErrorCode::malformed, "a vector holds a value that is not finite");
  }
}

// Padded, as the kernels want it.
Doubles mean_of(const Selection& rows, unsigned threads) {
  Doubles mean = mean_row(rows, threads);
  mean.resize(padded(rows.dim()));
  return mean;
}

// The mean of about a block of rows from the whole, padded.
Doubles mean_of_sample(const Selection& rows) {
  const simd::Kernels& kernels = simd::active();
  const std::size_t step = (rows.size() + kSummedRows - 1) / kSummedRows;
  Doubles mean(padded(rows.dim()));
  std::size_t count = 0;
  for (std::size_t i = 0; i < rows.size(); i += step, ++count) {
    kernels.axpy(1, rows[i].data(), mean.data(), rows.dim());
  }
  check_finite(mean);
  for (double& value : mean) value /= static_cast<double>(count);
  return mean;
}

// Rows minus the mean, to rows that begin `stride` values after each other.
void centre_into(const Selection& rows, RowBlock block, const Doubles& mean, double* out,
                 std::size_t stride) {
  for (std::size_t i = 0; i < block.count; ++i) {
    const auto row = rows[block.first + i];
    for (std::size_t d = 0; d < rows.dim(); ++d) {
      out[i * stride + d] = static_cast<double>(row[d]) - mean[d];
    }
  }
}

// All eigenvalues, ascending, and their vectors as columns.
using Solver = Eigen::SelfAdjointEigenSolver<Matrix>;

// The last columns of `vectors` as rows, first the last.
Doubles last_columns(const Matrix& vectors, std::size_t count) {
  Doubles rows;
  rows.reserve(count * static_cast<std::size_t>(vectors.rows()));
  for (std::size_t c = 0; c < count; ++c) {
    const auto column = vectors.col(vectors.cols() - 1 - index(c));
    rows.insert(rows.end(), column.begin(), column.end());
  }
  return rows;
}

// With the variances only.
Decomposition largest_of(const Solver& solver, std::size_t components) {
  Decomposition result;
  for (std::size_t c = 0; c < components; ++c) {
    result.variances.push_back(solver.eigenvalues()(solver.eigenvalues().size() - 1 - index(c)));
  }
  return result;
}

// Every block under way has sums of its own, of `elements` values.
unsigned threads_for_sums(unsigned threads, std::size_t elements) {
  while (threads > 1 &&
         (2 * std::size_t{threads} + 3) * elements * sizeof(double) > kMaxCovarianceBytes) {
    --threads;
  }
  return threads;
}

// The upper triangle of `sums` row by row is the lower one column by column, which Solver reads.
Matrix scatter_of(std::span<const double> sums, std::size_t width, std::size_t dim) {
  const Eigen::Map<const Matrix> all(sums.data(), index(width), index(width));
  return all.topLeftCorner(index(dim), index(dim));
}

Decomposition decompose_in_double(const Selection& rows, std::size_t components, unsigned threads) {
  constexpr std::size_t kPieceRows = 64;  // a tile's columns of so many rows stay in the L1 cache
  const simd::CovarianceKernels& kernels = *simd::active().covariance;
  const Doubles mean = mean_of(rows, threads);
  const std::size_t width = padded(rows.dim());
  Doubles sums(width * width);
  for_each_block<Doubles>(
      rows, kSummedRows, threads_for_sums(threads, sums.size()),
      [&](RowBlock block) {
        Doubles partial(width * width);
        Doubles centred(kPieceRows * width);
        for (std::size_t i = 0; i < block.count; i += kPieceRows) {
          const RowBlock piece{block.first + i, std::min(kPieceRows, block.count - i)};
          centre_into(rows, piece, mean, centred.data(), width);
          kernels.add_double(centred.data(), piece.count, width, partial.data());
        }
        return partial;
      },
      [&](const Doubles& partial) { add_to(sums, partial); });
  const Matrix scatter = scatter_of(sums, width, rows.dim());
  const Solver solver(scatter);
  Decomposition result = largest_of(solver, components);
  result.directions = last_columns(solver.eigenvectors(), components);
  result.total = scatter.trace();
  result.mean.assign(mean.begin(), mean.begin() + static_cast<std::ptrdiff_t>(rows.dim()));
  return result;
}

// For fewer rows than dimensions: with the centred rows' transpose = Q R, the scatter is
// Q (R Rᵀ) Qᵀ, so the eigenvectors of the small R Rᵀ, turned by Q, are those of the scatter.
Decomposition decompose_few_rows(const Selection& rows, std::size_t components, unsigned threads) {
  const Doubles mean = mean_of(rows, threads);
  Matrix columns(index(rows.dim()), index(rows.size()));
  centre_into(rows, {0, rows.size()}, mean, columns.data(), rows.dim());
  const Eigen::HouseholderQR<Matrix> qr(columns);
  const Matrix upper =
      qr.matrixQR().topRows(columns.cols()).triangularView<Eigen::Upper>().toDenseMatrix();
  const Matrix product = upper * upper.transpose();
  const Solver solver(product);
  Matrix vectors = Matrix::Zero(columns.rows(), index(components));
  vectors.topRows(columns.cols()) = solver.eigenvectors().rightCols(index(components));
  vectors.applyOnTheLeft(qr.householderQ());
  Decomposition result = largest_of(solver, components);
  result.total = product.trace();
  result.directions = last_columns(vectors, components);
  result.mean.assign(mean.begin(), mean.begin() + static_cast<std::ptrdiff_t>(rows.dim()));
  return result;
}

// decompose_in_float, for many rows: the scatter is summed in float32, which takes half as long,
// and what that did to the few components that are asked for is put right in double.
//
// *How far off the float32 sums can be.* Each is over kPieceRows rows, whose values were rounded
// once, and then added in double. So the sums are those of S + E with
//   |E_ij| ≤ (kPieceRows + 2) · 2^-24 · √(S_ii S_jj) = 7.8e-6 · √(S_ii S_jj);
// roundings that do not conspire leave about 1e-9 (GloVe, 400,000 × 300: 4e-10 of the trace). The
// rows are centred by a shift that is the mean of a sample; with d = mean − shift,
// S = (sums around the shift) − n d dᵀ, exact in double but for what the subtraction magnifies: at
// most twice, since n ‖d‖² must be at most half of their trace. Nothing underflows that matters
// when the mean squared length is above 1e-30: a product's underflow is an error below 2^-149.
// What overflows is infinite or NaN in the sums, and stays so.
//
// *Putting it right.* With S + E = U Λ Uᵀ and V the k vectors of U that are asked for, one pass
// over the rows gives S V in double. G = Uᵀ S V are the first k columns of S in the base U: exact,
// E is not in them. Among the k, the eigenvectors of G's upper part are taken; towards each other
// vector u_j, perturbation theory turns a direction i by c_ji = G_ji / (θ_i − λ_j). The error that
// is left is of the order of c · max(c, ‖E‖ / gap), so c must be at most 1e-5, which leaves 1e-10
// or less.
//
// What does not meet one of these conditions (rows in an order that makes the sample's mean a bad
// one, values beyond 1e18 or below 1e-15, eigenvalues closer than the sums can tell apart) is
// computed in double: nullopt.
struct FloatSums {
  Doubles scatter;
  Doubles centred;  // of the centred rows
};

FloatSums sum_in_float(const Selection& rows, const Doubles& shift, std::size_t width,
                       unsigned threads) {
  constexpr std::size_t kPieceRows = 128;  // a tile's columns of so many rows stay in the L1 cache
  const simd::CovarianceKernels& kernels = *simd::active().covariance;
  // An odd number of cache lines, so that a column's values do not compete for a few cache sets.
  const std::size_t stride = width / 16 % 2 == 0 ? width + 16 : width;
  FloatSums sums{Doubles(width * width), Doubles(shift.size())};
  for_each_block<FloatSums>(
      rows, kSummedRows, threads_for_sums(threads, width * width),
      [&](RowBlock block) {
        FloatSums partial{Doubles(width * width), Doubles(shift.size())};
        std::vector<float> centred(kPieceRows * stride);
        for (std::size_t i = 0; i < block.count; i += kPieceRows) {
          const std::size_t count = std::min(kPieceRows, block.count - i);
          for (std::size_t r = 0; r < count; ++r) {
            kernels.centre(rows[block.first + i + r].data(), shift.data(), rows.dim(),
                           centred.data() + r * stride, partial.centred.data());
          }
          kernels.add_float(centred.data(), count, stride, width, partial.scatter.data());
        }
        return partial;
      },
      [&](const FloatSums& partial) {
        add_to(sums.scatter, partial.scatter);
        add_to(sums.centred, partial.centred);
      });
  return sums;
}

struct Images {
  Doubles vectors;   // S v of each direction v, each padded
  double total = 0;  // the trace of S
};

Images images_of(const Selection& rows, const Doubles& mean, const Doubles& directions,
                 std::size_t components, unsigned threads) {
  const simd::CovarianceKernels& kernels = *simd::active().covariance;
  Images sums{Doubles(directions.size()), 0};
  for_each_block<Images>(
      rows, kSummedRows, threads,
      [&](RowBlock block) {
        Images partial{Doubles(directions.size()), 0};
        Doubles point(components);
        for (std::size_t i = 0; i < block.count; ++i) {
          const float* row = rows[block.first + i].data();
          kernels.project(row, mean.data(), directions.data(), components, rows.dim(),
                          point.data());
          partial.total += kernels.add_image(row, mean.data(), point.data(), components, rows.dim(),
                                             partial.vectors.data());
        }
        return partial;
      },
      [&](const Images& partial) {
        add_to(sums.vectors, partial.vectors);
        sums.total += partial.total;
      });
  return sums;
}

// The last step, in the base of all the eigenvectors that were found; false: they are too far off.
bool put_right(const Solver& solver, const Matrix& image, Decomposition& result) {
  constexpr double kMaxTurned = 1e-5;
  const Matrix& base = solver.eigenvectors();
  const Eigen::Index k = image.cols();
  const Eigen::Index others = base.cols() - k;
  const Matrix columns = base.transpose() * image;  // of S in that base: G
  const Matrix top = columns.bottomRows(k);
  const Solver among((top + top.transpose()) / 2);
  const Matrix coupling = columns.topRows(others) * among.eigenvectors();
  Matrix turned(others, k);
  for (Eigen::Index i = 0; i < k; ++i) {
    for (Eigen::Index j = 0; j < others; ++j) {
      const double gap = among.eigenvalues()(i) - solver.eigenvalues()(j);
      const double turn = coupling(j, i) == 0 ? 0 : coupling(j, i) / gap;
      if (!(std::abs(turn) <= kMaxTurned)) return false;
      turned(j, i) = turn;
    }
  }
  Matrix vectors = base.rightCols(k) * among.eigenvectors() + base.leftCols(others) * turned;
  vectors.colwise().normalize();  // they are orthogonal up to the square of the turns
  result.variances.clear();
  for (Eigen::Index i = k - 1; i >= 0; --i) {
    result.variances.push_back(among.eigenvalues()(i) + coupling.col(i).dot(turned.col(i)));
  }
  result.directions = last_columns(vectors, static_cast<std::size_t>(k));
  return true;
}

std::optional<Decomposition> decompose_in_float(const Selection& rows, std::size_t components,
                                                unsigned threads) {
  constexpr double kMinSquaredLength = 1e-30;
  const std::size_t dim = rows.dim();
  const auto width = static_cast<std::size_t>(round_up(dim, 16));
  const auto count = static_cast<double>(rows.size());
  Doubles mean = mean_of_sample(rows);
  const FloatSums sums = sum_in_float(rows, mean, width, threads);
  check_finite(sums.centred);
  if (!is_finite(sums.scatter)) return std::nullopt;
  Matrix scatter = scatter_of(sums.scatter, width, dim);
  const Eigen::Map<const Vector> centred(sums.centred.data(), index(dim));
  const double shifted = centred.squaredNorm() / count;
  if (!(shifted <= scatter.trace() / 2) || !(scatter.trace() >= kMinSquaredLength * count)) {
    return std::nullopt;
  }
  scatter.selfadjointView<Eigen::Lower>().rankUpdate(centred, -1 / count);
  for (std::size_t d = 0; d < dim; ++d) mean[d] += sums.centred[d] / count;

  const Solver solver(scatter);
  Decomposition result;
  Doubles directions;
  for (std::size_t c = 0; c < components; ++c) {
    const auto column = solver.eigenvectors().col(index(dim - 1 - c));
    directions.insert(directions.end(), column.begin(), column.end());
    directions.resize((c + 1) * padded(dim));
  }
  const Images images = images_of(rows, mean, directions, components, threads);
  Matrix image(index(dim), index(components));  // in the order of the solver: ascending
  for (std::size_t c = 0; c < components; ++c) {
    const double* const vector = images.vectors.data() + c * padded(dim);
    std::copy(vector, vector + dim, image.col(index(components - 1 - c)).data());
  }
  if (!put_right(solver, image, result)) return std::nullopt;
  result.total = images.total;
  mean.resize(dim);
  result.mean = std::move(mean);
  return result;
}

// For wide rows and few components: the scatter is never made, only its products with vectors, each
// of which is a pass over the rows.
std::optional<Decomposition> decompose_by_products(const Selection& rows, std::size_t components,
                                                   unsigned threads) {
  constexpr std::size_t kRowsTogether = 64;
  const simd::CovarianceKernels& kernels = *simd::active().covariance;
  const std::size_t dim = rows.dim();
  const std::size_t width = padded(dim);
  // A few megabytes.
  const std::size_t block_rows = std::max<std::size_t>(kRowsTogether, (std::size_t{1} << 20) / dim);
  Decomposition result;
  result.mean = mean_of(rows, threads);
  for_each_block<double>(
      rows, block_rows, threads,
      [&](RowBlock block) {
        double sum = 0;
        for (std::size_t i = 0; i < block.count; ++i) {
          sum += kernels.add_image(rows[block.first + i].data(), result.mean.data(), nullptr, 0,
                                   dim, nullptr);
        }
        return sum;
      },
      [&](double sum) { result.total += sum; });

  const auto multiply = [&](std::span<const double> directions, std::size_t count,
                            std::span<double> images) {
    const auto spread = [&](auto from, std::size_t from_width, auto to, std::size_t to_width) {
      for (std::size_t c = 0; c < count; ++c) {
        std::copy_n(from + c * from_width, dim, to + c * to_width);
      }
    };
    Doubles inputs(count * width);
    spread(directions.data(), dim, inputs.data(), width);
    Doubles sums(count * width);
    for_each_block<Doubles>(
        rows, block_rows, threads,
        [&](RowBlock block) {
          Doubles partial(count * width);
          const float* together[kRowsTogether];
          for (std::size_t i = 0; i < block.count; i += kRowsTogether) {
            const std::size_t row_count = std::min(kRowsTogether, block.count - i);
            for (std::size_t r = 0; r < row_count; ++r) {
              together[r] = rows[block.first + i + r].data();
            }
            kernels.add_images(together, row_count, result.mean.data(), inputs.data(), count, dim,
                               partial.data());
          }
          return partial;
        },
        [&](const Doubles& partial) { add_to(sums, partial); });
    spread(sums.data(), width, images.data(), dim);
  };
  auto pairs = largest_eigenpairs(dim, components, multiply);
  if (!pairs) return std::nullopt;
  result.mean.resize(dim);
  result.variances = std::move(pairs->values);
  result.directions = std::move(pairs->vectors);
  return result;
}

// Which way takes less time, in multiplications of a kernel that has all its operands at hand. The
// weights are measured: Eigen's decomposition takes some twenty times as long for each of its
// nine dim³ multiplications, a pass over the rows four times as long for each of its own; most
// matrices take twenty passes, random ones a hundred.
bool are_products_quicker(const Selection& rows, std::size_t components) {
  constexpr double kPasses = 60;
  const auto n = static_cast<double>(rows.size());
  const auto dim = static_cast<double>(rows.dim());
  const double order = std::min(n, dim);  // of the matrix that is decomposed
  if (static_cast<double>(components) > order / 48) return false;
  const double whole = n * dim * order / 2 + 9 * 20 * order * order * order;
  const double block = static_cast<double>(std::min(components + 2, kMaxProductVectors));
  return kPasses * 4 * 2 * n * dim * block < whole;
}

}  // namespace

std::vector<double> pad_rows(std::span<const double> rows, std::size_t dim) {
  const std::size_t width = padded(dim);
  std::vector<double> out(rows.size() / dim * width);
  for (std::size_t i = 0; i < rows.size(); ++i) out[i / dim * width + i % dim] = rows[i];
  return out;
}

Decomposition decompose(const Selection& rows, std::size_t components, unsigned threads) {
  if (are_products_quicker(rows, components)) {
    if (auto result = decompose_by_products(rows, components, threads)) return *std::move(result);
  }
  if (rows.size() <= rows.dim()) return decompose_few_rows(rows, components, threads);
  // For many components putting right takes longer than sums in double; few rows take no time.
  const bool in_float = rows.size() >= kSummedRows && components * 8 <= rows.dim();
  if (in_float) {
    if (auto result = decompose_in_float(rows, components, threads)) return *std::move(result);
  }
  return decompose_in_double(rows, components, threads);
}

std::vector<double> first_eigenvector(std::span<const double> matrix, std::size_t width,
                                      std::size_t dim) {
  constexpr std::size_t kMinProductDim = 400;  // below, all eigenvectors take less time
  const Matrix symmetric = scatter_of(matrix, width, dim);
  if (dim >= kMinProductDim) {
    const auto multiply = [&](std::span<const double> directions, std::size_t count,
                              std::span<double> images) {
      const Eigen::Map<const Matrix> in(directions.data(), index(dim), index(count));
      Eigen::Map<Matrix> out(images.data(), index(dim), index(count));
      out.noalias() = symmetric.selfadjointView<Eigen::Lower>() * in;
    };
    if (auto pairs = largest_eigenpairs(dim, 1, multiply)) return std::move(pairs->vectors);
  }
  const Solver solver(symmetric);
  return last_columns(solver.eigenvectors(), 1);
}

}  // namespace wordvec
