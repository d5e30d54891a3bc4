#include "wordvec/base/hash.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace wordvec::hash_test {
namespace {

struct Known {
  std::size_t size;
  std::uint64_t hash64;
  const char* hash128;
};

// Printed by xxhsum 0.8.1 (-H3 and -H2) for files of `size` bytes, byte i = (131 i + 7) mod 256.
// The sizes lie on both sides of XXH3's changes of algorithm.
constexpr Known kKnown[] = {
    {0, 0x2d06800538d394c2U, "99aa06d3014798d86001c324468d497f"},
    {1, 0x4c5cca45d0f4811fU, "495b62073ef70ca44c5cca45d0f4811f"},
    {3, 0x6e3e2670e61106acU, "390cdc5b4a895dd76e3e2670e61106ac"},
    {4, 0x5c4c63133443d03fU, "aa6e2f274640a3f43d668af6f2a44d77"},
    {8, 0xf9fd4dd0b04d78f5U, "6a86a3bda6af4e3d61ddbe7f31a6100d"},
    {9, 0x7c20df9712c26edfU, "664c7ca18afd62558c7b67fd458a936b"},
    {16, 0x86abf6baccea0858U, "7f9a218b0425449ae2ce54a7c19c730d"},
    {17, 0xb58bf5dc5022d071U, "66fc23f6439dbd778d96ef110fcdebb4"},
    {128, 0x10d17f72c0ccba41U, "aec730751478556cff361dec1385710a"},
    {129, 0x1648bdc3db49d1a2U, "98cd36ccbb5579264545b3a09738e31a"},
    {240, 0xb6cfaf343fab81e6U, "5293e17bf553903d3f2c53e72293711f"},
    {241, 0x956cae592c67279eU, "b53840fe3fedf161956cae592c67279e"},
    {512, 0xa0e9790eb93990d7U, "7509d702d4519576a0e9790eb93990d7"},
    {1025, 0x66c4487c41e127a7U, "621af7b8277effa466c4487c41e127a7"},
    {5000, 0xe4007929540f095cU, "61bedb627e4a5fdfe4007929540f095c"},
    {100000, 0x14ce8d6fc2c4868bU, "e9e46da59b77e42314ce8d6fc2c4868b"},
};

void update(Hash128& hash, std::string_view bytes) {
  hash.update(std::as_bytes(std::span(bytes)));
}

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((131 * i + 7) & 255);
  return bytes;
}

TEST(Hash64, EqualsXxhsum) {
  for (const Known& known : kKnown) {
    EXPECT_EQ(hash64(pattern(known.size)), known.hash64) << known.size;
  }
}

TEST(Hash128, EqualsXxhsum) {
  for (const Known& known : kKnown) {
    Hash128 hash;
    update(hash, pattern(known.size));
    EXPECT_EQ(hash.hex(), known.hash128) << known.size;
  }
}

TEST(Hash128, DoesNotDependOnHowTheBytesAreCut) {
  const std::string bytes = pattern(5000);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{256}}) {
    Hash128 hash;
    for (std::size_t i = 0; i < bytes.size(); i += piece) {
      update(hash, std::string_view(bytes).substr(i, piece));
    }
    EXPECT_EQ(hash.hex(), "61bedb627e4a5fdfe4007929540f095c") << piece;
  }
}

TEST(Hash128, GoesOnAfterHexAndAfterAMove) {
  const std::string bytes = pattern(16);
  const std::string_view all = bytes;
  Hash128 hash;
  update(hash, all.substr(0, 8));
  EXPECT_EQ(hash.hex(), "6a86a3bda6af4e3d61ddbe7f31a6100d");
  Hash128 moved = std::move(hash);
  update(moved, all.substr(8));
  EXPECT_EQ(moved.hex(), "7f9a218b0425449ae2ce54a7c19c730d");
}

}  // namespace
}  // namespace wordvec::hash_test
