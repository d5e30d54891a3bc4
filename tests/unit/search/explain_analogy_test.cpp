#include "wordvec/search/explain_analogy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "support/sample.h"

namespace wordvec::explain_analogy_test {
namespace {

using test::Rows;
using test::TestModel;

ExplainedAnalogy explain(const Embeddings& embeddings, const char* a, const char* b, const char* c,
                         std::size_t k = 5) {
  const auto resolved = resolve({{{1, a}, {-1, b}, {1, c}}}, embeddings, true);
  NearestOptions options;
  options.k = k;
  return explain_analogy(embeddings, std::span(resolved.terms).first<3>(), options);
}

// NumPy on the bundled sample: u = rows / their lengths, float64; s = u[king] - u[man] + u[woman];
// u[x] @ u[y]; s @ u[x] / norm(s); norm(s); the cosine of u[king] - u[man], u[queen] - u[woman].
TEST(ExplainAnalogy, OfKingManWomanIsWhatNumPyComputes) {
  if (test::sample() == nullptr) GTEST_SKIP() << "the sample is not there";
  const TestModel model(*test::sample());
  const Embeddings embeddings = model.embeddings();
  const auto explained = explain(embeddings, "king", "man", "woman");
  const double before[4][4] = {{1, 0.4050849, 0.3480253, 0.6976756},
                               {0.4050849, 1, 0.7188646, 0.2541800},
                               {0.3480253, 0.7188646, 1, 0.4439373},
                               {0.6976756, 0.2541800, 0.4439373, 1}};
  const double after[4] = {0.7835690, 0.1030002, 0.5228229, 0.7374432};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) EXPECT_NEAR(explained.before[i][j], before[i][j], 1e-6);
    EXPECT_NEAR(explained.after[i], after[i], 1e-6);
  }
  EXPECT_NEAR(explained.sum_length, 1.2033917, 1e-6);
  EXPECT_NEAR(explained.step_cosine, 0.7079193, 1e-6);
  EXPECT_EQ(explained.best_input, 0U);
  EXPECT_TRUE(explained.input_wins);
  const auto words_of = [&](const std::vector<Neighbor>& neighbors) {
    std::vector<std::string> words;
    for (const Neighbor& n : neighbors) words.emplace_back(embeddings.vocabulary.word(n.row));
    return words;
  };
  using Words = std::vector<std::string>;
  EXPECT_EQ(words_of(explained.with_inputs),
            (Words{"king", "queen", "princess", "woman", "elizabeth"}));
  EXPECT_EQ(words_of(explain(embeddings, "king", "man", "woman", 3).without_inputs),
            (Words{"queen", "princess", "elizabeth"}));
}

TEST(ExplainAnalogy, OfAParallelogramHasAStepCosineOfOne) {
  Rows rows;
  rows.dim = 3;
  // Of unit length, so that lengths do not bend the parallelogram: d = a − b + c.
  rows.add("b", {0.6F, 0, 0.8F});
  rows.add("a", {0, 0.6F, 0.8F});
  rows.add("c", {0, -0.6F, 0.8F});
  rows.add("d", {-0.6F, 0, 0.8F});
  rows.add("far", {0, 0, -1});
  const TestModel model(rows);
  const auto explained = explain(model.embeddings(), "a", "b", "c");
  ASSERT_TRUE(explained.has_answer());
  EXPECT_EQ(explained.without_inputs.front().row, 3U);
  EXPECT_EQ(explained.step_cosine, 1);
  EXPECT_NEAR(explained.sum_length, 1, 1e-6);
  EXPECT_NEAR(explained.after[3], 1, 1e-6);
  EXPECT_FALSE(explained.input_wins);
}

TEST(ExplainAnalogy, WithoutOtherWordsHasNoAnswer) {
  Rows rows;
  rows.dim = 2;
  rows.add("a", {1, 0});
  rows.add("b", {0, 1});
  rows.add("c", {1, 1});
  const TestModel model(rows);
  const auto explained = explain(model.embeddings(), "a", "b", "c");
  EXPECT_FALSE(explained.has_answer());
  EXPECT_FALSE(explained.input_wins);
  EXPECT_EQ(explained.with_inputs.size(), 3U);
  EXPECT_EQ(explained.after[3], 0);
  EXPECT_EQ(explained.step_cosine, 0);
  EXPECT_NEAR(explained.before[0][2], std::sqrt(0.5), 1e-7);
}

TEST(ExplainAnalogy, OfTheSameWordTwiceIsTheThird) {
  const Rows rows = test::random_rows(20, 6, 2);
  const TestModel model(rows);
  const auto explained = explain(model.embeddings(), "w3", "w3", "w7");
  EXPECT_NEAR(explained.sum_length, 1, 1e-6);
  EXPECT_NEAR(explained.after[2], 1, 1e-6);
  EXPECT_EQ(explained.best_input, 2U);
  EXPECT_TRUE(explained.input_wins);
  EXPECT_EQ(explained.step_cosine, 0);  // the step from a word to itself has no direction
}

// Of A and three times A, as of A and A, there is no step, and the sum is C.
TEST(ExplainAnalogy, OfTwoWordsInOneDirectionHasNoStep) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    Rows rows = test::random_rows(20, 50, seed);
    std::vector<float> thrice;
    for (std::size_t d = 0; d < 50; ++d) {
      const int exponent = static_cast<int>(d * d % 29);
      rows.vectors[d] = std::ldexp(std::round(rows.vectors[d] * 1000), -exponent);
      thrice.push_back(3 * rows.vectors[d]);
    }
    rows.add("thrice", thrice);
    const TestModel model(rows);
    const auto explained = explain(model.embeddings(), "w0", "thrice", "w7");
    EXPECT_EQ(explained.step_cosine, 0) << seed;
    EXPECT_NEAR(explained.sum_length, 1, 1e-15) << seed;
  }
}

// A and B differ in their first two values, which are swapped, C and D in the next two.
TEST(ExplainAnalogy, OfStepsAtRightAnglesHasACosineOfZero) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    const Rows random = test::random_rows(2, 30, seed);
    Rows rows;
    rows.dim = 30;
    const auto begin = random.vectors.begin();
    std::vector<float> vector(begin, begin + 30);
    rows.add("a", vector);
    std::swap(vector[0], vector[1]);
    rows.add("b", vector);
    vector.assign(begin + 30, begin + 60);
    rows.add("c", vector);
    std::swap(vector[2], vector[3]);
    rows.add("d", vector);
    const TestModel model(rows);
    const auto explained = explain(model.embeddings(), "a", "b", "c");
    EXPECT_EQ(explained.step_cosine, 0) << seed;
  }
}

TEST(ExplainAnalogy, OfASumOfZeroIsNone) {
  Rows rows;
  rows.dim = 2;
  rows.add("a", {1, 0});
  rows.add("b", {1, 0});
  rows.add("zero", {0, 0});
  const TestModel model(rows);
  test::expect_error(ErrorCode::query, "all zeros",
                     [&] { explain(model.embeddings(), "a", "b", "zero"); });
}

}  // namespace
}  // namespace wordvec::explain_analogy_test
