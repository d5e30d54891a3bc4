#include "wordvec/analysis/procrustes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"

namespace wordvec::procrustes_test {
namespace {

using test::expect_error;
using test::random_rows;

MatrixView view(const std::vector<float>& values, std::size_t dim) {
  return {values.data(), values.size() / dim, dim};
}

TEST(Align, TurnsByAQuarter) {
  // (x, y) → (-y, x), and other lengths.
  const std::vector<float> first = {1, 0, 0, 2, 3, 4};
  const std::vector<float> second = {0, 7, -1, 0, -8, 6};
  const MatrixView a = view(first, 2);
  const MatrixView b = view(second, 2);
  const Alignment found = align({a, {}}, {b, {}}, 1);
  const std::vector<double> rotation = {0, 1, -1, 0};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(found.rotation[i], rotation[i], 1e-14) << i;
  for (const double cosine : found.cosines) EXPECT_NEAR(cosine, 1, 1e-14);
  EXPECT_NEAR(found.residual, 0, 1e-13);
}

TEST(Align, TellsHowManyDimensionsTheRowsSpan) {
  const std::vector<float> first = {1, 2, 3, 2, 4, 6, 1, 0, 0, 0, 2, 3};
  EXPECT_EQ(align({view(first, 3), {}}, {view(first, 3), {}}, 1).rank, 2U);
  const std::vector<float> second = {1, 2, 3, 2, 4, 5, 1, 0, 0, 0, 2, 3};
  EXPECT_EQ(align({view(second, 3), {}}, {view(second, 3), {}}, 1).rank, 3U);
}

// R is a reflection here: rotations alone could not.
TEST(Align, MayReflect) {
  const std::vector<float> first = {1, 0, 0, 1, 1, 2};
  const std::vector<float> second = {0, 1, 1, 0, 2, 1};
  const Alignment found = align({view(first, 2), {}}, {view(second, 2), {}}, 1);
  for (const double cosine : found.cosines) EXPECT_NEAR(cosine, 1, 1e-14);
}

// Four times the values of each row in another order: a turn, or a reflection.
TEST(Align, OfTheSameRowsLeavesExactlyNothing) {
  for (const std::size_t dim : {1U, 3U, 7U, 70U}) {
    for (unsigned seed = 0; seed < 5; ++seed) {
      const auto first = random_rows(90, dim, seed);
      std::vector<float> second;
      for (std::size_t i = 0; i < first.vectors.size(); ++i) {
        const std::size_t row = i / dim * dim;
        second.push_back(4 * first.vectors[row + (i - row + 1) % dim]);
      }
      const Alignment found = align({view(first.vectors, dim), {}}, {view(second, dim), {}}, 1);
      for (const double cosine : found.cosines) EXPECT_EQ(cosine, 1) << dim << ' ' << seed;
      EXPECT_EQ(found.residual, 0) << dim << ' ' << seed;
    }
  }
}

// In the base of the two rows at unit length Aᵀ B = ((8, 1), (1, 9)): symmetric and positive, so
// that R is 1.
TEST(Align, OfOppositeAndOfRightAngledRowsIsExact) {
  std::vector<float> first;
  std::vector<float> second;
  const auto add = [&](std::vector<float> a, std::vector<float> b) {
    first.insert(first.end(), a.begin(), a.end());
    second.insert(second.end(), b.begin(), b.end());
  };
  for (int i = 0; i < 9; ++i) {
    add({0.3F, 0.4F}, {0.3F, 0.4F});
    add({0.4F, -0.3F}, {0.8F, -0.6F});
  }
  add({0.3F, 0.4F}, {0.4F, -0.3F});
  add({0.4F, -0.3F}, {0.3F, 0.4F});
  add({0.3F, 0.4F}, {-0.3F, -0.4F});
  const Alignment found = align({view(first, 2), {}}, {view(second, 2), {}}, 1);
  for (std::size_t i = 0; i < 18; ++i) EXPECT_EQ(found.cosines[i], 1) << i;
  EXPECT_EQ(found.cosines[18], 0);
  EXPECT_EQ(found.cosines[19], 0);
  EXPECT_EQ(found.cosines[20], -1);
  EXPECT_NEAR(found.residual, std::sqrt(2.0 + 2 + 4), 1e-14);
}

// 2⁻¹⁷ of one row, which float32 tells from nothing.
TEST(Align, KeepsWhatIsLittle) {
  const std::vector<float> first = {1, 0, 0, 1, 1, 0};
  const std::vector<float> second = {1, 0, 0, 1, 1, 0x1p-17F};
  const Alignment found = align({view(first, 2), {}}, {view(second, 2), {}}, 1);
  EXPECT_GT(found.residual, 0x1p-18);
  EXPECT_LT(found.cosines[2], 1);
  EXPECT_GT(found.cosines[2], 1 - 0x1p-34);
}

// By hand: with a = (1, 0), (0, 1) and b = (1, 0), (1, 0) at unit length, Aᵀ B = ((1, 0), (1, 0))
// has the singular value √2, so the sum of the cosines is √2, and |A R − B|² = 2 · 2 − 2 √2.
TEST(Align, LeavesWhatCannotBeTurned) {
  const std::vector<float> first = {1, 0, 0, 5};
  const std::vector<float> second = {1, 0, 3, 0};
  const Alignment found = align({view(first, 2), {}}, {view(second, 2), {}}, 1);
  EXPECT_NEAR(found.cosines[0] + found.cosines[1], std::sqrt(2.0), 1e-14);
  EXPECT_NEAR(found.cosines[0], std::sqrt(0.5), 1e-14);
  EXPECT_NEAR(found.residual, std::sqrt(4 - 2 * std::sqrt(2.0)), 1e-14);
}

TEST(Align, TakesChosenRowsAndDoesNotDependOnThreads) {
  const auto first = random_rows(700, 70, 1);
  const auto second = random_rows(700, 70, 2);
  std::vector<Row> rows;
  for (Row row = 0; row < 600; ++row) rows.push_back(row * 7 % 700);
  const Selection a(view(first.vectors, 70), rows);
  const Selection b(view(second.vectors, 70), rows);
  const Alignment one = align(a, b, 1);
  const Alignment three = align(a, b, 3);
  EXPECT_EQ(one.rotation, three.rotation);
  EXPECT_EQ(one.cosines, three.cosines);
  EXPECT_EQ(one.residual, three.residual);
  // R Rᵀ is 1.
  for (std::size_t i = 0; i < 70; ++i) {
    for (std::size_t j = 0; j < 70; ++j) {
      double product = 0;
      for (std::size_t d = 0; d < 70; ++d) {
        product += one.rotation[i * 70 + d] * one.rotation[j * 70 + d];
      }
      EXPECT_NEAR(product, i == j ? 1 : 0, 1e-12);
    }
  }
}

TEST(Align, RefusesWhatCannotBe) {
  const std::vector<float> values = {1, 2, 0, 0, 5, 6};
  const MatrixView two = view(values, 2);
  const MatrixView three = view(values, 3);
  const std::vector<Row> some = {0, 2};
  expect_error(ErrorCode::usage, "dimension 2", [&] { align({two, {}}, {three, {}}, 1); });
  expect_error(ErrorCode::usage, "2 words with 3", [&] { align({two, some}, {two, {}}, 1); });
  expect_error(ErrorCode::malformed, "direction", [&] { align({two, {}}, {two, {}}, 1); });
  align({two, some}, {two, some}, 1);
}

}  // namespace
}  // namespace wordvec::procrustes_test
