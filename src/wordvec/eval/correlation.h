// Correlation of paired values, and how sure it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace wordvec {

// Correlations closer than this, as of thousands of pairs computed in double, differ by rounding.
inline constexpr double kCorrelationRounding = 1e-12;

// -1, 0 or 1 where r is as close to it, or beyond; else r.
double without_rounding(double r) noexcept;

// Pearson's r of x and y, which have the same size and finite values; in [-1, 1], and
// without_rounding(). nullopt where it is not defined: fewer than two values, or all of x or all of
// y the same.
std::optional<double> pearson(std::span<const double> x, std::span<const double> y);

// The values times a power of two, which changes no correlation, so that none is above 1: sums of
// their squares stay finite. Values that are all 0 stay.
std::vector<double> scaled_below_one(std::span<const double> values);

// 1 for the least value; equal values all have the mean of the ranks that they take.
std::vector<double> average_ranks(std::span<const double> values);

// Spearman's ρ: Pearson's r of the average ranks.
std::optional<double> spearman(std::span<const double> x, std::span<const double> y);

// The probability that n independent pairs have a correlation as far from 0 as r, or farther
// (two-sided): t = r √((n − 2) / (1 − r²)) has Student's t distribution with n − 2 degrees of
// freedom, so that p = I(1 − r²; (n − 2) / 2, 1 / 2). Exact for Pearson's r of normally distributed
// values; for Spearman's ρ the usual approximation. nullopt for n < 3.
std::optional<double> correlation_p_value(double r, std::size_t n);

// The regularized incomplete beta function I(x; a, b), for x in [0, 1] and a, b > 0, to about 1e-12
// of its value: the continued fraction DLMF 8.17.22 (https://dlmf.nist.gov/8.17#v). Not for several
// threads at once.
double incomplete_beta(double x, double a, double b);

struct Interval {
  double low = 0;
  double high = 0;
};

struct CorrelationIntervals {
  std::optional<Interval> pearson;
  std::optional<Interval> spearman;
};

struct Bootstrap {
  std::size_t resamples = 10'000;
  std::uint64_t seed = 1;
  unsigned threads = 0;  // 0: all there are
};

// 95 % percentile intervals (Efron 1979): n pairs are drawn n times with replacement, and the
// 2.5 % and 97.5 % quantiles of the resamples' correlations taken, linearly between two of them.
// Resamples without a correlation are left out; nullopt where none has one.
//
// Resample i draws by below(n) of a SplitMix64 (base/split_mix64.h) whose state is next() of one
// with the state s + i, s being next() of one with the state `seed`: other seeds have other
// resamples. So a result is the same on every machine and for every number of threads. n must be
// below 2^32.
CorrelationIntervals bootstrap_correlations(std::span<const double> x, std::span<const double> y,
                                            const Bootstrap& bootstrap);

// Of two correlations with the same values.
struct CorrelationDifference {
  std::optional<double> value;       // nullopt: one of them is not defined
  std::optional<Interval> interval;  // 95 %
  std::optional<double> p_value;     // two-sided
};

struct CorrelationDifferences {
  CorrelationDifference pearson;
  CorrelationDifference spearman;
};

// r(x, second) - r(x, first), where all have the same size, by the paired bootstrap (Efron and
// Tibshirani 1993, chapters 13 and 16; Koehn 2004): the resamples of bootstrap_correlations(), each
// of which has both correlations, so that what the two share does not blur their difference. The
// interval is that of the resamples' percentiles. The p-value is min(1, 2 (1 + m) / (1 + B)): of
// the B resamples m have a difference of 0 or on the other side of it (Davison and Hinkley 1997,
// section 4.2, for the 1 + ); it is never below 2 / (1 + B). The result is the same on every
// machine and for every number of threads. n must be below 2^32.
CorrelationDifferences bootstrap_differences(std::span<const double> x,
                                             std::span<const double> first,
                                             std::span<const double> second,
                                             const Bootstrap& bootstrap);

}  // namespace wordvec
