#include "wordvec/analysis/common_component.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "wordvec/analysis/sif_texts.h"

namespace wordvec::test {
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
  EXPECT_FALSE(texts.for_each([&](std::uint64_t count, std::span<const float> vector) {
    words.push_back(count);
    values.insert(values.end(), vector.begin(), vector.end());
  }));
  EXPECT_EQ(words, (std::vector<std::uint64_t>{3, 0}));
  EXPECT_EQ(values, (std::vector<float>{1, 2, 0, 0}));
}

}  // namespace
}  // namespace wordvec::test
