#include "wordvec/analysis/pca.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "wordvec/analysis/decompose.h"
#include "wordvec/base/error.h"
#include "wordvec/base/finite.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

void fix_signs(std::vector<double>& directions, std::size_t dim) {
  for (auto first = directions.begin(); first != directions.end();) {
    const auto last = first + static_cast<std::ptrdiff_t>(dim);
    const auto largest =
        std::max_element(first, last, [](double a, double b) { return std::abs(a) < std::abs(b); });
    if (*largest < 0) std::transform(first, last, first, [](double x) { return -x; });
    first = last;
  }
}

void check_components(const Selection& rows, std::size_t components) {
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

[[noreturn]] void throw_not_finite(const Selection& rows, std::size_t i) {
  if (!all_finite(rows[i])) {
    throw Error(ErrorCode::malformed, "a vector holds a value that is not finite");
  }
  throw PointOverflowError(beyond_float32("the point of vector " + std::to_string(i + 1) + " of " +
                                          std::to_string(rows.size())));
}

// In how many units of 2⁻⁵³ sums over the rows and over a row's values can be off, as a share.
double rounding_share(const Selection& rows) {
  constexpr auto kRows = static_cast<double>(kSummedRows);
  const auto count = static_cast<double>(rows.size());
  const auto dim = static_cast<double>(rows.dim());
  return 0x1p-53 * (std::min(count, kRows) + count / kRows + 1 + dim);
}

double length_of(const std::vector<double>& values) {
  double squared = 0;
  for (const double value : values) squared += value * value;
  return std::sqrt(squared);
}

// What rounding can make of a variance that is zero, at most. The rows' products are summed in
// double, in blocks and then these: each sum is off by as many units of 2⁻⁵³, of the sum of the
// magnitudes, as the longer of these has terms and the number of blocks; the eigenvalues of the
// matrix by about dim units of the largest. The mean is off by as many units of the values, which
// the centred rows have in common. (A mean square is at most twice that of the mean and of what is
// left.)
double rounding_of(const Decomposition& parts, const Selection& rows) {
  const auto count = static_cast<double>(rows.size());
  const double share = rounding_share(rows);
  const double of_mean = share * length_of(parts.mean);
  return 2 * share * parts.total + 2 * count * of_mean * of_mean;
}

// Takes out the components that are nothing but rounding.
void clear_components(const Decomposition& parts, const Selection& rows, PcaResult& result) {
  const double rounding = rounding_of(parts, rows);
  const bool varies = parts.total > rounding;
  double left = parts.total;
  for (std::size_t c = 0; c < result.components; ++c) {
    const double variance = parts.variances[c];
    if (varies && variance > rounding) {
      ++result.varying;
      result.explained_variance_ratio.push_back(std::min(1.0, variance / parts.total));
      left -= variance;
      continue;
    }
    result.explained_variance_ratio.push_back(0);
    const auto loadings = result.loadings.begin() + static_cast<std::ptrdiff_t>(c * rows.dim());
    std::fill(loadings, loadings + static_cast<std::ptrdiff_t>(rows.dim()), 0.0);
  }
  const auto components = static_cast<double>(result.varying + 1);
  result.explains_all = !varies || left <= components * rounding;
}

std::vector<float> project_rows(const Selection& rows, const PcaResult& fit, unsigned threads) {
  constexpr std::size_t kBlockRows = 4096;
  const simd::Kernels& plain = simd::active();
  const simd::CovarianceKernels& kernels = *plain.covariance;
  const std::vector<double> mean = pad_rows(fit.mean, rows.dim());
  const std::vector<double> directions = pad_rows(fit.loadings, rows.dim());
  const std::size_t components = fit.components;
  const double mean_length = length_of(fit.mean);
  std::vector<float> points(rows.size() * components);
  const std::size_t blocks = (rows.size() + kBlockRows - 1) / kBlockRows;
  parallel_for(threads, blocks, [&](std::size_t block) {
    std::vector<double> point(components);
    const std::size_t end = std::min(rows.size(), (block + 1) * kBlockRows);
    for (std::size_t i = block * kBlockRows; i < end; ++i) {
      kernels.project(rows[i].data(), mean.data(), directions.data(), components, rows.dim(),
                      point.data());
      // The direction and the sum are off by such a share, the mean by one of its own length.
      const double squared = plain.dot(rows[i].data(), rows[i].data(), rows.dim());
      clear_rounding(point, fit.rounding * (std::sqrt(squared) + mean_length));
      float* const out = points.data() + i * components;
      std::transform(point.begin(), point.end(), out,
                     [](double x) { return static_cast<float>(x); });
      if (!all_finite({out, components})) throw_not_finite(rows, i);
    }
  });
  return points;
}

}  // namespace

void clear_rounding(std::span<double> point, double most) noexcept {
  for (double& value : point) {
    if (std::abs(value) <= most && std::isfinite(value)) value = 0;
  }
}

PcaResult pca(const MatrixView& matrix, std::span<const Row> chosen, const PcaOptions& options) {
  const Selection rows(matrix, chosen);
  check_components(rows, options.components);
  const unsigned threads = threads_or_default(options.threads);
  Decomposition parts = decompose(rows, options.components, threads);
  fix_signs(parts.directions, rows.dim());

  PcaResult result;
  result.components = options.components;
  result.loadings = std::move(parts.directions);
  clear_components(parts, rows, result);
  result.rounding = rounding_share(rows);
  result.mean = std::move(parts.mean);
  result.points = project_rows(rows, result, threads);
  return result;
}

std::vector<float> project(const PcaResult& fit, const MatrixView& matrix,
                           std::span<const Row> chosen, unsigned threads) {
  const Selection rows(matrix, chosen);
  if (fit.mean.size() != rows.dim() || fit.loadings.size() != fit.components * rows.dim()) {
    throw Error(ErrorCode::usage, "cannot project vectors of dimension " +
                                      std::to_string(rows.dim()) + " on components of dimension " +
                                      std::to_string(fit.mean.size()));
  }
  return project_rows(rows, fit, threads_or_default(threads));
}

}  // namespace wordvec
