#include "wordvec/base/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace wordvec::half_test {
namespace {

TEST(Half, ComesBackFromFloat) {
  for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float x = half_to_float(half);
    if (std::isnan(x)) {
      EXPECT_TRUE(std::isnan(half_to_float(float_to_half(x)))) << bits;
    } else {
      ASSERT_EQ(float_to_half(x), half);
    }
  }
}

// Of each two neighbours: what lies nearer to one becomes that, what lies in the middle the even
// one.
TEST(Half, IsTheNearest) {
  for (std::uint32_t bits = 0; bits < 0x7bff; ++bits) {
    const float low = half_to_float(static_cast<std::uint16_t>(bits));
    const float high = half_to_float(static_cast<std::uint16_t>(bits + 1));
    const float middle = (low + high) / 2;  // exact: float32 has 13 more bits
    ASSERT_EQ(float_to_half(std::nextafter(middle, 0.0F)), bits);
    ASSERT_EQ(float_to_half(middle), bits % 2 == 0 ? bits : bits + 1);
    ASSERT_EQ(float_to_half(std::nextafter(middle, high)), bits + 1);
    ASSERT_EQ(float_to_half(-middle), 0x8000U + (bits % 2 == 0 ? bits : bits + 1));
  }
}

// numpy.float16 of these, as integers.
TEST(Half, IsInfiniteBeyondItsRange) {
  EXPECT_EQ(float_to_half(kMaxHalf), 0x7bff);
  EXPECT_EQ(float_to_half(std::nextafter(65520.0F, 0.0F)), 0x7bff);
  EXPECT_EQ(float_to_half(65520.0F), 0x7c00);
  EXPECT_EQ(float_to_half(-std::numeric_limits<float>::infinity()), 0xfc00);
  EXPECT_EQ(float_to_half(std::numeric_limits<float>::denorm_min()), 0);
  EXPECT_EQ(float_to_half(-0.0F), 0x8000);
}

}  // namespace
}  // namespace wordvec::half_test
