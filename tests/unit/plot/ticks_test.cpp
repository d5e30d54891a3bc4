#include "wordvec/plot/ticks.h"

#include <gtest/gtest.h>

#include <limits>

namespace wordvec::plot::ticks_test {
namespace {

std::vector<std::string> labels(double low, double high, double step) {
  std::vector<std::string> texts;
  for (const Tick& tick : round_ticks(low, high, step)) texts.push_back(tick.label);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Ticks, AreMultiplesOfOneTwoOrFive) {
  EXPECT_EQ(labels(-3.2, 4.5, 0.9), (Texts{"−3", "−2", "−1", "0", "1", "2", "3", "4"}));
  EXPECT_EQ(labels(-3.2, 4.5, 1.1), (Texts{"−2", "0", "2", "4"}));
  EXPECT_EQ(labels(-3.2, 4.5, 2.1), (Texts{"0"}));
  EXPECT_EQ(labels(-6, 12, 2.1), (Texts{"−5", "0", "5", "10"}));
  EXPECT_EQ(labels(0, 30, 5.1), (Texts{"0", "10", "20", "30"}));
}

TEST(Ticks, HaveAsManyDecimalsAsTheStep) {
  EXPECT_EQ(labels(-0.1, 0.25, 0.08), (Texts{"−0.1", "0.0", "0.1", "0.2"}));
  EXPECT_EQ(labels(0.1, 0.25, 0.041), (Texts{"0.10", "0.15", "0.20", "0.25"}));
}

TEST(Ticks, OfVeryLargeAndSmallValuesHaveExponents) {
  EXPECT_EQ(labels(0, 2.5e9, 1e9), (Texts{"0", "1e+09", "2e+09"}));
  EXPECT_EQ(labels(0, 2.5e-7, 1e-7), (Texts{"0", "1e-07", "2e-07"}));
}

TEST(Ticks, AreNoneWhereThereIsNoRange) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(round_ticks(1, 1, 1).empty());
  EXPECT_TRUE(round_ticks(2, 1, 1).empty());
  EXPECT_TRUE(round_ticks(0, 1, 0).empty());
  EXPECT_TRUE(round_ticks(nan, 1, 1).empty());
  EXPECT_TRUE(round_ticks(0, infinity, 1).empty());
  EXPECT_TRUE(round_ticks(0, 1e9, 1).empty());
}

}  // namespace
}  // namespace wordvec::plot::ticks_test
