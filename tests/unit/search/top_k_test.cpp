#include "wordvec/search/top_k.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace wordvec::top_k_test {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

TEST(TopK, BreaksTiesByRow) {
  TopK top(3);
  for (const Row row : {7U, 3U, 9U, 1U, 5U}) top.offer({row, 0.5F});
  EXPECT_EQ(top.take_sorted(), (std::vector<Neighbor>{{1, 0.5F}, {3, 0.5F}, {5, 0.5F}}));
}

TEST(TopK, TreatsZerosOfBothSignsAsEqual) {
  TopK top(2);
  top.offer({2, 0.0F});
  top.offer({1, -0.0F});
  EXPECT_EQ(top.take_sorted(), (std::vector<Neighbor>{{1, 0.0F}, {2, 0.0F}}));
}

TEST(TopK, NeverTakesNan) {
  TopK top(2);
  top.offer({1, std::nanf("")});
  top.offer({2, -kInf});
  top.offer({3, std::nanf("")});
  EXPECT_EQ(top.take_sorted(), (std::vector<Neighbor>{{2, -kInf}}));
}

TEST(TopK, MayHaveRoomForNone) {
  TopK top(0);
  EXPECT_TRUE(top.is_full());
  EXPECT_EQ(top.threshold(), kInf);
  top.offer({1, 1});
  EXPECT_TRUE(top.take_sorted().empty());
}

TEST(TopK, TellsTheThresholdOnceItIsFull) {
  TopK top(2);
  EXPECT_EQ(top.threshold(), -kInf);
  top.offer({1, 0.5F});
  EXPECT_EQ(top.threshold(), -kInf);
  top.offer({2, 0.25F});
  EXPECT_EQ(top.threshold(), 0.25F);
  top.offer({3, 0.75F});
  EXPECT_EQ(top.threshold(), 0.5F);
}

TEST(TopK, IsTheHeadOfTheSortedList) {
  std::mt19937 random(1);
  for (const std::size_t k : {1U, 2U, 7U, 100U, 499U, 500U, 501U, 4'000'000'000U}) {
    std::vector<Neighbor> all;
    TopK top(k);
    for (Row row = 0; row < 500; ++row) {
      // Few values, so that there are many ties.
      all.push_back({row, static_cast<float>(random() % 40) / 8});
    }
    std::shuffle(all.begin(), all.end(), random);
    for (const Neighbor& neighbor : all) top.offer(neighbor);
    std::sort(all.begin(), all.end(), [](const Neighbor& a, const Neighbor& b) {
      return a.score > b.score || (a.score == b.score && a.row < b.row);
    });
    all.resize(std::min<std::size_t>(k, 500));
    EXPECT_EQ(top.take_sorted(), all);
    EXPECT_TRUE(top.take_sorted().empty());
  }
}

}  // namespace
}  // namespace wordvec::top_k_test
