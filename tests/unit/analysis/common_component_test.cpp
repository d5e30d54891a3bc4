#include "wordvec/analysis/common_component.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "wordvec/analysis/sif_texts.h"

namespace wordvec::test::common_component_test {
namespace {

TEST(CommonComponent, IsTheFirstSingularVectorOfWhatIsNotCentred) {
  // By hand: (1, 1, 0) three times and (1, -1, 0) once have the moments [[4, 2], [2, 4]].
  CommonComponent component(3);
  for (int i = 0; i < 3; ++i) component.add(std::vector<float>{1, 1, 0});
  component.add(std::vector<float>{1, -1, 0});
  component.add(std::vector<float>{0, 0, 0});
  EXPECT_EQ(component.count(), 4);
  const std::vector<double> direction = component.direction();
  EXPECT_NEAR(direction[0], std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(direction[1], std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(direction[2], 0, 1e-12);
  std::vector<float> vector = {3, 1, 5};
  remove_component(direction, vector);
  EXPECT_EQ(vector, (std::vector<float>{1, -1, 5}));
}

TEST(CommonComponent, OfManyVectorsLeavesNothingAlongIt) {
  constexpr std::size_t kDim = 21;
  const Rows rows = random_rows(200, kDim, 5);
  CommonComponent component(kDim);
  std::vector<std::vector<double>> moment(kDim, std::vector<double>(kDim));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const float* v = rows.vectors.data() + r * kDim;
    component.add({v, kDim});
    for (std::size_t i = 0; i < kDim; ++i) {
      for (std::size_t j = 0; j < kDim; ++j) {
        moment[i][j] += static_cast<double>(v[i]) * static_cast<double>(v[j]);
      }
    }
  }
  const std::vector<double> u = component.direction();
  // An eigenvector: M u = λ u; and the largest: no start of a power iteration grows faster.
  std::vector<double> image(kDim);
  double lambda = 0;
  for (std::size_t i = 0; i < kDim; ++i) {
    for (std::size_t j = 0; j < kDim; ++j) image[i] += moment[i][j] * u[j];
    lambda += image[i] * u[i];
  }
  for (std::size_t i = 0; i < kDim; ++i) EXPECT_NEAR(image[i], lambda * u[i], 1e-9 * lambda);
  for (std::size_t i = 0; i < kDim; ++i) EXPECT_LE(moment[i][i], lambda);
}

TEST(CommonComponent, RefusesValuesThatAreNotFinite) {
  CommonComponent component(1);
  component.add(std::vector<float>{std::numeric_limits<float>::infinity()});
  expect_error(ErrorCode::malformed, "not finite", [&] { component.direction(); });
}

TEST(SifTexts, KeepsOneTextAsItIs) {
  SifTexts texts(2);
  texts.add(3, std::vector<float>{1, 2});
  texts.add(0, std::vector<float>{0, 0});
  std::vector<std::uint64_t> words;
  std::vector<float> values;
  const SifTexts::Removal removal =
      texts.for_each([&](std::uint64_t count, std::span<const float> vector) {
        words.push_back(count);
        values.insert(values.end(), vector.begin(), vector.end());
      });
  EXPECT_EQ(words, (std::vector<std::uint64_t>{3, 0}));
  EXPECT_EQ(values, (std::vector<float>{1, 2, 0, 0}));
  EXPECT_EQ(removal.texts, 1U);
  EXPECT_FALSE(removal.on_a_line);
}

struct Removed {
  SifTexts::Removal removal;
  std::vector<float> values;
};

Removed removed(std::size_t dim, const std::vector<std::vector<float>>& vectors) {
  SifTexts texts(dim);
  for (const auto& vector : vectors) texts.add(1, vector);
  Removed result;
  result.removal = texts.for_each([&](std::uint64_t, std::span<const float> vector) {
    result.values.insert(result.values.end(), vector.begin(), vector.end());
  });
  return result;
}

// In the plane of two vectors, what is at right angles to one direction is a line.
TEST(SifTexts, OfTwoLeavesALine) {
  const Rows rows = random_rows(2, 50, 3);
  const auto first = rows.vectors.begin();
  const Removed two = removed(50, {{first, first + 50}, {first + 50, rows.vectors.end()}});
  EXPECT_TRUE(two.removal.on_a_line);
  EXPECT_EQ(two.removal.texts, 2U);
  EXPECT_EQ(two.removal.zeroed, 0U);
  // By hand: (3, 1) and (3, -1) have the moments diag(18, 2).
  const Removed by_hand = removed(2, {{3, 1}, {3, -1}});
  EXPECT_EQ(by_hand.values, (std::vector<float>{0, 1, 0, -1}));
  EXPECT_NEAR(by_hand.removal.share, 0.9, 1e-12);
}

TEST(SifTexts, InAPlaneLeaveALine) {
  const Rows rows = random_rows(2, 40, 5);
  std::vector<std::vector<float>> vectors;
  for (int i = 0; i < 6; ++i) {
    auto& vector = vectors.emplace_back();
    for (std::size_t d = 0; d < 40; ++d) {
      vector.push_back(static_cast<float>(i + 1) * rows.vectors[d] +
                       static_cast<float>(i * i - 7) * rows.vectors[40 + d]);
    }
  }
  EXPECT_TRUE(removed(40, vectors).removal.on_a_line);
  // A third direction, a thousandth as long, is none of rounding.
  vectors[2][7] += 0.01F;
  EXPECT_FALSE(removed(40, vectors).removal.on_a_line);
}

TEST(SifTexts, ThatLieOnALineLeaveZeros) {
  // Thirds and sevenths are rounded to float32, each in its own way.
  const Rows rows = random_rows(1, 300, 7);
  std::vector<std::vector<float>> vectors;
  for (const float factor : {1.0F, 1.0F / 3, -5.0F / 7, 1e-6F, 3.3e7F}) {
    auto& vector = vectors.emplace_back();
    for (const float x : rows.vectors) vector.push_back(factor * x);
  }
  vectors.emplace_back(300);
  const Removed found = removed(300, vectors);
  EXPECT_EQ(found.values, std::vector<float>(6 * 300));
  EXPECT_EQ(found.removal.texts, 5U);
  EXPECT_EQ(found.removal.zeroed, 5U);
  EXPECT_EQ(found.removal.share, 1);
}

TEST(SifTexts, OfManyAreNoLine) {
  const Rows rows = random_rows(20, 30, 9);
  std::vector<std::vector<float>> vectors;
  for (std::size_t r = 0; r < 20; ++r) {
    const auto begin = rows.vectors.begin() + static_cast<std::ptrdiff_t>(r * 30);
    vectors.emplace_back(begin, begin + 30);
  }
  const SifTexts::Removal removal = removed(30, vectors).removal;
  EXPECT_FALSE(removal.on_a_line);
  EXPECT_EQ(removal.zeroed, 0U);
  EXPECT_LT(removal.share, 0.5);
}

}  // namespace
}  // namespace wordvec::test::common_component_test
