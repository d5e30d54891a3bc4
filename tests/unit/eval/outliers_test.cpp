#include "wordvec/eval/outliers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"

namespace wordvec::outliers_test {
namespace {

using test::expect_error;
using test::Rows;
using test::TestModel;
using Words = std::vector<std::string>;

OutlierTopic parse(std::string_view text) {
  return parse_outlier_topic(text, "topic", "set");
}

TEST(OutlierTopic, HasItsOutliersAfterAnEmptyLine) {
  const OutlierTopic topic = parse(
      "\xEF\xBB\xBF\ncat\r\n dog \r\nnew york\r\ncat\r\n\r\n\r\nphone\r\n\r\nwinter\r\nphone");
  EXPECT_EQ(topic.words, (Words{"cat", "dog", "new york"}));
  EXPECT_EQ(topic.outliers, (Words{"phone", "winter"}));
}

TEST(OutlierTopic, TellsWhatIsThereTwice) {
  const OutlierTopic topic = parse("cat\ndog\ncat\ncat\ncow\n\nphone\ncow\nphone\ndog\n");
  EXPECT_EQ(topic.words, (Words{"cat", "dog", "cow"}));
  EXPECT_EQ(topic.outliers, (Words{"phone", "cow", "dog"}));
  EXPECT_EQ(topic.repeated, (Words{"cat", "phone"}));
  EXPECT_EQ(topic.in_both, (Words{"cow", "dog"}));
}

TEST(OutlierTopic, IsRefusedWithoutWordsOrOutliers) {
  expect_error(ErrorCode::malformed, "set: found no word", [] { parse(""); });
  expect_error(ErrorCode::malformed, "set: found no word", [] { parse("\n \n"); });
  expect_error(ErrorCode::malformed, "set: found one word", [] { parse("cat\ncat\n\nphone\n"); });
  expect_error(ErrorCode::malformed, "set: found no outlier", [] { parse("cat\ndog\n\n"); });
}

// Cosines: east and northeast √½, north and northeast √½, east and north 0, west −1, −√½ and 0.
Rows compass() {
  Rows rows;
  rows.dim = 2;
  rows.add("east", {3, 0});
  rows.add("northeast", {1, 1});
  rows.add("north", {0, 5});
  rows.add("west", {-2, 0});
  rows.add("North", {0, -1});
  rows.add("new_york", {3, 0});
  rows.add("none", {0, 0});
  return rows;
}

OutlierResult evaluate(const std::vector<std::string_view>& topics,
                       const OutlierEvaluation& evaluation = {}) {
  const TestModel model(compass());
  std::vector<OutlierTopic> parsed;
  for (const std::string_view topic : topics) parsed.push_back(parse(topic));
  return evaluate_outliers(model.embeddings(), parsed, evaluation);
}

void expect_counts(const OutlierCounts& counts, std::uint64_t detected, std::uint64_t counted,
                   double sum_of_positions, std::uint64_t unknown) {
  EXPECT_EQ(counts.detected, detected);
  EXPECT_EQ(counts.counted, counted);
  EXPECT_DOUBLE_EQ(counts.sum_of_positions, sum_of_positions);
  EXPECT_EQ(counts.unknown, unknown);
}

// east, northeast, north with west: p is −0.293, 0.707, 0.707 and −1.707: west is the last, at 3 of
// 3. With new_york (as east) p is 1.707, 2.121, 0.707 and 1.707: of the words only northeast is
// above it, east is equal: position 1 of 3.
TEST(Outliers, StandInTheOrderOfTheirSums) {
  const OutlierResult found =
      evaluate({"east\nnortheast\nnorth\n\nwest\n", "east\nnortheast\nnorth\n\nnew york\nwest\n"});
  expect_counts(found.topics[0], 1, 1, 1, 0);
  expect_counts(found.topics[1], 1, 2, 4.0 / 3, 0);
  const OutlierCounts total = found.total();
  expect_counts(total, 2, 3, 7.0 / 3, 0);
  EXPECT_DOUBLE_EQ(total.accuracy().value(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(total.opp().value(), 7.0 / 9);
}

void expect_case(const OutlierCase& found, ItemStatus status, std::optional<std::size_t> position,
                 bool detected) {
  EXPECT_EQ(found.status, status);
  EXPECT_EQ(found.position, position);
  EXPECT_EQ(found.detected, detected);
}

// As new_york above, by the whole word and by a part.
TEST(Outliers, AreFoundByTheSpellingThatIsTheSame) {
  Rows rows = compass();
  rows.add("\u00e9st", {3, 0});
  rows.add("\u00e9t_\u00e9", {3, 0});
  const TestModel model(rows);
  const std::vector<OutlierTopic> topics = {
      parse("east\nnortheast\nnorth\n\ne\u0301st\ne\u0301t e\u0301\nx e\u0301st\nx y\n")};
  OutlierResult found = evaluate_outliers(model.embeddings(), topics, {});
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(found.cases[0][i].position, 1U) << i;
  EXPECT_EQ(found.unknown_words, Words{"x y"});
  EXPECT_EQ(found.other_spellings.count, 3U);
  EXPECT_EQ(found.other_spellings.first, "e\u0301st");
  EXPECT_EQ(found.other_spellings.first_found, "\u00e9st");
  OutlierEvaluation as_spelt;
  as_spelt.folding = CaseFolding::none;
  found = evaluate_outliers(model.embeddings(), topics, as_spelt);
  EXPECT_EQ(found.unknown_words.size(), 4U);
}

// As above and below.
TEST(Outliers, HaveThePositionOfEachCase) {
  const std::vector<std::string_view> topics = {"east\nnortheast\nnorth\n\nnew york\nwest\n",
                                                "east\nnortheast\n\nunicorn\nnone\nwest\n",
                                                "none\neast\n\nunicorn\nwest\n"};
  OutlierEvaluation evaluation;
  OutlierResult found = evaluate(topics, evaluation);
  ASSERT_EQ(found.cases.size(), 3U);
  ASSERT_EQ(found.cases[0].size(), 2U);
  expect_case(found.cases[0][0], ItemStatus::counted, 1, false);
  expect_case(found.cases[0][1], ItemStatus::counted, 3, true);
  expect_case(found.cases[1][0], ItemStatus::unknown, 2, true);
  expect_case(found.cases[1][1], ItemStatus::no_direction, 2, true);
  expect_case(found.cases[1][2], ItemStatus::counted, 2, true);
  // p of none, east and unicorn is 0; with west east's is −1, below none's, and so is west's.
  expect_case(found.cases[2][0], ItemStatus::unknown, 0, false);
  expect_case(found.cases[2][1], ItemStatus::no_direction, 1, false);
  EXPECT_EQ(found.directionless.zeros, Words{"none"});
  evaluation.unknown = UnknownOutliers::wrong;
  found = evaluate(topics, evaluation);
  expect_case(found.cases[1][0], ItemStatus::unknown, 0, false);
  evaluation.unknown = UnknownOutliers::skip;
  found = evaluate(topics, evaluation);
  expect_case(found.cases[1][0], ItemStatus::unknown, std::nullopt, false);
  expect_case(found.cases[1][1], ItemStatus::no_direction, 2, true);
}

// "south_north" has no row, so the mean of its parts that have one: north. "East" is east.
TEST(Outliers, OfSeveralPartsHaveTheirMean) {
  expect_counts(evaluate({"East\nnew_york\n\nsouth_north\n"}).topics[0], 1, 1, 1, 0);
  expect_counts(evaluate({"East\nnew_york\n\nsouth north\n"}).topics[0], 1, 1, 1, 0);
  expect_counts(evaluate({"East\nnew_york\n\nsouth up\n"}).topics[0], 1, 1, 1, 1);
}

// p of an unknown word is 0: below east's and northeast's √½, and in the second topic equal to all
// others, so not below. A vector of zeros is known.
TEST(Outliers, WithoutAVectorAreCountedAsAsked) {
  const std::vector<std::string_view> topics = {"east\nnortheast\n\nunicorn\nwest\n",
                                                "unicorn\nphoenix\n\nnorth\n",
                                                "east\nnortheast\n\nnone\n"};
  OutlierEvaluation evaluation;
  OutlierResult found = evaluate(topics, evaluation);
  expect_counts(found.topics[0], 2, 2, 2, 1);
  expect_counts(found.topics[1], 0, 1, 0, 1);
  expect_counts(found.topics[2], 1, 1, 1, 0);
  EXPECT_EQ(found.unknown_words, (Words{"unicorn", "phoenix"}));
  evaluation.unknown = UnknownOutliers::wrong;
  found = evaluate(topics, evaluation);
  expect_counts(found.topics[0], 1, 2, 1, 1);
  expect_counts(found.topics[1], 0, 1, 0, 1);
  evaluation.unknown = UnknownOutliers::skip;
  found = evaluate(topics, evaluation);
  expect_counts(found.topics[0], 1, 1, 1, 1);
  expect_counts(found.topics[1], 0, 0, 0, 1);
  EXPECT_FALSE(found.topics[1].accuracy() || found.topics[1].opp());
}

TEST(Outliers, AreLookedUpAsAsked) {
  OutlierEvaluation evaluation;
  evaluation.folding = CaseFolding::none;
  EXPECT_EQ(evaluate({"East\nnorth\n\nwest\n"}, evaluation).topics[0].unknown, 1U);
  evaluation.folding = CaseFolding::upper;
  evaluation.top_rows = 3;
  EXPECT_EQ(evaluate({"East\nnorth\n\nwest\n"}, evaluation).topics[0].unknown, 1U);
  EXPECT_EQ(evaluate({"East\nnorth\n\nnortheast\n"}, evaluation).topics[0].unknown, 0U);
}

// The outlier is one of the words under another name: as compact as that word, whatever the
// rounding of the two sums.
TEST(Outliers, OfATieAreNotDetected) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Rows rows = test::random_rows(6, 2, seed);
    for (std::size_t i = 0; i < 12; i += 2) rows.vectors[i] = std::abs(rows.vectors[i]) + 4;
    rows.add("same", {rows.vectors[0], rows.vectors[1]});
    const TestModel model(rows);
    const OutlierTopic topic = {"topic", {"w0", "w1", "w2", "w3", "w4", "w5"}, {"same"}};
    const OutlierResult found = evaluate_outliers(model.embeddings(), {{topic}}, {});
    const auto angle = [&](std::size_t w) {
      return std::atan2(double{rows.vectors[2 * w + 1]}, double{rows.vectors[2 * w]});
    };
    std::vector<double> sums(7);
    for (std::size_t i = 0; i < 7; ++i) {
      for (std::size_t j = 0; j < 7; ++j) sums[i] += i == j ? 0 : std::cos(angle(i) - angle(j));
    }
    std::size_t larger = 0;
    for (std::size_t i = 1; i < 6; ++i) larger += sums[i] > sums[6] ? 1 : 0;
    EXPECT_EQ(found.cases[0][0].position, larger) << seed;
    EXPECT_FALSE(found.cases[0][0].detected) << seed;
  }
}

}  // namespace
}  // namespace wordvec::outliers_test
