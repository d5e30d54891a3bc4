#include "wordvec/analysis/pca.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "wordvec/analysis/decompose.h"
#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
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

// Rows of `dim` with zeros up to a multiple of 8 after each, as the kernels want them.
std::vector<double> padded(const std::vector<double>& rows, std::size_t dim) {
  const auto width = static_cast<std::size_t>(round_up(dim, 8));
  std::vector<double> out(rows.size() / dim * width);
  for (std::size_t i = 0; i < rows.size(); ++i) out[i / dim * width + i % dim] = rows[i];
  return out;
}

bool all_finite(const float* values, std::size_t count) {
  return std::all_of(values, values + count, [](float x) { return std::isfinite(x); });
}

[[noreturn]] void throw_not_finite(const Selection& rows, std::size_t i) {
  if (!all_finite(rows[i].data(), rows.dim())) {
    throw Error(ErrorCode::malformed, "a vector holds a value that is not finite");
  }
  throw Error(ErrorCode::malformed,
              "the point of vector " + std::to_string(i + 1) + " of " +
                  std::to_string(rows.size()) +
                  " is beyond the largest float32, 3.4e38: scale the vectors down");
}

std::vector<float> project_rows(const Selection& rows, const PcaResult& fit, unsigned threads) {
  constexpr std::size_t kBlockRows = 4096;
  const simd::ScatterKernels& kernels = *simd::active().scatter;
  const std::vector<double> mean = padded(fit.mean, rows.dim());
  const std::vector<double> directions = padded(fit.loadings, rows.dim());
  const std::size_t components = fit.components;
  std::vector<float> points(rows.size() * components);
  const std::size_t blocks = (rows.size() + kBlockRows - 1) / kBlockRows;
  parallel_for(threads, blocks, [&](std::size_t block) {
    std::vector<double> point(components);
    const std::size_t end = std::min(rows.size(), (block + 1) * kBlockRows);
    for (std::size_t i = block * kBlockRows; i < end; ++i) {
      kernels.project(rows[i].data(), mean.data(), directions.data(), components, rows.dim(),
                      point.data());
      float* const out = points.data() + i * components;
      std::transform(point.begin(), point.end(), out,
                     [](double x) { return static_cast<float>(x); });
      if (!all_finite(out, components)) throw_not_finite(rows, i);
    }
  });
  return points;
}

}  // namespace

PcaResult pca(const MatrixView& matrix, std::span<const Row> chosen, const PcaOptions& options) {
  const Selection rows(matrix, chosen);
  check(rows, options.components);
  const unsigned threads = threads_or_default(options.threads);
  Decomposition parts = decompose(rows, options.components, threads);
  fix_signs(parts.directions, rows.dim());

  PcaResult result;
  result.components = options.components;
  for (const double variance : parts.variances) {
    const double ratio = parts.total > 0 ? std::max(0.0, variance) / parts.total : 0;
    result.explained_variance_ratio.push_back(ratio);
  }
  result.mean = std::move(parts.mean);
  result.loadings = std::move(parts.directions);
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
