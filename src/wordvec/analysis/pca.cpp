#include "wordvec/analysis/pca.h"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

// Work is divided into blocks of fixed size, and their results are added in order: so nothing
// depends on the number of threads.
constexpr std::size_t kBlockRows = 4096;
constexpr std::size_t kPieceRows = 256;  // centred at a time, to stay in a core's cache
constexpr std::size_t kMaxCovarianceDim = 16384;
constexpr std::size_t kMaxCovarianceBytes = std::size_t{2} << 30;

Eigen::Index index(std::size_t i) {
  return static_cast<Eigen::Index>(i);
}

// The chosen rows, by position.
class Selection {
 public:
  Selection(const MatrixView& matrix, std::span<const Row> rows) : matrix_(matrix), rows_(rows) {}

  std::size_t size() const { return rows_.empty() ? matrix_.rows : rows_.size(); }
  std::size_t dim() const { return matrix_.dim; }
  std::span<const float> operator[](std::size_t i) const {
    return matrix_.row(rows_.empty() ? i : rows_[i]);
  }

  // Rows [first, first + count) minus the mean.
  Matrix centred(std::size_t first, std::size_t count, const Vector& mean) const {
    Matrix block(index(count), index(dim()));
    centre_into(first, count, mean, block.data(), dim());
    return block;
  }

  // The same to rows that begin `stride` values after each other.
  void centre_into(std::size_t first, std::size_t count, const Vector& mean, double* out,
                   std::size_t stride) const {
    for (std::size_t i = 0; i < count; ++i) {
      const auto row = (*this)[first + i];
      for (std::size_t d = 0; d < dim(); ++d) {
        out[i * stride + d] = static_cast<double>(row[d]) - mean[index(d)];
      }
    }
  }

 private:
  const MatrixView& matrix_;
  std::span<const Row> rows_;
};

struct Block {
  std::size_t first = 0;
  std::size_t count = 0;
};

// work(Block) → Result on all threads, consume(Result) in order.
template <class Result, class Work, class Consume>
void for_each_block(const Selection& rows, unsigned threads, Work work, Consume consume) {
  std::size_t next = 0;
  ordered_pipeline<Block, Result>(
      threads,
      [&]() -> std::optional<Block> {
        if (next == rows.size()) return std::nullopt;
        const Block block{next, std::min(kBlockRows, rows.size() - next)};
        next += block.count;
        return block;
      },
      work,
      [&](Result result) {
        consume(std::move(result));
        return true;
      });
}

Vector mean_of(const Selection& rows, unsigned threads) {
  Vector sum = Vector::Zero(index(rows.dim()));
  for_each_block<Vector>(
      rows, threads,
      [&](Block block) {
        Vector partial = Vector::Zero(index(rows.dim()));
        for (std::size_t i = 0; i < block.count; ++i) {
          partial +=
              Eigen::Map<const Eigen::VectorXf>(rows[block.first + i].data(), index(rows.dim()))
                  .cast<double>();
        }
        return partial;
      },
      [&](const Vector& partial) { sum += partial; });
  if (!sum.allFinite()) {
    throw Error(ErrorCode::malformed, "a vector holds a value that is not finite");
  }
  return sum / static_cast<double>(rows.size());
}

// Variances (unscaled: sums of squares) in falling order, and their directions as rows.
struct Decomposition {
  Vector variances;
  Matrix directions;
  double total = 0;
};

Decomposition decompose_symmetric(const Eigen::MatrixXd& matrix, std::size_t components) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);  // ascending order
  Decomposition result;
  result.total = matrix.trace();
  result.variances = solver.eigenvalues().reverse().head(index(components));
  result.directions =
      solver.eigenvectors().rowwise().reverse().leftCols(index(components)).transpose();
  return result;
}

// Sum over rows of the outer product of the centred row with itself.
Decomposition decompose_scatter(const Selection& rows, const Vector& mean, std::size_t components,
                                unsigned threads) {
  constexpr std::size_t kScatterRows = 64;  // a tile's columns of so many rows stay in the L1 cache
  const simd::Kernels& kernels = simd::active();
  const std::size_t dim = rows.dim();
  const std::size_t width = static_cast<std::size_t>(round_up(dim, 8));
  std::vector<double> sums(width * width);
  // Every block under way has sums of its own.
  while (threads > 1 &&
         (2 * std::size_t{threads} + 3) * sums.size() * sizeof(double) > kMaxCovarianceBytes) {
    --threads;
  }
  for_each_block<std::vector<double>>(
      rows, threads,
      [&](Block block) {
        std::vector<double> partial(width * width);
        std::vector<double> centred(kScatterRows * width);
        for (std::size_t i = 0; i < block.count; i += kScatterRows) {
          const std::size_t count = std::min(kScatterRows, block.count - i);
          rows.centre_into(block.first + i, count, mean, centred.data(), width);
          kernels.add_scatter(centred.data(), count, width, partial.data());
        }
        return partial;
      },
      [&](const std::vector<double>& partial) {
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += partial[i];
      });
  // The upper triangle row by row is the lower one column by column, which the solver reads.
  const Eigen::Map<const Eigen::MatrixXd> padded(sums.data(), index(width), index(width));
  const Eigen::MatrixXd scatter = padded.topLeftCorner(index(dim), index(dim));

  return decompose_symmetric(scatter, components);
}

// For fewer rows than dimensions: with the centred rows' transpose = Q R, the scatter is
// Q (R Rᵀ) Qᵀ, so the eigenvectors of the small R Rᵀ, turned by Q, are those of the scatter.
Decomposition decompose_few_rows(const Selection& rows, const Vector& mean,
                                 std::size_t components) {
  const Eigen::Index count = index(rows.size());
  const Eigen::MatrixXd columns = rows.centred(0, rows.size(), mean).transpose();
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(columns);
  const Eigen::MatrixXd upper =
      qr.matrixQR().topRows(count).triangularView<Eigen::Upper>().toDenseMatrix();
  Decomposition result = decompose_symmetric(upper * upper.transpose(), components);
  Eigen::MatrixXd directions = Eigen::MatrixXd::Zero(columns.rows(), index(components));
  directions.topRows(count) = result.directions.transpose();
  directions.applyOnTheLeft(qr.householderQ());
  result.directions = directions.transpose();
  return result;
}

void fix_signs(Matrix& directions) {
  for (Eigen::Index c = 0; c < directions.rows(); ++c) {
    Eigen::Index largest = 0;
    directions.row(c).cwiseAbs().maxCoeff(&largest);
    if (directions(c, largest) < 0) directions.row(c) *= -1;
  }
}

void check(const Selection& rows, std::size_t components) {
  if (rows.size() < 2) {
    throw Error(ErrorCode::usage,
                "PCA needs at least 2 words, found " + std::to_string(rows.size()));
  }
  const std::size_t most = std::min(rows.size(), rows.dim());
  if (components == 0 || components > most) {
    throw Error(ErrorCode::usage, "cannot compute " + std::to_string(components) +
                                      " components of " + std::to_string(rows.size()) +
                                      " vectors of dimension " + std::to_string(rows.dim()) +
                                      ": expected 1 to " + std::to_string(most));
  }
  if (std::min(rows.size(), rows.dim()) > kMaxCovarianceDim) {
    throw Error(ErrorCode::usage, "cannot compute the covariance of dimension " +
                                      std::to_string(rows.dim()) + ": expected at most " +
                                      std::to_string(kMaxCovarianceDim));
  }
}

}  // namespace

PcaResult pca(const MatrixView& matrix, std::span<const Row> chosen, const PcaOptions& options) {
  const Selection rows(matrix, chosen);
  check(rows, options.components);
  const unsigned threads = threads_or_default(options.threads);
  const Vector mean = mean_of(rows, threads);
  Decomposition parts = rows.size() > rows.dim()
                            ? decompose_scatter(rows, mean, options.components, threads)
                            : decompose_few_rows(rows, mean, options.components);
  fix_signs(parts.directions);

  PcaResult result;
  result.components = options.components;
  result.mean.assign(mean.begin(), mean.end());
  result.loadings.assign(parts.directions.data(),
                         parts.directions.data() + parts.directions.size());
  for (const double variance : parts.variances) {
    const double ratio = parts.total > 0 ? std::max(0.0, variance) / parts.total : 0;
    result.explained_variance_ratio.push_back(ratio);
  }
  result.points.reserve(rows.size() * options.components);
  using Points = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  for_each_block<Points>(
      rows, threads,
      [&](Block block) -> Points {
        Points points(index(block.count), index(options.components));
        for (std::size_t i = 0; i < block.count; i += kPieceRows) {
          const std::size_t count = std::min(kPieceRows, block.count - i);
          const Matrix piece = rows.centred(block.first + i, count, mean);
          points.middleRows(index(i), index(count)) =
              (piece * parts.directions.transpose()).cast<float>();
        }
        return points;
      },
      [&](const Points& points) {
        result.points.insert(result.points.end(), points.data(), points.data() + points.size());
      });
  return result;
}

}  // namespace wordvec
