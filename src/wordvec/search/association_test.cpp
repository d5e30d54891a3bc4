#include "wordvec/search/association_test.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/search/score.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

// Sums that differ by less than this share of all |s| are equal.
constexpr double kTieShare = 1e-12;
// A deviation below this share of the largest |s| is what rounding left of zero.
constexpr double kLeastDeviationShare = 1e-12;

double mean_cosine(std::span<const float> word, VectorSet attributes) {
  const simd::Kernels& kernels = simd::active();
  const std::size_t dim = word.size();
  const double squared = kernels.dot(word.data(), word.data(), dim);
  double sum = 0;
  for (const std::span<const float> attribute : attributes) {
    sum += cosine(kernels.dot(word.data(), attribute.data(), dim), squared,
                  kernels.dot(attribute.data(), attribute.data(), dim));
  }
  return sum / static_cast<double>(attributes.size());
}

// n over k, or `most` + 1 where it is more than `most`.
std::uint64_t partitions_of(std::size_t n, std::size_t k, std::uint64_t most) {
  k = std::min(k, n - k);
  std::uint64_t count = 1;
  for (std::size_t i = 1; i <= k; ++i) {
    // count × (n − k + i) / i is a whole number.
    if (count > std::numeric_limits<std::uint64_t>::max() / (n - k + i)) return most + 1;
    count = count * (n - k + i) / i;
    if (count > most) return most + 1;
  }
  return count;
}

// How many sums of `left` of the values from `first` on, and `sum`, are above `limit`. The depth is
// `left`, which is small where the sums can be counted: the caller takes the smaller set.
std::uint64_t count_above(std::span<const double> values, std::size_t first, std::size_t left,
                          double sum, double limit) {
  if (left == 0) return sum > limit ? 1 : 0;
  std::uint64_t count = 0;
  for (std::size_t i = first; i + left <= values.size(); ++i) {
    count += count_above(values, i + 1, left - 1, sum + values[i], limit);
  }
  return count;
}

// 0 to bound − 1, each as likely as the others. The standard's distributions differ from one
// library to another.
std::size_t draw_below(std::size_t bound, std::mt19937_64& generator) {
  const std::uint64_t rest = std::numeric_limits<std::uint64_t>::max() % bound;
  for (;;) {
    const std::uint64_t value = generator();
    if (value < std::numeric_limits<std::uint64_t>::max() - rest) return value % bound;
  }
}

std::uint64_t sample_above(std::vector<double> values, std::size_t size, double limit,
                           const AssociationOptions& options) {
  std::mt19937_64 generator(options.seed);
  std::uint64_t count = 0;
  for (std::uint64_t drawn = 0; drawn < options.samples; ++drawn) {
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) {  // the beginning of a Fisher-Yates shuffle
      std::swap(values[i], values[i + draw_below(values.size() - i, generator)]);
      sum += values[i];
    }
    if (sum > limit) ++count;
  }
  return count;
}

}  // namespace

Association test_association(VectorSet x, VectorSet y, VectorSet a, VectorSet b,
                             const AssociationOptions& options) {
  if (x.empty() || y.empty() || a.empty() || b.empty()) {
    throw Error(ErrorCode::query,
                "a set of words is empty: the test needs two of targets and two of attributes");
  }
  if (options.samples == 0) {
    throw Error(ErrorCode::usage, "found 0 samples of partitions, expected 1 or more");
  }
  std::vector<double> values;
  for (const VectorSet targets : {x, y}) {
    for (const std::span<const float> word : targets) {
      values.push_back(mean_cosine(word, a) - mean_cosine(word, b));
    }
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(x.size());
  const double x_sum = std::accumulate(values.begin(), middle, 0.0);
  const double y_sum = std::accumulate(middle, values.end(), 0.0);
  const double mean = (x_sum + y_sum) / static_cast<double>(values.size());
  double squares = 0;
  double magnitudes = 0;
  double largest = 0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
    magnitudes += std::abs(value);
    largest = std::max(largest, std::abs(value));
  }
  const double deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
  if (!(deviation > kLeastDeviationShare * largest)) {
    throw Error(ErrorCode::query,
                "all target words are associated alike: their deviation is zero, so that there is "
                "no effect size");
  }
  Association result;
  result.statistic = x_sum - y_sum;
  result.effect_size =
      (x_sum / static_cast<double>(x.size()) - y_sum / static_cast<double>(y.size())) / deviation;
  // Σ over Xi of s is enough: what is not in Xi is in Yi.
  const double limit = x_sum + kTieShare * magnitudes;
  const std::uint64_t all = partitions_of(values.size(), x.size(), options.most_exact);
  result.exact = all <= options.most_exact;
  if (result.exact) {
    result.partitions = all;
    std::uint64_t above = 0;
    if (x.size() <= y.size()) {
      above = count_above(values, 0, x.size(), 0, limit);
    } else {  // a sum over Xi is above the limit where that over Yi, and so its negative, is not
      for (double& value : values) value = -value;
      above = count_above(values, 0, y.size(), 0, limit - (x_sum + y_sum));
    }
    result.p_value = static_cast<double>(above) / static_cast<double>(all);
  } else {
    result.partitions = options.samples;
    result.p_value = static_cast<double>(1 + sample_above(values, x.size(), limit, options)) /
                     static_cast<double>(1 + options.samples);
  }
  return result;
}

}  // namespace wordvec
