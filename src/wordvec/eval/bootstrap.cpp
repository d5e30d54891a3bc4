#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "wordvec/base/parallel.h"
#include "wordvec/base/split_mix64.h"
#include "wordvec/eval/correlation.h"

namespace wordvec {
namespace {

constexpr double kLowQuantile = 0.025;
constexpr double kHighQuantile = 0.975;
constexpr double kNoCorrelation = std::numeric_limits<double>::quiet_NaN();

// Values in an order that is made once, so that a resample's ranks need no sorting.
class OrderedValues {
 public:
  explicit OrderedValues(std::span<const double> values)
      : values_(values.begin(), values.end()), order_(values.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::sort(order_.begin(), order_.end(),
              [&](std::size_t a, std::size_t b) { return values_[a] < values_[b]; });
  }

  // average_ranks() of a sample that has value i counts[i] times.
  void ranks(std::span<const std::uint32_t> counts, std::span<double> ranks) const {
    std::uint64_t before = 0;
    for (std::size_t begin = 0; begin < order_.size();) {
      std::uint64_t count = 0;
      std::size_t end = begin;
      for (; end < order_.size() && values_[order_[end]] == values_[order_[begin]]; ++end) {
        count += counts[order_[end]];
      }
      const double rank = static_cast<double>(before) + 0.5 * (static_cast<double>(count) + 1);
      for (; begin < end; ++begin) ranks[order_[begin]] = rank;
      before += count;
    }
  }

 private:
  std::vector<double> values_;
  std::vector<std::size_t> order_;
};

// Pearson's r of a sample that has pair i counts[i] times; NaN where there is none.
double weighted_pearson(std::span<const double> x, std::span<const double> y,
                        std::span<const std::uint32_t> counts) {
  double sum_x = 0;
  double sum_y = 0;
  double least_x = std::numeric_limits<double>::infinity();
  double least_y = least_x;
  double most_x = -least_x;
  double most_y = -least_x;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (counts[i] == 0) continue;
    sum_x += counts[i] * x[i];
    sum_y += counts[i] * y[i];
    least_x = std::min(least_x, x[i]);
    least_y = std::min(least_y, y[i]);
    most_x = std::max(most_x, x[i]);
    most_y = std::max(most_y, y[i]);
  }
  if (!(least_x < most_x) || !(least_y < most_y)) return kNoCorrelation;
  const auto n = static_cast<double>(x.size());
  const double mean_x = sum_x / n;
  const double mean_y = sum_y / n;
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = x[i] - mean_x;
    const double dy = y[i] - mean_y;
    xx += counts[i] * (dx * dx);
    yy += counts[i] * (dy * dy);
    xy += counts[i] * (dx * dy);
  }
  return without_rounding(xy / std::sqrt(xx * yy));
}

double quantile(std::span<const double> sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

void leave_out_undefined(std::vector<double>& correlations) {
  std::erase_if(correlations, [](double r) { return std::isnan(r); });
}

std::optional<Interval> interval_of(std::vector<double> correlations) {
  leave_out_undefined(correlations);
  if (correlations.empty()) return std::nullopt;
  std::sort(correlations.begin(), correlations.end());
  return Interval{quantile(correlations, kLowQuantile), quantile(correlations, kHighQuantile)};
}

// Calls `each` on a thread that it has to itself, with the number of a resample and how often it
// has each of n pairs; `make` makes what `each` works in.
template <class Make, class Each>
void for_each_resample(std::size_t n, const Bootstrap& bootstrap, const Make& make,
                       const Each& each) {
  const std::uint64_t first = SplitMix64(bootstrap.seed).next();
  constexpr std::size_t kPiece = 100;
  const std::size_t pieces = (bootstrap.resamples + kPiece - 1) / kPiece;
  parallel_for(threads_or_default(bootstrap.threads), pieces, [&](std::size_t piece) {
    std::vector<std::uint32_t> counts(n);
    auto work = make();
    const std::size_t end = std::min(bootstrap.resamples, (piece + 1) * kPiece);
    for (std::size_t i = piece * kPiece; i < end; ++i) {
      SplitMix64 random(SplitMix64(first + i).next());
      std::fill(counts.begin(), counts.end(), 0U);
      for (std::size_t draw = 0; draw < n; ++draw) {
        ++counts[random.below(static_cast<std::uint32_t>(n))];
      }
      each(i, std::span<const std::uint32_t>(counts), work);
    }
  });
}

CorrelationDifference difference_of(const std::optional<double>& first,
                                    const std::optional<double>& second,
                                    std::vector<double> resampled) {
  CorrelationDifference difference;
  if (!first || !second) return difference;
  const auto is_rounding = [](double d) { return std::abs(d) <= kCorrelationRounding; };
  // Of equal correlations, which ranks often have.
  std::replace_if(resampled.begin(), resampled.end(), is_rounding, 0.0);
  const double value = *second - *first;
  difference.value = is_rounding(value) ? 0 : value;
  difference.interval = interval_of(resampled);
  leave_out_undefined(resampled);
  if (resampled.empty()) return difference;
  const auto share = [&](auto is_beyond) {
    const auto beyond = std::count_if(resampled.begin(), resampled.end(), is_beyond);
    return static_cast<double>(1 + beyond) / static_cast<double>(1 + resampled.size());
  };
  difference.p_value = std::min(1.0, 2 * std::min(share([](double d) { return d <= 0; }),
                                                  share([](double d) { return d >= 0; })));
  return difference;
}

}  // namespace

CorrelationIntervals bootstrap_correlations(std::span<const double> all_x,
                                            std::span<const double> all_y,
                                            const Bootstrap& bootstrap) {
  if (all_x.empty()) return {};
  const std::vector<double> x = scaled_below_one(all_x);
  const std::vector<double> y = scaled_below_one(all_y);
  const OrderedValues ordered_x(x);
  const OrderedValues ordered_y(y);
  std::vector<double> pearsons(bootstrap.resamples);
  std::vector<double> spearmans(bootstrap.resamples);
  struct Ranks {
    std::vector<double> x;
    std::vector<double> y;
  };
  const std::size_t n = x.size();
  for_each_resample(
      n, bootstrap,
      [n] {
        return Ranks{std::vector<double>(n), std::vector<double>(n)};
      },
      [&](std::size_t i, std::span<const std::uint32_t> counts, Ranks& ranks) {
        pearsons[i] = weighted_pearson(x, y, counts);
        ordered_x.ranks(counts, ranks.x);
        ordered_y.ranks(counts, ranks.y);
        spearmans[i] = weighted_pearson(ranks.x, ranks.y, counts);
      });
  return {interval_of(std::move(pearsons)), interval_of(std::move(spearmans))};
}

CorrelationDifferences bootstrap_differences(std::span<const double> all_x,
                                             std::span<const double> all_first,
                                             std::span<const double> all_second,
                                             const Bootstrap& bootstrap) {
  if (all_x.empty()) return {};
  const std::vector<double> x = scaled_below_one(all_x);
  const std::array<std::vector<double>, 2> y = {scaled_below_one(all_first),
                                                scaled_below_one(all_second)};
  const OrderedValues ordered_x(x);
  const std::array<OrderedValues, 2> ordered_y = {OrderedValues(y[0]), OrderedValues(y[1])};
  std::vector<double> pearsons(bootstrap.resamples);
  std::vector<double> spearmans(bootstrap.resamples);
  struct Ranks {
    std::vector<double> x;
    std::array<std::vector<double>, 2> y;
  };
  const std::size_t n = x.size();
  for_each_resample(
      n, bootstrap,
      [n] {
        const std::vector<double> ranks(n);
        return Ranks{ranks, {ranks, ranks}};
      },
      [&](std::size_t i, std::span<const std::uint32_t> counts, Ranks& ranks) {
        ordered_x.ranks(counts, ranks.x);
        for (std::size_t m = 0; m < y.size(); ++m) ordered_y[m].ranks(counts, ranks.y[m]);
        pearsons[i] = weighted_pearson(x, y[1], counts) - weighted_pearson(x, y[0], counts);
        spearmans[i] = weighted_pearson(ranks.x, ranks.y[1], counts) -
                       weighted_pearson(ranks.x, ranks.y[0], counts);
      });
  return {
      difference_of(pearson(all_x, all_first), pearson(all_x, all_second), std::move(pearsons)),
      difference_of(spearman(all_x, all_first), spearman(all_x, all_second), std::move(spearmans))};
}

}  // namespace wordvec
