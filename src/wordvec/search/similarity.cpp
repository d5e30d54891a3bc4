#include "wordvec/search/similarity.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "wordvec/base/parallel.h"
#include "wordvec/search/score.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

// ‖a‖² + ‖b‖² − 2⟨a,b⟩ is wrong by some 10⁻¹⁶ of the squared lengths: from this share of them on,
// that is less than float32 shows.
constexpr double kMinShare = 1e-6;

double distance(double dot, double a_squared, double b_squared, std::span<const float> a,
                std::span<const float> b) noexcept {
  const double squared = a_squared + b_squared - 2 * dot;
  if (squared > kMinShare * (a_squared + b_squared)) return std::sqrt(squared);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = double{a[i]} - double{b[i]};
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

float measured(Measure measure, double dot, double a_squared, double b_squared,
               std::span<const float> a, std::span<const float> b) noexcept {
  switch (measure) {
    case Measure::cosine:
      return static_cast<float>(cosine(dot, a_squared, b_squared));
    case Measure::dot:
      return static_cast<float>(dot);
    case Measure::euclidean:
      break;
  }
  return static_cast<float>(distance(dot, a_squared, b_squared, a, b));
}

}  // namespace

float similarity(Measure measure, std::span<const float> a, std::span<const float> b) noexcept {
  const simd::Kernels& kernels = simd::active();
  return measured(measure, kernels.dot(a.data(), b.data(), a.size()),
                  kernels.dot(a.data(), a.data(), a.size()),
                  kernels.dot(b.data(), b.data(), b.size()), a, b);
}

void all_similarities(Measure measure, const MatrixView& matrix, unsigned threads,
                      const std::function<void(std::size_t, std::span<const float>)>& each) {
  constexpr std::size_t kBlockRows = 16;
  const simd::Kernels& kernels = simd::active();
  const std::size_t rows = matrix.rows;
  const std::size_t dim = matrix.dim;
  std::vector<double> squared(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    squared[r] = kernels.dot(matrix.row(r).data(), matrix.row(r).data(), dim);
  }
  struct Block {
    std::size_t first = 0;
    std::vector<float> values;
  };
  std::size_t next = 0;
  ordered_pipeline<std::size_t, Block>(
      threads_or_default(threads),
      [&]() -> std::optional<std::size_t> {
        if (next >= rows) return std::nullopt;
        return std::exchange(next, next + kBlockRows);
      },
      [&](std::size_t first) {
        const std::size_t count = std::min(kBlockRows, rows - first);
        std::vector<double> dots(count * rows);
        kernels.scan(matrix.data, dim, rows, matrix.row(first).data(), dim, count, dim, dots.data(),
                     rows);
        Block block{first, std::vector<float>(count * rows)};
        for (std::size_t i = 0; i < count; ++i) {
          const std::size_t a = first + i;
          for (std::size_t b = 0; b < rows; ++b) {
            block.values[i * rows + b] = measured(measure, dots[i * rows + b], squared[a],
                                                  squared[b], matrix.row(a), matrix.row(b));
          }
        }
        return block;
      },
      [&](const Block& block) {
        const std::span<const float> values(block.values);
        for (std::size_t i = 0; i * rows < values.size(); ++i) {
          each(block.first + i, values.subspan(i * rows, rows));
        }
        return true;
      });
}

}  // namespace wordvec
