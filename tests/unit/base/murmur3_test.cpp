#include "wordvec/base/murmur3.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace wordvec::murmur3_test {
namespace {

std::string bytes_of_hash(std::string_view bytes, std::uint32_t seed) {
  const auto words = murmur3_x64_128(bytes, seed);
  std::string hash(16, '\0');
  std::memcpy(hash.data(), words.data(), hash.size());
  return hash;
}

// SMHasher's check of an implementation: the hashes of {}, {0}, {0, 1}, … up to 255 bytes, with
// the seeds 256, 255, …, hashed together. It publishes 0x6384ba69 for this function.
TEST(Murmur3, HasThePublishedVerificationValue) {
  std::string key;
  std::string hashes;
  for (unsigned i = 0; i < 256; ++i) {
    hashes += bytes_of_hash(key, 256 - i);
    key += static_cast<char>(i);
  }
  EXPECT_EQ(murmur3_x64_128(hashes, 0)[0], 0x6384ba69U);
}

TEST(Murmur3, OfNothingIsNothing) {
  EXPECT_EQ(bytes_of_hash("", 0), std::string(16, '\0'));
}

}  // namespace
}  // namespace wordvec::murmur3_test
