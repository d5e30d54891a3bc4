#include "wordvec/search/neighbor_overlap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"

namespace wordvec::neighbor_overlap_test {
namespace {

using test::expect_error;
using test::Rows;
using test::TestModel;

// Words at these angles, in degrees of a circle.
Rows on_a_circle(const std::vector<std::pair<std::string, float>>& words) {
  Rows rows;
  rows.dim = 2;
  for (const auto& [word, degrees] : words) {
    const float angle = degrees * 3.14159265F / 180;
    rows.add(word, {std::cos(angle), std::sin(angle)});
  }
  return rows;
}

TEST(SharedWords, AreInTheOrderOfTheFirst) {
  Rows first = on_a_circle({{"a", 0}, {"b", 1}, {"c", 2}, {"d", 3}, {"e", 4}});
  first.vectors[2] = first.vectors[3] = 0;  // b
  Rows second = on_a_circle({{"e", 0}, {"d", 1}, {"x", 2}, {"b", 3}, {"a", 4}});
  second.vectors[2] = std::numeric_limits<float>::quiet_NaN();  // d
  const TestModel a(first);
  const TestModel b(second);
  const SharedWords all = shared_words(a.embeddings(), b.embeddings(), 100);
  EXPECT_EQ(all.first, (std::vector<Row>{0, 4}));
  EXPECT_EQ(all.second, (std::vector<Row>{4, 0}));
  EXPECT_EQ(all.shared, 4U);
  EXPECT_EQ(all.without_direction, 2U);
  const SharedWords one = shared_words(a.embeddings(), b.embeddings(), 1);
  EXPECT_EQ(one.first, (std::vector<Row>{0}));
  EXPECT_EQ(one.shared, 4U);
  EXPECT_EQ(one.without_direction, 0U);
}

// With an accent of its own, and as one character; Å in three ways.
TEST(SharedWords, MayBeSpeltOtherwise) {
  const Rows first = on_a_circle({{"b", 0},
                                  {"caf\u00e9", 1},
                                  {"th\u00e9", 2},
                                  {"the\u0301", 3},
                                  {"\u00c5", 4},
                                  {"\u212b", 5},
                                  {"e\u0301", 6}});
  const Rows second = on_a_circle(
      {{"the\u0301", 0}, {"cafe\u0301", 1}, {"A\u030a", 2}, {"\u00e9", 3}, {"e\u0301\u200b", 4}});
  const TestModel a(first);
  const TestModel b(second);
  // No row stands for two, and of two words that may be it none is.
  const SharedWords shared = shared_words(a.embeddings(), b.embeddings(), 100, WordMatching::usual);
  EXPECT_EQ(shared.first, (std::vector<Row>{1, 3, 6}));
  EXPECT_EQ(shared.second, (std::vector<Row>{1, 0, 3}));
  EXPECT_EQ(shared.shared, 3U);
  EXPECT_EQ(shared.other_spellings.count, 2U);
  EXPECT_EQ(shared.other_spellings.first, "caf\u00e9");
  EXPECT_EQ(shared.other_spellings.first_found, "cafe\u0301");
  const SharedWords exact = shared_words(a.embeddings(), b.embeddings(), 100, WordMatching::exact);
  EXPECT_EQ(exact.first, std::vector<Row>{3});
  EXPECT_EQ(exact.other_spellings.count, 0U);
}

// With two neighbours each, in the first model a: b c, b: a c, c: b a, d: c b; in the second, where
// d has come beside a, a: d b, b: a d, c: b a, d: a b.
TEST(NeighborOverlap, IsTheJaccardIndex) {
  const TestModel first(on_a_circle({{"a", 0}, {"x", 1}, {"b", 20}, {"c", 45}, {"d", 91}}));
  const TestModel second(on_a_circle({{"d", -1}, {"c", 45}, {"b", 20}, {"a", 0}, {"y", 44}}));
  const Embeddings a = first.embeddings();
  const Embeddings b = second.embeddings();
  const SharedWords words = shared_words(a, b, 100);
  OverlapOptions options;
  options.k = 2;
  std::size_t told = 0;
  options.progress = [&](std::size_t done, std::size_t all) {
    EXPECT_EQ(all, 8U);
    told = done;
  };
  EXPECT_EQ(neighbor_overlap(a, b, words, options),
            (std::vector<double>{1.0 / 3, 1.0 / 3, 1, 1.0 / 3}));
  EXPECT_EQ(told, 8U);
  options.k = 1;
  EXPECT_EQ(neighbor_overlap(a, b, words, options), (std::vector<double>{0, 1, 1, 0}));
  // All the others.
  options.k = 50;
  EXPECT_EQ(neighbor_overlap(a, b, words, options), (std::vector<double>{1, 1, 1, 1}));
}

TEST(NeighborOverlap, RefusesWhatCannotBe) {
  const TestModel model(on_a_circle({{"a", 0}, {"b", 20}}));
  const Embeddings embeddings = model.embeddings();
  OverlapOptions options;
  options.k = 0;
  const SharedWords both = shared_words(embeddings, embeddings, 2);
  expect_error(ErrorCode::usage, "k = 0",
               [&] { neighbor_overlap(embeddings, embeddings, both, options); });
  const SharedWords one = shared_words(embeddings, embeddings, 1);
  expect_error(ErrorCode::usage, "at least 2 words, found 1",
               [&] { neighbor_overlap(embeddings, embeddings, one, {}); });
}

}  // namespace
}  // namespace wordvec::neighbor_overlap_test
