#include "wordvec/search/similarity.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "support/reference.h"
#include "support/rows.h"

namespace wordvec::similarity_test {
namespace {

using test::random_rows;
using test::Rows;

std::uint32_t bits(float value) {
  return std::bit_cast<std::uint32_t>(value);
}

MatrixView view(const Rows& rows) {
  return {rows.vectors.data(), rows.size(), rows.dim};
}

TEST(Similarity, ByHand) {
  const std::vector<float> a = {3, 4};
  const std::vector<float> b = {-4, 3};
  const std::vector<float> c = {6, 8};
  EXPECT_EQ(similarity(Measure::cosine, a, c), 1);
  EXPECT_EQ(similarity(Measure::cosine, a, b), 0);
  EXPECT_EQ(similarity(Measure::dot, a, c), 50);
  EXPECT_EQ(similarity(Measure::euclidean, a, c), 5);
  EXPECT_EQ(similarity(Measure::euclidean, a, a), 0);
  EXPECT_FLOAT_EQ(similarity(Measure::euclidean, a, b), std::sqrt(50.0F));
}

TEST(Similarity, OfZerosIsNoNumberButADistance) {
  const std::vector<float> a = {3, 4};
  const std::vector<float> zero = {0, 0};
  EXPECT_TRUE(std::isnan(similarity(Measure::cosine, a, zero)));
  EXPECT_EQ(similarity(Measure::dot, a, zero), 0);
  EXPECT_EQ(similarity(Measure::euclidean, a, zero), 5);
}

TEST(Similarity, CosineIsTheScore) {
  const Rows rows = random_rows(20, 77, 1);
  for (std::size_t r = 1; r < rows.size(); ++r) {
    EXPECT_EQ(bits(similarity(Measure::cosine, view(rows).row(0), view(rows).row(r))),
              bits(test::reference_score(view(rows).row(0), view(rows).row(r))));
  }
}

// Of vectors that are long and nearly equal, ‖a‖² + ‖b‖² − 2⟨a,b⟩ would be noise.
TEST(Similarity, DistancesKeepTheirDigitsHoweverSmall) {
  const Rows rows = random_rows(2, 300, 2);
  const std::vector<float> a(rows.vectors.begin(), rows.vectors.begin() + 300);
  for (const float by : {1e-1F, 1e-2F, 1e-3F, 1e-4F, 1e-5F, 1e-6F}) {
    std::vector<float> b = a;
    for (std::size_t i = 0; i < b.size(); ++i) b[i] += by * rows.vectors[300 + i];
    long double squared = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
      const long double difference = static_cast<long double>(a[i]) - b[i];
      squared += difference * difference;
    }
    const auto expected = static_cast<float>(std::sqrt(squared));
    EXPECT_NEAR(similarity(Measure::euclidean, a, b), expected, 2e-7F * expected) << by;
    EXPECT_EQ(bits(similarity(Measure::euclidean, a, b)),
              bits(similarity(Measure::euclidean, b, a)));
  }
}

TEST(AllSimilarities, AreThoseOfEachPairInOrderOnAnyNumberOfThreads) {
  for (const std::size_t count : {0U, 1U, 2U, 15U, 16U, 17U, 50U}) {
    const Rows rows = random_rows(count, 33, 3);
    const MatrixView matrix = view(rows);
    for (const Measure measure : {Measure::cosine, Measure::dot, Measure::euclidean}) {
      for (const unsigned threads : {1U, 2U, 5U}) {
        std::size_t next = 0;
        all_similarities(measure, matrix, threads,
                         [&](std::size_t row, std::span<const float> values) {
                           ASSERT_EQ(row, next++);
                           ASSERT_EQ(values.size(), count);
                           for (std::size_t r = 0; r < count; ++r) {
                             EXPECT_EQ(bits(values[r]),
                                       bits(similarity(measure, matrix.row(row), matrix.row(r))));
                           }
                         });
        EXPECT_EQ(next, count);
      }
    }
  }
}

TEST(AllSimilarities, EndWithWhatIsThrown) {
  const Rows rows = random_rows(100, 5, 4);
  EXPECT_THROW(all_similarities(Measure::dot, view(rows), 2,
                                [](std::size_t row, std::span<const float>) {
                                  if (row == 20) throw std::runtime_error("enough");
                                }),
               std::runtime_error);
}

}  // namespace
}  // namespace wordvec::similarity_test
