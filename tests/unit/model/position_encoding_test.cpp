#include "wordvec/model/position_encoding.h"

#include <gtest/gtest.h>

#include <vector>

namespace wordvec::test::position_encoding_test {
namespace {

std::vector<float> encoding(std::uint64_t position, std::size_t dim) {
  std::vector<float> out(dim);
  encode_position(position, out);
  return out;
}

void expect_near(const std::vector<float>& found, const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-7) << i;
}

// Expected values: NumPy, in long double, with the paper's formula:
//   a = np.longdouble(pos) / np.longdouble(10000) ** (np.longdouble(2 * (k // 2)) / dim)
//   np.sin(a) if k % 2 == 0 else np.cos(a)
TEST(PositionEncoding, IsThePapersFormula) {
  expect_near(encoding(1, 4), {0.84147096, 0.5403023, 0.009999833, 0.99995});
  expect_near(encoding(3, 6), {0.14112, -0.9899925, 0.1387981, 0.9903207, 0.006463259, 0.99997914});
  const std::vector<float> far = encoding(99, 300);
  expect_near({far.begin(), far.begin() + 3}, {-0.99920684, 0.03982088, -0.9101887});
  expect_near({far.end() - 3, far.end()}, {0.99993736, 0.010526739, 0.99994457});
}

TEST(PositionEncoding, EndsWithASineWhereTheDimensionIsOdd) {
  expect_near(encoding(7, 5), {0.6569866, 0.75390226, 0.17492741, 0.98458135, 0.004416687});
  expect_near(encoding(1, 1), {0.84147096});
}

TEST(PositionEncoding, OfPositionZeroIsZerosAndOnes) {
  EXPECT_EQ(encoding(0, 5), (std::vector<float>{0, 1, 0, 1, 0}));
  EXPECT_TRUE(encoding(0, 0).empty());
}

TEST(PositionEncoding, IsAddedToEachRowFromTheFirstPosition) {
  constexpr std::size_t kDim = 7;
  std::vector<float> rows;
  for (std::size_t i = 0; i < 3 * kDim; ++i) rows.push_back(static_cast<float>(i) / 4 - 2);
  std::vector<float> sums = rows;
  add_positions(5, kDim, sums);
  for (std::size_t r = 0; r < 3; ++r) {
    const std::vector<float> added = encoding(5 + r, kDim);
    for (std::size_t d = 0; d < kDim; ++d) {
      EXPECT_EQ(sums[r * kDim + d], rows[r * kDim + d] + added[d]) << r << ' ' << d;
    }
  }
  add_positions(0, kDim, {});
  add_positions(0, 0, {});
}

}  // namespace
}  // namespace wordvec::test::position_encoding_test
