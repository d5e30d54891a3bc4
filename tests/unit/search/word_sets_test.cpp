#include "wordvec/search/word_sets.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"

namespace wordvec::word_sets_test {
namespace {

using test::expect_error;
using test::Rows;
using test::TestModel;

Rows compass() {
  Rows rows;
  rows.dim = 2;
  rows.add("east", {2, 0});
  rows.add("north", {0, 1});
  rows.add("west", {-1, 0});
  rows.add("northeast", {3, 3});
  rows.add("nowhere", {0, 0});
  rows.add("also_north", {0, 7});
  return rows;
}

class WordSets : public testing::Test {
 protected:
  std::vector<ResolvedTerm> terms(const std::vector<std::string>& words) const {
    Query query;
    for (const std::string& word : words) query.terms.push_back({1, word});
    return resolve(query, model_.embeddings(), true).terms;
  }
  std::vector<ListedWord> odd(const std::vector<std::string>& words) const {
    return odd_one_out(model_.embeddings(), terms(words));
  }
  std::vector<float> axis(const std::vector<std::string>& from,
                          const std::vector<std::string>& to) const {
    return axis_between(model_.embeddings(), terms(from), terms(to));
  }

  TestModel model_{compass()};
};

TEST_F(WordSets, TheOddOneIsFarthestFromTheMeanOfUnitVectors) {
  // East (2, 0) counts as (1, 0), north as (0, 1), northeast as (√½, √½): their sum lies in the
  // direction of the last.
  const auto found = odd({"northeast", "east", "north"});
  ASSERT_EQ(found.size(), 3U);
  // East and north are as far from it: the list's order decides.
  EXPECT_EQ(found[0].position, 1U);
  EXPECT_EQ(found[1].position, 2U);
  EXPECT_EQ(found[2].position, 0U);
  EXPECT_NEAR(found[0].score, std::sqrt(0.5), 1e-6);
  EXPECT_NEAR(found[1].score, std::sqrt(0.5), 1e-6);
  EXPECT_NEAR(found[2].score, 1, 1e-6);
  EXPECT_EQ(equally_odd(found), 2U);
  EXPECT_EQ(equally_odd(odd({"north", "also_north", "north"})), 3U);
  EXPECT_EQ(equally_odd(odd({"north", "also_north", "east"})), 1U);
  EXPECT_EQ(equally_odd(std::vector<ListedWord>{{2, 0.5F}, {0, 0.5F + 0x1p-21F}, {1, 1}}), 1U);
  EXPECT_EQ(equally_odd(std::vector<ListedWord>{{2, 0.5F}, {0, 0.5F + 0x1p-23F}, {1, 1}}), 2U);
}

TEST_F(WordSets, AWordThatIsListedTwiceCountsTwice) {
  // (1, 0) + 2 (0, 1): of length √5.
  const auto found = odd({"north", "east", "north"});
  EXPECT_EQ(found[0].position, 1U);
  EXPECT_NEAR(found[0].score, 1 / std::sqrt(5), 1e-6);
  EXPECT_NEAR(found[1].score, 2 / std::sqrt(5), 1e-6);
  EXPECT_NEAR(found[2].score, 2 / std::sqrt(5), 1e-6);
}

TEST_F(WordSets, NoneIsOddAmongTooFewOrWithoutAMean) {
  expect_error(ErrorCode::query, "found 0 words, expected three", [&] { odd({}); });
  expect_error(ErrorCode::query, "found 1 word, expected three", [&] { odd({"east"}); });
  expect_error(ErrorCode::query, "found 2 words, expected three", [&] { odd({"east", "north"}); });
  expect_error(ErrorCode::query, "add up to zero", [&] { odd({"east", "west", "east", "west"}); });
  expect_error(ErrorCode::query, "'nowhere' is all zeros", [&] {
    odd({"east", "north", "nowhere"});
  });
}

TEST_F(WordSets, AnAxisIsTheDifferenceOfTheMeans) {
  const auto east_to_north = axis({"east"}, {"north"});
  EXPECT_NEAR(east_to_north[0], -std::sqrt(0.5), 1e-6);
  EXPECT_NEAR(east_to_north[1], std::sqrt(0.5), 1e-6);
  // The mean of (0, 1) and (1, 0), less (-1, 0): (3/2, 1/2), of length √10 / 2.
  const auto west_to_both = axis({"west"}, {"also_north", "east"});
  EXPECT_NEAR(west_to_both[0], 3 / std::sqrt(10), 1e-6);
  EXPECT_NEAR(west_to_both[1], 1 / std::sqrt(10), 1e-6);
}

TEST_F(WordSets, WordsOnAnAxisAreSorted) {
  const auto direction = axis({"west"}, {"east"});
  const auto words = terms({"north", "west", "northeast", "also_north", "east"});
  const auto found = project_on_axis(model_.embeddings(), direction, words);
  ASSERT_EQ(found.size(), 5U);
  const std::vector<std::size_t> order = {4, 2, 0, 3, 1};  // 0 and 3 are at right angles to it
  const std::vector<double> scores = {1, std::sqrt(0.5), 0, 0, -1};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(found[i].position, order[i]);
    EXPECT_NEAR(found[i].score, scores[i], 1e-6);
  }
}

TEST_F(WordSets, AWordIsInASetOnce) {
  auto words = terms({"north", "east", "north", "also_north", "east", "north"});
  words.insert(words.begin() + 2, 2, {1, std::nullopt, "built", {1, 2}});
  const Embeddings embeddings = model_.embeddings();
  EXPECT_EQ(take_repeated(embeddings, words), (std::vector<std::string>{"built", "north", "east"}));
  std::vector<std::string> left;
  for (const ResolvedTerm& term : words) left.emplace_back(word_of(embeddings, term));
  EXPECT_EQ(left, (std::vector<std::string>{"north", "east", "built", "also_north"}));
  EXPECT_TRUE(take_repeated(embeddings, words).empty());
  EXPECT_EQ(words_in_both(embeddings, words, terms({"west", "east", "north"})),
            (std::vector<std::string>{"north", "east"}));
  EXPECT_TRUE(words_in_both(embeddings, words, terms({"west"})).empty());
}

TEST_F(WordSets, ThereIsNoAxisBetweenEqualMeans) {
  expect_error(ErrorCode::query, "no axis between these words",
               [&] { axis({"north"}, {"also_north"}); });
  expect_error(ErrorCode::query, "at least one word", [&] { axis({}, {"north"}); });
  expect_error(ErrorCode::query, "'nowhere' is all zeros", [&] { axis({"nowhere"}, {"north"}); });
  expect_error(ErrorCode::query, "'nowhere' is all zeros", [&] {
    project_on_axis(model_.embeddings(), axis({"west"}, {"east"}), terms({"nowhere"}));
  });
}

}  // namespace
}  // namespace wordvec::word_sets_test
