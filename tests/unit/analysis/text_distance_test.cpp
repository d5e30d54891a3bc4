#include "wordvec/analysis/text_distance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"

namespace wordvec::text_distance_test {
namespace {

using std::numbers::sqrt2;
using test::expect_error;
using test::Ngrams;
using test::Rows;
using test::TestModel;

// Unit vectors at right angles, one that is longer, one that is opposite, and one of zeros.
Rows compass() {
  Rows rows;
  rows.dim = 2;
  rows.add("east", {1, 0});
  rows.add("north", {0, 1});
  rows.add("far_north", {0, 5});
  rows.add("west", {-1, 0});
  rows.add("nowhere", {0, 0});
  return rows;
}

class TextDistance : public testing::Test {
 protected:
  BagOfWords bag(std::string_view text) { return bag_of_words(embedder_, text); }
  double distance(std::string_view a, std::string_view b) {
    const double there = word_movers_distance(bag(a), bag(b), 1);
    EXPECT_NEAR(word_movers_distance(bag(b), bag(a), 2), there, 1e-12);
    return there;
  }

  TestModel model_{compass()};
  TextEmbedder embedder_{model_.embeddings(), {}, [](std::string_view) {}};
};

TEST_F(TextDistance, ABagHasEachWordOnce) {
  const BagOfWords found = bag("north east unknown north far_north north");
  EXPECT_EQ(found.dim, 2U);
  EXPECT_EQ(found.counts, (std::vector<std::uint64_t>{3, 1, 1}));
  EXPECT_EQ(found.unit_vectors, (std::vector<double>{0, 1, 1, 0, 0, 1}));
  EXPECT_EQ(found.total, 5U);
}

TEST_F(TextDistance, ABagHasNoWordsWithoutADirection) {
  EXPECT_EQ(bag("nowhere unknown").total, 0U);
  EXPECT_EQ(bag("nowhere east nowhere").counts, (std::vector<std::uint64_t>{1}));
}

TEST_F(TextDistance, OfTheSameDirectionIsZeroAndOfTheOppositeTwo) {
  EXPECT_EQ(distance("north", "far_north"), 0);
  EXPECT_EQ(distance("east", "west"), 2);
  Rows rows = test::random_rows(2, 300, 1);
  for (std::size_t d = 0; d < 300; ++d) rows.vectors[300 + d] = 3 * rows.vectors[d];
  // Three times a float32 of 22 bits is one.
  for (std::size_t d = 0; d < 300; ++d) {
    rows.vectors[d] = std::ldexp(std::round(std::ldexp(rows.vectors[d], 18)), -18);
    rows.vectors[300 + d] = 3 * rows.vectors[d];
  }
  const TestModel model(rows);
  TextEmbedder embedder(model.embeddings(), {}, [](std::string_view) {});
  const BagOfWords a = bag_of_words(embedder, rows.words[0]);
  const BagOfWords b = bag_of_words(embedder, rows.words[1]);
  EXPECT_EQ(word_movers_distance(a, b, 1), 0);
}

TEST(MeanSimilarity, OfATextWithItselfIsOne) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    const std::vector<float> mean = test::random_rows(1, 300, seed).vectors;
    EXPECT_EQ(mean_similarity(mean, mean), 1) << seed;
  }
}

TEST(BagOfWords, HasWordsThatAreBuiltOfNgramsOnceToo) {
  Rows rows;
  rows.dim = 2;
  rows.add("xyz", {1, 0});
  const TestModel model(rows, Ngrams::listed_for_ab());
  TextEmbedder embedder(model.embeddings(), {}, [](std::string_view) {});
  // The mean of <ab (1, 2) and ab> (3, -4): (2, -1).
  const BagOfWords bag = bag_of_words(embedder, "ab xyz ab");
  EXPECT_EQ(bag.counts, (std::vector<std::uint64_t>{2, 1}));
  EXPECT_NEAR(bag.unit_vectors[0], 2 / std::sqrt(5), 1e-12);
  EXPECT_NEAR(bag.unit_vectors[1], -1 / std::sqrt(5), 1e-12);
}

TEST_F(TextDistance, OfOneWordEachIsThatOfTheirUnitVectors) {
  EXPECT_DOUBLE_EQ(distance("east", "north"), sqrt2);
  EXPECT_DOUBLE_EQ(distance("east", "west"), 2);
  EXPECT_DOUBLE_EQ(distance("far_north", "north"), 0);
  EXPECT_DOUBLE_EQ(distance("east", "east east east"), 0);
}

TEST_F(TextDistance, WordsWeighTheirShareOfTheText) {
  // Of east's share, 1/3 stays; 2/3 go north.
  EXPECT_DOUBLE_EQ(distance("east", "east north north"), 2.0 / 3 * sqrt2);
  // 1/2 and 1/2 against 2/3 and 1/3: a sixth goes from north to east.
  EXPECT_DOUBLE_EQ(distance("east north", "east east north"), sqrt2 / 6);
  // West goes north, and east west, or north comes by way of east: all cost more than straight on.
  EXPECT_DOUBLE_EQ(distance("east west", "north west"), sqrt2 / 2);
}

TEST_F(TextDistance, OfATextWithoutWordsIsNotDefined) {
  expect_error(ErrorCode::query, "no words with a vector", [&] { distance("", "east"); });
  expect_error(ErrorCode::query, "no words with a vector", [&] { distance("east", "nowhere"); });
}

TEST(MeanSimilarity, IsTheCosineOfTheMeans) {
  const std::vector<float> a = {3, 4};
  const std::vector<float> b = {8, 6};
  EXPECT_DOUBLE_EQ(mean_similarity(a, b), (24.0 + 24.0) / (5 * 10));
  EXPECT_TRUE(std::isnan(mean_similarity(a, std::vector<float>{0, 0})));
}

}  // namespace
}  // namespace wordvec::text_distance_test
