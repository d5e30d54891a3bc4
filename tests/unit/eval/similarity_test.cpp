#include "wordvec/eval/similarity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "support/rows.h"

namespace wordvec {
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

TEST(Similarity, TakesZeroForUnknownWords) {
  SimilarityEvaluation evaluation;
  evaluation.unknown = UnknownPairs::zero;
  const SimilarityResult found = evaluate(evaluation);
  EXPECT_EQ(found.counted, 4U);
  EXPECT_EQ(found.unknown, 1U);
  // Ranks 3, 4, 1, 2 and 3, 4, 1.5, 1.5: ρ = 4.5 / √(5 · 4.5).
  EXPECT_NEAR(found.spearman.value.value(), std::sqrt(0.9), 1e-12);
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
}  // namespace wordvec
