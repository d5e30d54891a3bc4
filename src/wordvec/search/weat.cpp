#include "wordvec/search/weat.h"

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

// The share of a result that its rounding can change.
constexpr double kUnit = 0x1p-53;

// How far an s(w) can be from that of real numbers. A mean adds a unit to what its cosines are off
// by for each of them, which are at most 1, and one; the difference of two adds two. A hundredth
// more is for the products of errors.
double error_of_association(std::size_t dim, std::size_t of_a, std::size_t of_b) {
  const auto terms = static_cast<double>(of_a + of_b);
  return 1.01 * (2 * cosine_rounding(dim) + kUnit * (terms + 4));
}

// How far two sums of `count` such values can be from each other where those of real numbers are
// equal: each value is at most 2, so that each of the additions is off by a unit of 2 × count.
double error_of_sums(std::size_t count, double error_of_value) {
  const auto values = static_cast<double>(count);
  return 2.02 * values * (error_of_value + 2 * values * kUnit);
}

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

// How many sums of `left` of the values from `first` on, and `sum`, are `least` or more. The depth
// is `left`, which is small where the sums can be counted: the caller takes the smaller set.
std::uint64_t count_from(double least, std::span<const double> values, std::size_t first,
                         std::size_t left, double sum) {
  if (left == 0) return sum >= least ? 1 : 0;
  std::uint64_t count = 0;
  for (std::size_t i = first; i + left <= values.size(); ++i) {
    count += count_from(least, values, i + 1, left - 1, sum + values[i]);
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

std::uint64_t sample_from(double least, std::vector<double> values, std::size_t size,
                          const WeatOptions& options) {
  std::mt19937_64 generator(options.seed);
  std::uint64_t count = 0;
  for (std::uint64_t drawn = 0; drawn < options.samples; ++drawn) {
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) {  // the beginning of a Fisher-Yates shuffle
      std::swap(values[i], values[i + draw_below(values.size() - i, generator)]);
      sum += values[i];
    }
    if (sum >= least) ++count;
  }
  return count;
}

}  // namespace

WeatResult weat(VectorSet x, VectorSet y, VectorSet a, VectorSet b, const WeatOptions& options) {
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
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
  const double error = error_of_association(x[0].size(), a.size(), b.size());
  const auto [smallest, largest] = std::minmax_element(values.begin(), values.end());
  if (!(*largest - *smallest > 2 * error)) {
    throw Error(ErrorCode::query,
                "all target words are associated alike: their deviation is zero, so that there is "
                "no effect size");
  }
  WeatResult result;
  const double of_sums = error_of_sums(values.size(), error);
  const auto unless_rounding = [](double value, double most) {
    return std::abs(value) <= most ? 0 : value;
  };
  result.statistic = unless_rounding(x_sum - y_sum, of_sums);
  const double means_apart =
      x_sum / static_cast<double>(x.size()) - y_sum / static_cast<double>(y.size());
  result.effect_size =
      unless_rounding(means_apart, of_sums / static_cast<double>(values.size())) / deviation;
  // Σ over Xi of s is enough: what is not in Xi is in Yi. In a sum over Yi, less is more.
  const bool by_x = x.size() <= y.size();
  const std::uint64_t all = partitions_of(values.size(), x.size(), options.most_exact);
  result.exact = all <= options.most_exact;
  if (result.exact) {
    if (!by_x) {
      for (double& value : values) value = -value;
    }
    const std::size_t size = std::min(x.size(), y.size());
    const double least = (by_x ? x_sum : -y_sum) - error_of_sums(size, error);
    result.partitions = all;
    result.p_value =
        static_cast<double>(count_from(least, values, 0, size, 0)) / static_cast<double>(all);
    result.least_p_value = 1 / static_cast<double>(all);
  } else {
    const double least = x_sum - error_of_sums(x.size(), error);
    const auto drawn = static_cast<double>(options.samples);
    const std::uint64_t found = sample_from(least, values, x.size(), options);
    result.partitions = options.samples;
    result.p_value = (1 + static_cast<double>(found)) / (1 + drawn);
    result.least_p_value = 1 / (1 + drawn);
  }
  return result;
}

}  // namespace wordvec
