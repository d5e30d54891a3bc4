#include "wordvec/base/murmur3.h"

#include <bit>
#include <cstddef>

#include "wordvec/base/bytes.h"

namespace wordvec {
namespace {

constexpr std::uint64_t kFactor1 = 0x87c37b91114253d5;
constexpr std::uint64_t kFactor2 = 0x4cf5ad432745937f;

std::uint64_t mix1(std::uint64_t lane) noexcept {
  return std::rotl(lane * kFactor1, 31) * kFactor2;
}

std::uint64_t mix2(std::uint64_t lane) noexcept {
  return std::rotl(lane * kFactor2, 33) * kFactor1;
}

std::uint64_t finalize(std::uint64_t h) noexcept {
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccd;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53;
  return h ^ (h >> 33);
}

// Up to eight bytes, as a little-endian number.
std::uint64_t partial_lane(std::string_view bytes) noexcept {
  std::uint64_t lane = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 8; ++i) {
    lane |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return lane;
}

}  // namespace

std::array<std::uint32_t, 4> murmur3_x64_128(std::string_view bytes, std::uint32_t seed) noexcept {
  std::uint64_t h1 = seed;
  std::uint64_t h2 = seed;
  std::string_view rest = bytes;
  for (; rest.size() >= 16; rest.remove_prefix(16)) {
    h1 ^= mix1(load_le<std::uint64_t>(rest.data()));
    h1 = (std::rotl(h1, 27) + h2) * 5 + 0x52dce729;
    h2 ^= mix2(load_le<std::uint64_t>(rest.data() + 8));
    h2 = (std::rotl(h2, 31) + h1) * 5 + 0x38495ab5;
  }
  if (rest.size() > 8) h2 ^= mix2(partial_lane(rest.substr(8)));
  h1 ^= mix1(partial_lane(rest));

  h1 ^= bytes.size();
  h2 ^= bytes.size();
  h1 += h2;
  h2 += h1;
  h1 = finalize(h1);
  h2 = finalize(h2);
  h1 += h2;
  h2 += h1;
  return {static_cast<std::uint32_t>(h1), static_cast<std::uint32_t>(h1 >> 32),
          static_cast<std::uint32_t>(h2), static_cast<std::uint32_t>(h2 >> 32)};
}

}  // namespace wordvec
