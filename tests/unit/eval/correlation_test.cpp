#include "wordvec/eval/correlation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace wordvec::correlation_test {
namespace {

const std::vector<double> kX = {1, 2, 2, 3, 5, 5, 5, 8, 9, 10};
const std::vector<double> kY = {2.5, 1, 3, 3, 4, 7, 4, 4, 9, 6};

void expect_relative(double found, double expected, double relative) {
  EXPECT_NEAR(found, expected, std::abs(expected) * relative);
}

// The numbers of the second are those of the first times 2^1000.
TEST(Pearson, DoesNotOverflow) {
  const std::vector<double> x = {1, -2, 4, 3};
  const std::vector<double> y = {0.5, 0.25, 2, -1};
  std::vector<double> huge;
  for (const double value : x) huge.push_back(std::ldexp(value, 1000));
  ASSERT_TRUE(pearson(x, y).has_value());
  EXPECT_EQ(pearson(huge, y), pearson(x, y));
  EXPECT_EQ(pearson(y, huge), pearson(y, x));
}

TEST(Pearson, IsExactWhereRoundingAloneTellsItFromAWholeNumber) {
  std::vector<double> x;
  std::vector<double> line;
  std::vector<double> falling;
  std::vector<double> even;
  for (int i = -7; i <= 7; ++i) {
    x.push_back(0.1 * i + 0.3);
    line.push_back(0.7 * i - 0.2);
    falling.push_back(0.3 - 0.013 * i);
    even.push_back(0.1 * i * i);
    EXPECT_EQ(pearson(x, line), x.size() < 2 ? std::nullopt : std::optional(1.0));
    EXPECT_EQ(pearson(line, falling), x.size() < 2 ? std::nullopt : std::optional(-1.0));
  }
  EXPECT_EQ(pearson(x, even), 0);
  EXPECT_EQ(correlation_p_value(*pearson(x, line), x.size()), 0);
  EXPECT_NEAR(without_rounding(1 - 1e-9), 1 - 1e-9, 1e-16);
  EXPECT_EQ(without_rounding(1e-11), 1e-11);
}

TEST(Pearson, OfSamplesOfALineIsOne) {
  std::vector<double> x;
  std::vector<double> line;
  for (int i = 0; i < 20; ++i) {
    x.push_back(0.1 * i * i + 0.3);
    line.push_back(0.7 * x.back() - 0.2);
  }
  const CorrelationIntervals found = bootstrap_correlations(x, line, {200, 1, 1});
  EXPECT_EQ(found.pearson->low, 1);
  EXPECT_EQ(found.pearson->high, 1);
}

TEST(AverageRanks, AreSharedByEqualValues) {
  EXPECT_EQ(average_ranks(kX), (std::vector<double>{1, 2.5, 2.5, 4, 6, 6, 6, 8, 9, 10}));
  EXPECT_EQ(average_ranks(std::vector<double>{3, 1, 2}), (std::vector<double>{3, 1, 2}));
  EXPECT_EQ(average_ranks(std::vector<double>{7, 7}), (std::vector<double>{1.5, 1.5}));
  EXPECT_TRUE(average_ranks(std::vector<double>{}).empty());
}

// scipy 1.10: stats.spearmanr(kX, kY), stats.pearsonr(kX, kY).
TEST(Correlation, IsThatOfScipy) {
  expect_relative(spearman(kX, kY).value(), 0.8593749999999999, 1e-12);
  expect_relative(pearson(kX, kY).value(), 0.7535899874913379, 1e-12);
  expect_relative(correlation_p_value(spearman(kX, kY).value(), 10).value(), 0.001438774471850484,
                  1e-9);
  expect_relative(correlation_p_value(pearson(kX, kY).value(), 10).value(), 0.011832315718645023,
                  1e-9);
}

// scipy 1.10: 2 * stats.t.sf(t, n - 2) with t = |r| sqrt((n - 2) / ((1 - r) (1 + r))).
TEST(Correlation, HasTheProbabilityOfStudentsT) {
  struct Case {
    double r = 0;
    std::size_t n = 0;
    double p = 0;
  };
  for (const Case& c : {Case{0.7, 353, 2.8918367552388526e-53},
                        {0.05, 353, 0.34892898994225907},
                        {-0.3, 10, 0.39969146875000017},
                        {0.44, 3000, 2.7457600271626225e-142},
                        {0.5, 3, 0.6666666666666667}}) {
    expect_relative(correlation_p_value(c.r, c.n).value(), c.p, 1e-9);
  }
  EXPECT_EQ(correlation_p_value(1, 5), 0);
  EXPECT_EQ(correlation_p_value(-1, 5), 0);
  EXPECT_EQ(correlation_p_value(0, 5), 1);
  EXPECT_FALSE(correlation_p_value(1, 2));
}

TEST(Correlation, IsNotDefinedForOnePairOrEqualValues) {
  const std::vector<double> one = {1};
  const std::vector<double> rising = {0.1, 0.2, 0.3};
  // Their sum is not three times 0.1.
  const std::vector<double> equal = {0.1, 0.1, 0.1};
  EXPECT_FALSE(pearson({}, {}));
  EXPECT_FALSE(pearson(one, one));
  EXPECT_FALSE(pearson(rising, equal));
  EXPECT_FALSE(spearman(equal, rising));
  EXPECT_EQ(spearman(rising, rising), 1);
}

// scipy 1.10: special.betainc(a, b, x).
TEST(IncompleteBeta, IsThatOfScipy) {
  expect_relative(incomplete_beta(0.5, 0.5, 0.5), 0.5, 1e-12);
  expect_relative(incomplete_beta(0.1, 2, 3), 0.0523, 1e-12);  // 6x² − 8x³ + 3x⁴
  expect_relative(incomplete_beta(0.9, 2, 3), 0.9963, 1e-12);
  expect_relative(incomplete_beta(0.5, 175.5, 0.5), 8.861478273976071e-55, 1e-11);
  expect_relative(incomplete_beta(0.999, 498.5, 0.5), 0.31803781400463527, 1e-11);
  expect_relative(incomplete_beta(0.75, 1517, 0.5), 8.500313787975852e-192, 1e-10);
  EXPECT_EQ(incomplete_beta(0, 2, 3), 0);
  EXPECT_EQ(incomplete_beta(1, 2, 3), 1);
}

TEST(Bootstrap, IsTheSameForEveryNumberOfThreads) {
  const CorrelationIntervals one = bootstrap_correlations(kX, kY, {1000, 7, 1});
  const CorrelationIntervals four = bootstrap_correlations(kX, kY, {1000, 7, 4});
  const CorrelationIntervals other = bootstrap_correlations(kX, kY, {1000, 8, 1});
  EXPECT_EQ(one.spearman->low, four.spearman->low);
  EXPECT_EQ(one.pearson->high, four.pearson->high);
  EXPECT_NE(one.pearson->high, other.pearson->high);
}

// The draws' definition, computed in Python:
//   M = 2**64 - 1
//   def mix(z): z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9 & M
//               z = (z ^ z >> 27) * 0x94d049bb133111eb & M; return z ^ z >> 31
//   def nexts(state):
//       while True: state = state + 0x9e3779b97f4a7c15 & M; yield mix(state)
//   def sample(seed, i, n):
//       stream = nexts(next(nexts(next(nexts(seed)) + i & M))); drawn = []
//       while len(drawn) < n:
//           product = (next(stream) >> 32) * n
//           if product % 2**32 >= 2**32 % n: drawn.append(product >> 32)
//       return drawn
//   x, y as above; samples = [sample(1, i, 10) for i in range(200)]
//   print(*(np.quantile([f(x[s], y[s])[0] for s in samples], q)
//         for f in (stats.spearmanr, stats.pearsonr) for q in (0.025, 0.975)))
TEST(Bootstrap, DrawsAsItIsDefined) {
  const CorrelationIntervals found = bootstrap_correlations(kX, kY, {200, 1, 1});
  expect_relative(found.spearman->low, 0.33401917629509986, 1e-12);
  expect_relative(found.spearman->high, 0.9858390869381428, 1e-12);
  expect_relative(found.pearson->low, 0.33441226135137125, 1e-12);
  expect_relative(found.pearson->high, 0.9506927218906446, 1e-12);
}

TEST(Bootstrap, LeavesOutSamplesWithoutACorrelation) {
  // A sample of two pairs has both or one twice.
  const std::vector<double> two = {1, 2};
  const CorrelationIntervals found = bootstrap_correlations(two, two, {100, 1, 1});
  EXPECT_EQ(found.pearson->low, 1);
  EXPECT_EQ(found.spearman->high, 1);
  const std::vector<double> one = {1};
  EXPECT_FALSE(bootstrap_correlations(one, one, {100, 1, 1}).pearson);
  EXPECT_FALSE(bootstrap_correlations({}, {}, {100, 1, 1}).spearman);
}

const std::vector<double> kZ = {3, 1, 2, 6, 4, 5, 9, 7, 8, 8.5};

// With the samples of DrawsAsItIsDefined:
//   d = np.array([f(x[s], z[s])[0] - f(x[s], y[s])[0] for s in samples])
//   print(f(x, z)[0] - f(x, y)[0], np.quantile(d, (0.025, 0.975)),
//         2 * (1 + min((d <= 1e-12).sum(), (d >= -1e-12).sum())) / 201)
TEST(BootstrapDifferences, DrawAsTheyAreDefined) {
  const CorrelationDifferences found = bootstrap_differences(kX, kY, kZ, {200, 1, 1});
  expect_relative(found.spearman.value.value(), -0.07158945773227043, 1e-12);
  expect_relative(found.spearman.interval->low, -0.47033047986046017, 1e-12);
  expect_relative(found.spearman.interval->high, 0.44139508575981506, 1e-12);
  expect_relative(found.spearman.p_value.value(), 0.5572139303482587, 1e-12);
  expect_relative(found.pearson.value.value(), 0.03696677874368692, 1e-12);
  expect_relative(found.pearson.interval->low, -0.25192681761673696, 1e-12);
  expect_relative(found.pearson.interval->high, 0.43314972622641046, 1e-12);
  expect_relative(found.pearson.p_value.value(), 0.9651741293532339, 1e-12);
}

TEST(BootstrapDifferences, AreTheOppositeTheOtherWayRound) {
  const CorrelationDifferences there = bootstrap_differences(kX, kY, kZ, {1000, 3, 1});
  const CorrelationDifferences back = bootstrap_differences(kX, kZ, kY, {1000, 3, 4});
  EXPECT_EQ(*there.spearman.value, -*back.spearman.value);
  expect_relative(there.spearman.interval->low, -back.spearman.interval->high, 1e-12);
  EXPECT_EQ(*there.spearman.p_value, *back.spearman.p_value);
  EXPECT_EQ(*there.pearson.p_value, *back.pearson.p_value);
}

TEST(BootstrapDifferences, OfTheSameValuesAreNone) {
  const CorrelationDifferences found = bootstrap_differences(kX, kY, kY, {100, 1, 1});
  for (const CorrelationDifference& difference : {found.spearman, found.pearson}) {
    EXPECT_EQ(difference.value, 0);
    EXPECT_EQ(difference.interval->low, 0);
    EXPECT_EQ(difference.interval->high, 0);
    EXPECT_EQ(difference.p_value, 1);
  }
}

// Ten values in the opposite order: each sample of them that has a correlation has -1.
// Three times the numbers, and other rounding.
TEST(BootstrapDifferences, OfTheSameCorrelationAreNone) {
  std::vector<double> thrice;
  for (const double value : kY) thrice.push_back(0.3 * value + 0.1);
  const CorrelationDifference found = bootstrap_differences(kX, kY, thrice, {100, 1, 1}).pearson;
  EXPECT_EQ(found.value, 0);
  EXPECT_EQ(found.interval->low, 0);
  EXPECT_EQ(found.interval->high, 0);
  EXPECT_EQ(found.p_value, 1);
}

TEST(BootstrapDifferences, HaveNoSmallerProbabilityThanTheSamplesAllow) {
  std::vector<double> opposite;
  for (const double value : kX) opposite.push_back(-value);
  const CorrelationDifferences found = bootstrap_differences(kX, opposite, kX, {199, 1, 1});
  EXPECT_EQ(found.spearman.value, 2);
  EXPECT_EQ(found.spearman.interval->low, 2);
  EXPECT_EQ(found.spearman.p_value, 0.01);  // 2 / 200
}

TEST(BootstrapDifferences, AreNotThereWithoutCorrelations) {
  const std::vector<double> equal(kX.size(), 0.5);
  const CorrelationDifferences found = bootstrap_differences(kX, kY, equal, {100, 1, 1});
  EXPECT_FALSE(found.spearman.value || found.spearman.interval || found.spearman.p_value);
  EXPECT_FALSE(bootstrap_differences({}, {}, {}, {100, 1, 1}).pearson.value);
}

}  // namespace
}  // namespace wordvec::correlation_test
