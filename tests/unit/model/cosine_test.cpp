#include "wordvec/model/cosine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/rows.h"

namespace wordvec::test::cosine_test {
namespace {

// Of about a quarter of all vectors the roots' product is less than the sum, so that the quotient
// is 1 + 2⁻⁵².
TEST(Cosine, IsNeverBeyondOne) {
  bool has_been_beyond = false;
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Rows rows = random_rows(1, 300, seed);
    double squared = 0;
    for (const float x : rows.vectors) squared += double{x} * double{x};
    has_been_beyond |= squared / (std::sqrt(squared) * std::sqrt(squared)) > 1;
    EXPECT_LE(cosine(squared, squared, squared), 1) << seed;
    EXPECT_GE(cosine(-squared, squared, squared), -1) << seed;
  }
  EXPECT_TRUE(has_been_beyond);
}

TEST(Cosine, OfAVectorAndItselfItsDoubleOrItsOppositeIsExact) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const std::vector<float> vector = random_rows(1, 300, seed).vectors;
    std::vector<float> twice;
    std::vector<float> opposite;
    for (const float x : vector) {
      twice.push_back(2 * x);
      opposite.push_back(-x);
    }
    EXPECT_EQ(cosine_of(vector, vector), 1) << seed;
    EXPECT_EQ(cosine_of(vector, twice), 1) << seed;
    EXPECT_EQ(cosine_of(vector, opposite), -1) << seed;
  }
}

// Whole numbers times powers of two, so that three times a vector is exact, and sums are not.
TEST(Cosine, OfAVectorAndAMultipleOrOneAtRightAnglesIsExact) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::vector<float> vector;
    for (const float x : random_rows(1, 300, seed).vectors) {
      const int exponent = static_cast<int>(vector.size() * vector.size() % 29);
      vector.push_back(std::ldexp(std::round(x * 1000), -exponent));
    }
    std::vector<float> thrice;
    std::vector<float> across;
    for (std::size_t i = 0; i < 300; ++i) {
      thrice.push_back(3 * vector[i]);
      across.push_back(i < 150 ? -vector[299 - i] : vector[299 - i]);
    }
    EXPECT_EQ(cosine_of(vector, thrice), 1) << seed;
    EXPECT_EQ(cosine_of(thrice, vector), 1) << seed;
    EXPECT_EQ(cosine_of(vector, across), 0) << seed;
  }
}

TEST(Cosine, KeepsWhatIsLittle) {
  const std::vector<float> x = {1, 0};
  EXPECT_NEAR(cosine_of(x, std::vector<float>{0x1p-40F, 1}) * 0x1p40, 1, 1e-9);
  EXPECT_LT(cosine_of(x, std::vector<float>{1, 0x1p-23F}), 1);
}

TEST(Cosine, OfTheLargestAndTheSmallestValues) {
  constexpr float kMax = std::numeric_limits<float>::max();
  constexpr float kMin = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(cosine_of(std::vector<float>{kMax, kMax}, std::vector<float>{kMax, kMax}), 1);
  EXPECT_EQ(cosine_of(std::vector<float>{kMin}, std::vector<float>{-kMin}), -1);
  EXPECT_EQ(cosine_of(std::vector<float>{kMin, 0}, std::vector<float>{0, kMax}), 0);
  EXPECT_NEAR(cosine_of(std::vector<float>{3, 4}, std::vector<float>{4, 3}), 24.0 / 25, 1e-15);
  EXPECT_TRUE(std::isnan(cosine_of(std::vector<float>{0, 0}, std::vector<float>{1, 0})));
}

}  // namespace
}  // namespace wordvec::test::cosine_test
