#include "wordvec/model/onehot.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"

namespace wordvec::onehot_test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

using Vector = std::vector<float>;

MatrixView view(const Vector& values, std::size_t dim) {
  return {values.data(), values.size() / dim, dim};
}

TEST(OneHot, ProductIsTheRowsBitForBit) {
  const auto rows = test::random_rows(50, 7, 1);
  const std::vector<Row> asked = {49, 0, 17, 17};
  const auto comparison = compare_onehot(view(rows.vectors, 7), asked);
  ASSERT_EQ(comparison.product.size(), 4U * 7U);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    for (std::size_t d = 0; d < 7; ++d) {
      const float expected = rows.vectors[asked[i] * 7 + d];
      EXPECT_EQ(std::bit_cast<std::uint32_t>(comparison.product[i * 7 + d]),
                std::bit_cast<std::uint32_t>(expected));
      EXPECT_EQ(comparison.looked_up[i * 7 + d], expected);
    }
    EXPECT_EQ(comparison.agreement[i].same_bits, 7U);
    EXPECT_TRUE(comparison.agreement[i].all_same());
  }
  EXPECT_FALSE(comparison.first_not_finite);
}

TEST(OneHot, CountsWhatEachReads) {
  const Vector values(6 * 5, 1);
  const std::vector<Row> asked = {2, 4};
  const auto comparison = compare_onehot(view(values, 5), asked);
  EXPECT_EQ(comparison.of_product.multiplications, 2U * 6U * 5U);
  EXPECT_EQ(comparison.of_product.bytes_read, 4U * (6 * 5 + 2 * 6));
  EXPECT_EQ(comparison.of_look_up.multiplications, 0U);
  EXPECT_EQ(comparison.of_look_up.bytes_read, 4U * 2 * 5);
  EXPECT_GT(comparison.of_product.seconds, 0);
  EXPECT_TRUE(std::isfinite(comparison.of_look_up.seconds));
}

TEST(OneHot, TellsOfTheSignThatAZeroLoses) {
  const Vector values = {1, -0.0F, 2, /**/ 0.0F, -0.0F, -3};
  const std::vector<Row> asked = {1};
  const auto comparison = compare_onehot(view(values, 3), asked);
  const OneHotAgreement& agreement = comparison.agreement.front();
  EXPECT_EQ(agreement.same_bits, 2U);
  EXPECT_EQ(agreement.lost_zero_signs, 1U);
  EXPECT_EQ(agreement.different, 0U);
  EXPECT_FALSE(agreement.all_same());
  EXPECT_FALSE(std::signbit(comparison.product[1]));
  EXPECT_TRUE(std::signbit(comparison.looked_up[1]));
}

TEST(OneHot, TellsOfNaNsThatAnotherRowBrings) {
  const Vector values = {1, 2, 3, /**/ 4, kInfinity, kNaN, /**/ 5, 6, 7};
  const std::vector<Row> asked = {0, 1};
  const auto comparison = compare_onehot(view(values, 3), asked);
  // 0 × ∞ and 0 × NaN are NaN.
  EXPECT_EQ(comparison.product[0], 1);
  EXPECT_TRUE(std::isnan(comparison.product[1]));
  EXPECT_TRUE(std::isnan(comparison.product[2]));
  EXPECT_EQ(comparison.looked_up[1], 2);
  EXPECT_EQ(comparison.agreement[0].same_bits, 1U);
  EXPECT_EQ(comparison.agreement[0].not_a_number, 2U);
  // 1 × ∞ is ∞: what is not a number is the one NaN that was there, whatever its bits.
  EXPECT_EQ(comparison.product[4], kInfinity);
  EXPECT_TRUE(std::isnan(comparison.product[5]));
  EXPECT_EQ(comparison.agreement[1].not_a_number, 0U);
  EXPECT_EQ(comparison.agreement[1].same_bits + comparison.agreement[1].other_nans, 3U);
  EXPECT_EQ(comparison.first_not_finite, Row{1});
}

TEST(OneHot, KeepsSubnormalsAndExtremes) {
  const Vector values = {std::numeric_limits<float>::denorm_min(),
                         std::numeric_limits<float>::max(),
                         std::numeric_limits<float>::lowest(),
                         /**/ 1,
                         -1,
                         1};
  const std::vector<Row> asked = {0};
  EXPECT_TRUE(compare_onehot(view(values, 3), asked).agreement.front().all_same());
}

TEST(OneHot, RefusesRowsThatAreNotThere) {
  const Vector values = {1, 2};
  const std::vector<Row> asked = {0, 2};
  const MatrixView matrix = view(values, 1);
  const auto refused = [](auto act) {
    test::expect_error(ErrorCode::usage, "found row 2, expected less than 2", act);
  };
  refused([&] { onehot_product(matrix, asked); });
  refused([&] { copied_rows(matrix, asked); });
  refused([&] { compare_onehot(matrix, asked); });
}

TEST(OneHot, RefusesAMatrixThatTakesTooMuch) {
  constexpr std::size_t kRows = 1 << 20;
  const Vector values(kRows, 1);
  const std::vector<Row> asked(257, 0);  // 256 × 2^20 × 4 bytes are 2^30
  test::expect_error(ErrorCode::usage, "257 × 1048576 values takes more than 1024 MiB",
                     [&] { onehot_product(view(values, 1), asked); });
}

}  // namespace
}  // namespace wordvec::onehot_test
