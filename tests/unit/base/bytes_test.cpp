#include "wordvec/base/bytes.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace wordvec::bytes_test {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

TEST(Bytes, LoadsAndStoresLittleEndianAtAnyAddress) {
  const unsigned char bytes[] = {0xff, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};
  EXPECT_EQ(load_le<std::uint32_t>(bytes + 1), 0x04030201U);
  EXPECT_EQ(load_le<std::uint64_t>(bytes + 1), 0x0807060504030201U);
  unsigned char out[9] = {};
  store_le<std::uint64_t>(out + 1, 0x0807060504030201U);
  for (unsigned i = 1; i <= 8; ++i) EXPECT_EQ(out[i], i);
  const unsigned char one[] = {0x00, 0x00, 0x80, 0x3f};
  EXPECT_EQ(load_le<float>(one), 1.0F);
}

TEST(Bytes, CheckedArithmeticNoticesOverflow) {
  EXPECT_EQ(checked_multiply(kMax, 1), kMax);
  EXPECT_EQ(checked_multiply(std::uint64_t{1} << 32, std::uint64_t{1} << 31),
            std::uint64_t{1} << 63);
  EXPECT_EQ(checked_multiply(std::uint64_t{1} << 32, std::uint64_t{1} << 32), std::nullopt);
  EXPECT_EQ(checked_multiply(0, kMax), 0U);
  EXPECT_EQ(checked_add(kMax, 0), kMax);
  EXPECT_EQ(checked_add(kMax, 1), std::nullopt);
}

TEST(Bytes, RoundsUp) {
  EXPECT_EQ(round_up(0, 64), 0U);
  EXPECT_EQ(round_up(1, 64), 64U);
  EXPECT_EQ(round_up(64, 64), 64U);
  EXPECT_EQ(round_up(65, 64), 128U);
}

}  // namespace
}  // namespace wordvec::bytes_test
