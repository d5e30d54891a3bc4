#include "wordvec/eval/correlation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace wordvec {

std::vector<double> scaled_below_one(std::span<const double> values) {
  double most = 0;
  for (const double value : values) most = std::max(most, std::abs(value));
  int exponent = 0;
  std::frexp(most, &exponent);
  std::vector<double> scaled(values.begin(), values.end());
  for (double& value : scaled) value = std::ldexp(value, -exponent);
  return scaled;
}

double without_rounding(double r) noexcept {
  if (std::abs(r) <= kCorrelationRounding) return 0;
  if (std::abs(r) >= 1 - kCorrelationRounding) return r > 0 ? 1 : -1;
  return r;
}

std::optional<double> pearson(std::span<const double> all_x, std::span<const double> all_y) {
  const std::vector<double> x = scaled_below_one(all_x);
  const std::vector<double> y = scaled_below_one(all_y);
  const std::size_t n = x.size();
  if (n < 2) return std::nullopt;
  const auto mean_of = [n](std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(n);
  };
  const auto is_constant = [](std::span<const double> values) {
    return std::all_of(values.begin(), values.end(),
                       [&](double value) { return value == values.front(); });
  };
  // The mean of equal values can differ from them in the last bit.
  if (is_constant(x) || is_constant(y)) return std::nullopt;
  const double mean_x = mean_of(x);
  const double mean_y = mean_of(y);
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double dx = x[i] - mean_x;
    const double dy = y[i] - mean_y;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  const double r = xy / std::sqrt(xx * yy);
  if (!std::isfinite(r)) return std::nullopt;
  return without_rounding(r);
}

std::vector<double> average_ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    // The mean of begin + 1, …, end.
    const double rank = 0.5 * static_cast<double>(begin + 1 + end);
    for (; begin < end; ++begin) ranks[order[begin]] = rank;
  }
  return ranks;
}

std::optional<double> spearman(std::span<const double> x, std::span<const double> y) {
  return pearson(average_ranks(x), average_ranks(y));
}

std::optional<double> correlation_p_value(double r, std::size_t n) {
  if (n < 3) return std::nullopt;
  const double p = incomplete_beta((1 - r) * (1 + r), 0.5 * static_cast<double>(n - 2), 0.5);
  return std::clamp(p, 0.0, 1.0);
}

namespace {

// F = 1 + d₁/(1 + d₂/(1 + …)), whose reciprocal is the fraction of DLMF 8.17.22, by the method of
// Lentz (DLMF 3.10.7 with its ratios): C = Aₙ/Aₙ₋₁ and D = Bₙ₋₁/Bₙ of the convergents Aₙ/Bₙ.
double beta_fraction(double x, double a, double b) {
  constexpr double kTiny = 1e-290;  // stands for a ratio that is zero
  constexpr double kPrecise = 1e-16;
  constexpr int kMaxSteps = 100'000;  // it takes about √max(a, b)
  const auto or_tiny = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double fraction = 1;
  double c = 1;
  double d = 0;
  for (int step = 1; step < kMaxSteps; ++step) {
    const double m = static_cast<double>(step / 2);
    const double coefficient = step % 2 == 0
                                   ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                                   : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    c = or_tiny(1 + coefficient / c);
    d = 1 / or_tiny(1 + coefficient * d);
    fraction *= c * d;
    if (std::abs(c * d - 1) < kPrecise) break;
  }
  return fraction;
}

}  // namespace

double incomplete_beta(double x, double a, double b) {
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  const double log_front =
      std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x);
  // Where the fraction is slow, that of the complement is fast.
  if (x <= (a + 1) / (a + b + 2)) return std::exp(log_front) / (a * beta_fraction(x, a, b));
  return 1 - std::exp(log_front) / (b * beta_fraction(1 - x, b, a));
}

}  // namespace wordvec
