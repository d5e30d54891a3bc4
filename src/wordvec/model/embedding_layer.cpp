#include "wordvec/model/embedding_layer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::usage, what);
}

double norm_of(std::span<const float> vector, double type) {
  if (type == 2) {
    return std::sqrt(simd::active().dot(vector.data(), vector.data(), vector.size()));
  }
  double sum = 0;
  for (const float x : vector) {
    const double magnitude = std::abs(static_cast<double>(x));
    sum = std::isinf(type) ? std::max(sum, magnitude) : sum + std::pow(magnitude, type);
  }
  return std::isinf(type) ? sum : std::pow(sum, 1 / type);
}

void scale_into(std::span<const float> vector, double scale, std::span<float> out) {
  std::transform(vector.begin(), vector.end(), out.begin(),
                 [scale](float x) { return static_cast<float>(static_cast<double>(x) * scale); });
}

}  // namespace

EmbeddingLayer::EmbeddingLayer(const MatrixView& matrix, EmbeddingLayerOptions options)
    : matrix_(matrix), options_(options) {
  if (options_.padding_row && *options_.padding_row >= matrix_.rows) {
    refuse(fmt::format("the padding row is {}, expected one of the {} rows", *options_.padding_row,
                       matrix_.rows));
  }
  if (options_.max_norm && !(*options_.max_norm > 0)) {
    refuse(fmt::format("the largest norm is {}, expected a number above 0", *options_.max_norm));
  }
  if (!(options_.norm_type > 0)) {
    refuse(
        fmt::format("the type of the norm is {}, expected a number above 0", options_.norm_type));
  }
}

double EmbeddingLayer::scale_of(std::span<const float> vector) const {
  constexpr double kEpsilon = 1e-7;
  if (!options_.max_norm) return 1;
  const double norm = norm_of(vector, options_.norm_type);
  return norm > *options_.max_norm ? *options_.max_norm / (norm + kEpsilon) : 1;
}

std::span<const float> EmbeddingLayer::vector(Row row, std::span<float> scratch) const {
  if (row >= matrix_.rows) {
    refuse(fmt::format("there is no row {}: the matrix has {} rows", row, matrix_.rows));
  }
  const auto stored = matrix_.row(row);
  const double scale = scale_of(stored);
  if (scale == 1) return stored;
  scale_into(stored, scale, scratch);
  return scratch.first(dim());
}

void EmbeddingLayer::limit_norm(std::span<float> vector) const {
  const double scale = scale_of(vector);
  if (scale != 1) scale_into(vector, scale, vector);
}

void EmbeddingLayer::forward(std::span<const Row> rows, std::span<float> out) const {
  if (out.size() != rows.size() * dim()) {
    refuse(fmt::format("there is room for {} values, expected {} vectors of {}", out.size(),
                       rows.size(), dim()));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto place = out.subspan(i * dim(), dim());
    const auto found = vector(rows[i], place);
    if (found.data() != place.data()) std::copy(found.begin(), found.end(), place.begin());
  }
}

void EmbeddingLayer::bags(std::span<const Row> rows, std::span<const std::size_t> offsets,
                          BagMode mode, std::span<const float> weights,
                          std::span<float> out) const {
  if (!weights.empty() && mode != BagMode::sum) refuse("weights go with sums only");
  if (!weights.empty() && weights.size() != rows.size()) {
    refuse(fmt::format("there are {} weights, expected {}, one for each row", weights.size(),
                       rows.size()));
  }
  if (out.size() != offsets.size() * dim()) {
    refuse(fmt::format("there is room for {} values, expected {} vectors of {}", out.size(),
                       offsets.size(), dim()));
  }
  if (offsets.empty() ? !rows.empty() : offsets.front() != 0) {
    refuse("the first bag must begin at the first row");
  }
  const simd::Kernels& kernels = simd::active();
  std::vector<float> scratch(dim());
  std::vector<double> sum(dim());
  for (std::size_t b = 0; b < offsets.size(); ++b) {
    const std::size_t end = b + 1 < offsets.size() ? offsets[b + 1] : rows.size();
    if (offsets[b] > end || end > rows.size()) {
      refuse(fmt::format("bag {} goes from row {} to {} of {}, expected offsets that do not fall",
                         b, offsets[b], end, rows.size()));
    }
    const auto bag = out.subspan(b * dim(), dim());
    std::fill(bag.begin(), bag.end(), 0.0F);
    std::fill(sum.begin(), sum.end(), 0.0);
    std::size_t count = 0;
    for (std::size_t i = offsets[b]; i < end; ++i) {
      const auto found = vector(rows[i], scratch);
      if (rows[i] == options_.padding_row) continue;
      if (mode != BagMode::max) {
        const double weight = weights.empty() ? 1 : static_cast<double>(weights[i]);
        kernels.axpy(weight, found.data(), sum.data(), dim());
      } else if (count == 0) {
        std::copy(found.begin(), found.end(), bag.begin());
      } else {
        std::transform(bag.begin(), bag.end(), found.begin(), bag.begin(),
                       [](float most, float x) { return x > most ? x : most; });
      }
      ++count;
    }
    if (mode == BagMode::max || count == 0) continue;
    const double divisor = mode == BagMode::mean ? static_cast<double>(count) : 1;
    std::transform(sum.begin(), sum.end(), bag.begin(),
                   [divisor](double x) { return static_cast<float>(x / divisor); });
  }
}

}  // namespace wordvec
