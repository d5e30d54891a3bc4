#include "wordvec/eval/mcnemar.h"

#include <gtest/gtest.h>

#include <vector>

namespace wordvec::mcnemar_test {
namespace {

// 2 (C(n, 0) + ... + C(n, k)) / 2^n by hand, then of Python's fractions; scipy 1.10's
// stats.binomtest(k, n, 0.5).pvalue is the same.
TEST(McNemar, IsTheExactBinomialTest) {
  EXPECT_NEAR(mcnemar_p_value(0, 5), 0.0625, 1e-13);
  EXPECT_NEAR(mcnemar_p_value(1, 9), 0.021484375, 1e-13);  // 2 (1 + 10) / 1024
  EXPECT_NEAR(mcnemar_p_value(9, 1), 0.021484375, 1e-13);
  EXPECT_DOUBLE_EQ(mcnemar_p_value(0, 1), 1);
  EXPECT_DOUBLE_EQ(mcnemar_p_value(2, 3), 1);
  EXPECT_NEAR(mcnemar_p_value(3, 17), 0.0025768280029296875, 1e-14);
  EXPECT_NEAR(mcnemar_p_value(59, 121), 4.434449263755176e-06, 1e-15);
  EXPECT_NEAR(mcnemar_p_value(1000, 1200), 2.1817026407914712e-05, 1e-13);
}

// The same fractions, as Python's float() rounds them. Whole powers of two are exact.
TEST(McNemar, IsTheNearestDoubleOfFewItems) {
  EXPECT_EQ(mcnemar_p_value(0, 4), 0.125);
  EXPECT_EQ(mcnemar_p_value(1, 9), 0.021484375);
  EXPECT_EQ(mcnemar_p_value(2, 3), 1);
  EXPECT_EQ(mcnemar_p_value(0, 62), 0x1p-61);
  EXPECT_NEAR(mcnemar_p_value(0, 63) / 0x1p-62, 1, 1e-12);  // no more than near, from here on
  for (std::uint64_t n = 1; n <= 62; n += 2) EXPECT_EQ(mcnemar_p_value(n / 2, n - n / 2), 1) << n;
  EXPECT_EQ(mcnemar_p_value(3, 17), 0.0025768280029296875);
  EXPECT_EQ(mcnemar_p_value(20, 33), 0.09837064844049181);
  EXPECT_EQ(mcnemar_p_value(30, 32), 0.899076313652859);
  EXPECT_EQ(mcnemar_p_value(25, 37), 0.16188140552559765);
  EXPECT_EQ(mcnemar_p_value(12, 50), 1.2143807700186297e-06);
  EXPECT_EQ(mcnemar_p_value(29, 33), 0.7035366713552734);
}

TEST(McNemar, IsOneWhereNothingDiffers) {
  EXPECT_EQ(mcnemar_p_value(0, 0), 1);
  EXPECT_EQ(mcnemar_p_value(7, 7), 1);
}

TEST(PairedOutcomes, AreOfTheItemsThatCountForBoth) {
  using enum Outcome;
  const std::vector<Outcome> first = {right, right, wrong, wrong, right, not_counted, not_counted};
  const std::vector<Outcome> second = {right, wrong, right, wrong, wrong, right, not_counted};
  PairedOutcomes paired = pair_outcomes(first, second);
  EXPECT_EQ(paired.items(), 5U);
  EXPECT_EQ(paired.both_right, 1U);
  EXPECT_EQ(paired.only_first, 2U);
  EXPECT_EQ(paired.only_second, 1U);
  EXPECT_EQ(paired.both_wrong, 1U);
  EXPECT_DOUBLE_EQ(paired.difference().value(), -0.2);
  EXPECT_DOUBLE_EQ(paired.p_value().value(), 1);
  paired += pair_outcomes(first, second);
  EXPECT_EQ(paired.items(), 10U);
  EXPECT_DOUBLE_EQ(paired.difference().value(), -0.2);
}

TEST(PairedOutcomes, OfNoItemsHaveNoDifference) {
  EXPECT_FALSE(PairedOutcomes().difference());
  EXPECT_FALSE(PairedOutcomes().p_value());
}

}  // namespace
}  // namespace wordvec::mcnemar_test
