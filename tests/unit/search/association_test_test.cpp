#include "wordvec/search/association_test.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"

namespace wordvec {
namespace {

using test::expect_error;
using test::random_rows;
using test::Rows;
using Vectors = std::vector<std::vector<float>>;

Association test_of(const Vectors& x, const Vectors& y, const Vectors& a, const Vectors& b,
                    const AssociationOptions& options = {}) {
  std::vector<std::vector<std::span<const float>>> views;
  for (const Vectors* set : {&x, &y, &a, &b}) views.emplace_back(set->begin(), set->end());
  return test_association(views[0], views[1], views[2], views[3], options);
}

Vectors random_set(std::size_t count, unsigned seed) {
  const Rows rows = random_rows(count, 6, seed);
  Vectors set;
  for (std::size_t r = 0; r < count; ++r) {
    const auto begin = rows.vectors.begin() + static_cast<std::ptrdiff_t>(6 * r);
    set.emplace_back(begin, begin + 6);
  }
  return set;
}

double plain_cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += double{a[i]} * double{b[i]};
    aa += double{a[i]} * double{a[i]};
    bb += double{b[i]} * double{b[i]};
  }
  return ab / std::sqrt(aa * bb);
}

double plain_association(const std::vector<float>& word, const Vectors& a, const Vectors& b) {
  double s = 0;
  for (const auto& vector : a) s += plain_cosine(word, vector) / static_cast<double>(a.size());
  for (const auto& vector : b) s -= plain_cosine(word, vector) / static_cast<double>(b.size());
  return s;
}

// The share of all subsets of the size of X whose statistic is larger: each subset is a bit mask.
double plain_p_value(const Vectors& x, const Vectors& y, const Vectors& a, const Vectors& b) {
  std::vector<double> s;
  for (const Vectors* set : {&x, &y}) {
    for (const auto& word : *set) s.push_back(plain_association(word, a, b));
  }
  const auto statistic = [&](std::uint32_t mask) {
    double sum = 0;
    for (std::size_t i = 0; i < s.size(); ++i) sum += (mask >> i & 1) != 0 ? s[i] : -s[i];
    return sum;
  };
  const double observed = statistic((1U << x.size()) - 1);
  int above = 0;
  int all = 0;
  for (std::uint32_t mask = 0; mask < 1U << s.size(); ++mask) {
    if (static_cast<std::size_t>(std::popcount(mask)) != x.size()) continue;
    ++all;
    if (statistic(mask) > observed + 1e-12) ++above;
  }
  return static_cast<double>(above) / all;
}

TEST(AssociationTest, ByHand) {
  // With A = {(1, 0)} and B = {(0, 1)}, s is 1, 1/5, −1/5, −1 for these.
  const Vectors x = {{1, 0}, {4, 3}};
  const Vectors y = {{3, 4}, {0, 2}};
  const auto found = test_of(x, y, {{5, 0}}, {{0, 1}});
  EXPECT_NEAR(found.statistic, 1.2 + 1.2, 1e-7);
  // Means 0.6 and −0.6; the sum of squares is 2.08, the deviation √(2.08 / 3).
  EXPECT_NEAR(found.effect_size, 1.2 / std::sqrt(2.08 / 3), 1e-7);
  // The six partitions' statistics are 2.4, 1.6, 0 (twice), −1.6, −2.4: none is larger.
  EXPECT_EQ(found.p_value, 0);
  EXPECT_EQ(found.partitions, 6U);
  EXPECT_TRUE(found.exact);
  // Those larger than the statistic of {1, −1} against {1/5, −1/5}, 0: two of six, as 0 is a tie.
  EXPECT_DOUBLE_EQ(test_of({x[0], y[1]}, {x[1], y[0]}, {{5, 0}}, {{0, 1}}).p_value, 2.0 / 6);
}

TEST(AssociationTest, CountsAllPartitions) {
  unsigned seed = 0;
  for (const auto& [of_x, of_y] : {std::pair{1U, 1U}, {4U, 4U}, {2U, 6U}, {6U, 2U}, {7U, 1U}}) {
    for (int test = 0; test < 5; ++test) {
      const Vectors x = random_set(of_x, ++seed);
      Vectors y = random_set(of_y, ++seed);
      if (test == 4) y.back() = x.back();  // a tie
      const Vectors a = random_set(3, ++seed);
      const Vectors b = random_set(2, ++seed);
      if (of_x + of_y == 2 && test == 4) continue;  // no deviation
      const auto found = test_of(x, y, a, b);
      EXPECT_TRUE(found.exact);
      EXPECT_NEAR(found.p_value, plain_p_value(x, y, a, b), 1e-12) << of_x << ' ' << of_y;
      // The words of X lean to B as much as those of Y to A.
      const auto turned = test_of(x, y, b, a);
      EXPECT_NEAR(turned.effect_size, -found.effect_size, 1e-12);
      EXPECT_NEAR(turned.statistic, -found.statistic, 1e-12);
    }
  }
}

TEST(AssociationTest, SamplesWhatIsTooMuchToCount) {
  const Vectors x = random_set(6, 1);
  const Vectors y = random_set(6, 2);
  const Vectors a = random_set(4, 3);
  const Vectors b = random_set(4, 4);
  const double exact = test_of(x, y, a, b).p_value;
  AssociationOptions options;
  options.most_exact = 923;  // of 924
  options.samples = 20'000;
  const auto sampled = test_of(x, y, a, b, options);
  EXPECT_FALSE(sampled.exact);
  EXPECT_EQ(sampled.partitions, 20'000U);
  // Four standard deviations.
  EXPECT_NEAR(sampled.p_value, exact, 4 * std::sqrt(exact * (1 - exact) / 20'000));
  EXPECT_EQ(test_of(x, y, a, b, options).p_value, sampled.p_value);
  options.seed = 2;
  EXPECT_NE(test_of(x, y, a, b, options).p_value, sampled.p_value);
  options.most_exact = 924;
  EXPECT_TRUE(test_of(x, y, a, b, options).exact);
}

TEST(AssociationTest, OfSamplesIsNeverZero) {
  // All of X lies at A, all of Y at B: of the drawn partitions none is larger.
  AssociationOptions options;
  options.most_exact = 1;
  options.samples = 999;
  const Vectors x(5, {1, 0});
  const Vectors y(5, {0, 1});
  EXPECT_DOUBLE_EQ(test_of(x, y, x, y, options).p_value, 1.0 / 1000);
}

TEST(AssociationTest, NeedsWordsAndADeviation) {
  const Vectors one = {{1, 0}};
  const Vectors two = {{0, 1}};
  for (std::size_t empty = 0; empty < 4; ++empty) {
    std::vector<Vectors> sets = {one, two, one, two};
    sets[empty].clear();
    expect_error(ErrorCode::query, "a set of words is empty",
                 [&] { test_of(sets[0], sets[1], sets[2], sets[3]); });
  }
  expect_error(ErrorCode::query, "associated alike", [&] { test_of(one, {{2, 0}}, one, two); });
  expect_error(ErrorCode::query, "associated alike", [&] { test_of(one, two, one, one); });
  AssociationOptions options;
  options.samples = 0;
  expect_error(ErrorCode::usage, "0 samples", [&] { test_of(one, two, one, two, options); });
}

}  // namespace
}  // namespace wordvec
