#include "wordvec/eval/similarity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/rows.h"

namespace wordvec::similarity_test {
namespace {

using test::Rows;
using test::TestModel;

// The mean is (1, 1).
Rows some_rows() {
  Rows rows;
  rows.dim = 2;
  rows.add("Cat", {2, 0});
  rows.add("dog", {2, 2});
  rows.add("cat", {0, 2});
  rows.add("none", {0, 0});
  return rows;
}

// Cat is the first of its word: cosines √½, 1; cat dog the same as Cat dog in any case.
constexpr std::string_view kPairs = "cat dog 5\ndog DOG 10\ncat none 1\ncat unicorn 2\n";

SimilarityResult evaluate(const SimilarityEvaluation& evaluation, std::string_view text = kPairs) {
  const TestModel model(some_rows());
  return evaluate_similarity(model.embeddings(), parse_word_pairs(text, kFirstColumns, "pairs"),
                             evaluation);
}

// Of (5, √½), (10, 1), (1, 0) and what stands for the last pair: by hand, or by scipy's pearsonr.
TEST(Similarity, SkipsUnknownWords) {
  const SimilarityResult found = evaluate({});
  EXPECT_EQ(found.counted, 3U);
  EXPECT_EQ(found.unknown, 1U);
  EXPECT_EQ(found.unknown_words, std::vector<std::string>{"unicorn"});
  EXPECT_EQ(found.spearman.value, 1);
  const std::vector<double> x = {5, 10, 1};
  const std::vector<double> y = {std::sqrt(0.5), 1, 0};
  EXPECT_NEAR(found.pearson.value.value(), pearson(x, y).value(), 1e-9);
}

// With an accent of its own, and as one character, in any case.
TEST(Similarity, FindsWordsByTheSpellingThatIsTheSame) {
  Rows rows = some_rows();
  rows.add("Caf\u00e9", {1, 2});
  rows.add("caf\u00e9", {2, 1});
  rows.add("\u00c5", {1, 0});
  rows.add("\u212b", {0, 1});
  const TestModel model(rows);
  const WordPairs pairs = parse_word_pairs("cafe\u0301 dog 5\nCAFE\u0301 cat 1\nA\u030a dog 2\n",
                                           kFirstColumns, "pairs");
  SimilarityEvaluation evaluation;
  SimilarityResult found = evaluate_similarity(model.embeddings(), pairs, evaluation);
  EXPECT_NEAR(found.pairs[0].numbers.value().cosine, 3 / std::sqrt(10), 1e-7);  // of the first row
  EXPECT_NEAR(found.pairs[1].numbers.value().cosine, 1 / std::sqrt(5), 1e-7);   // and Cat
  // Å and the sign of Ångström are two words.
  EXPECT_EQ(found.unknown_words, std::vector<std::string>{"A\u030a"});
  EXPECT_EQ(found.other_spellings.count, 1U);
  EXPECT_EQ(found.other_spellings.first, "cafe\u0301");
  EXPECT_EQ(found.other_spellings.first_found, "Caf\u00e9");
  // Only rows that stand for words.
  evaluation.top_rows = 4;
  EXPECT_EQ(evaluate_similarity(model.embeddings(), pairs, evaluation).unknown, 3U);
  evaluation.top_rows = 300'000;
  evaluation.folding = CaseFolding::none;
  found = evaluate_similarity(model.embeddings(), pairs, evaluation);
  EXPECT_EQ(found.unknown, 3U);
  EXPECT_EQ(found.other_spellings.count, 0U);
}

TEST(Similarity, TakesZeroForUnknownWords) {
  SimilarityEvaluation evaluation;
  evaluation.unknown = UnknownPairs::zero;
  const SimilarityResult found = evaluate(evaluation);
  EXPECT_EQ(found.counted, 4U);
  EXPECT_EQ(found.unknown, 1U);
  // Ranks 3, 4, 1, 2 and 3, 4, 1.5, 1.5: ρ = 4.5 / √(5 · 4.5).
  EXPECT_NEAR(found.spearman.value.value(), std::sqrt(0.9), 1e-12);
}

void expect_pair(const ComparedPair& pair, ItemStatus status, double cosine, double rating_rank,
                 double cosine_rank) {
  EXPECT_EQ(pair.status, status);
  ASSERT_TRUE(pair.numbers.has_value());
  EXPECT_NEAR(pair.numbers->cosine, cosine, 1e-12);
  EXPECT_EQ(pair.numbers->rating_rank, rating_rank);
  EXPECT_EQ(pair.numbers->cosine_rank, cosine_rank);
}

TEST(Similarity, HasTheNumbersOfEachPair) {
  SimilarityEvaluation evaluation;
  SimilarityResult found = evaluate(evaluation);
  ASSERT_EQ(found.pairs.size(), 4U);
  expect_pair(found.pairs[0], ItemStatus::counted, std::sqrt(0.5), 2, 2);
  expect_pair(found.pairs[1], ItemStatus::counted, 1, 3, 3);
  expect_pair(found.pairs[2], ItemStatus::no_direction, 0, 1, 1);
  EXPECT_EQ(found.pairs[3].status, ItemStatus::unknown);
  EXPECT_FALSE(found.pairs[3].numbers.has_value());
  evaluation.unknown = UnknownPairs::zero;
  found = evaluate(evaluation);
  expect_pair(found.pairs[0], ItemStatus::counted, std::sqrt(0.5), 3, 3);
  expect_pair(found.pairs[2], ItemStatus::no_direction, 0, 1, 1.5);
  expect_pair(found.pairs[3], ItemStatus::unknown, 0, 2, 1.5);
  evaluation.unknown = UnknownPairs::mean;
  expect_pair(evaluate(evaluation).pairs[3], ItemStatus::unknown, std::sqrt(0.5), 2, 2.5);
}

TEST(Similarity, TellsOfCountedWordsWithoutADirection) {
  constexpr std::string_view kText =
      "dog none 1\nNONE inf 2\ninf dog 3\nCat dog 4\nnone unicorn 5\nnothing unicorn 6\n";
  Rows rows = some_rows();
  rows.add("inf", {std::numeric_limits<float>::infinity(), 1});
  rows.add("nothing", {0, 0});
  const TestModel model(rows);
  const WordPairs pairs = parse_word_pairs(kText, kFirstColumns, "pairs");
  SimilarityEvaluation evaluation;
  SimilarityResult found = evaluate_similarity(model.embeddings(), pairs, evaluation);
  EXPECT_EQ(found.directionless.zeros, (std::vector<std::string>{"none", "NONE"}));
  EXPECT_EQ(found.directionless.not_finite, std::vector<std::string>{"inf"});
  for (const std::size_t i : {0U, 1U, 2U}) {
    EXPECT_EQ(found.pairs[i].status, ItemStatus::no_direction);
    EXPECT_EQ(found.pairs[i].numbers.value().cosine, 0);
  }
  EXPECT_EQ(found.pairs[3].status, ItemStatus::counted);
  EXPECT_EQ(found.counted, 4U);
  evaluation.unknown = UnknownPairs::mean;
  evaluation.top_rows = 4;
  found = evaluate_similarity(
      model.embeddings(), parse_word_pairs("none unicorn 5\ndog cat 1\n", kFirstColumns, "pairs"),
      evaluation);
  EXPECT_EQ(found.directionless.zeros, std::vector<std::string>{"none"});
  EXPECT_EQ(found.pairs[0].status, ItemStatus::unknown);
}

TEST(Similarity, TakesTheMeanForUnknownWords) {
  SimilarityEvaluation evaluation;
  evaluation.unknown = UnknownPairs::mean;
  const SimilarityResult found = evaluate(evaluation);
  // Cat and the mean (1, 1): √½, as Cat and dog. Ranks 3, 4, 1, 2 and 2.5, 4, 1, 2.5.
  EXPECT_NEAR(found.spearman.value.value(), 4.5 / std::sqrt(5 * 4.5), 1e-12);
  const TestModel model(some_rows());
  EXPECT_EQ(mean_vector(model.embeddings(), 9, 1), (std::vector<float>{1, 1}));
}

TEST(Similarity, TakesTheMeanOfTheRowsThatStandForWords) {
  SimilarityEvaluation evaluation;
  evaluation.unknown = UnknownPairs::mean;
  evaluation.top_rows = 2;
  const SimilarityResult found = evaluate(evaluation);
  EXPECT_EQ(found.unknown, 2U);
  // Cat and the mean of Cat and dog, (2, 1): 2/√5, twice. Ranks 3, 4, 1, 2 and 1, 4, 2.5, 2.5.
  EXPECT_NEAR(found.spearman.value.value(), 1.5 / std::sqrt(5 * 4.5), 1e-12);
}

TEST(Similarity, LooksWordsUpAsTheyStandWhenAsked) {
  SimilarityEvaluation evaluation;
  evaluation.folding = CaseFolding::none;
  EXPECT_EQ(evaluate(evaluation).unknown, 2U);
  evaluation.folding = CaseFolding::upper;
  evaluation.top_rows = 1;
  EXPECT_EQ(evaluate(evaluation).unknown, 4U);
}

TEST(Similarity, HasNoCorrelationOfNothing) {
  const SimilarityResult found = evaluate({}, "x y 1\n");
  EXPECT_EQ(found.counted, 0U);
  EXPECT_FALSE(found.spearman.value || found.pearson.p_value || found.pearson.interval);
}

}  // namespace
}  // namespace wordvec::similarity_test
