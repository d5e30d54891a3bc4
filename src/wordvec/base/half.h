// float16, the 16-bit type of IEEE 754:
// https://en.wikipedia.org/wiki/Half-precision_floating-point_format
#pragma once

#include <bit>
#include <cstdint>

namespace wordvec {

inline constexpr float kMaxHalf = 65504;  // the largest that is finite

// The bits of the float16 nearest to `x`, ties to the one whose last bit is 0; an infinity from
// 65520 on, as in NumPy's astype(float16). A NaN stays one.
constexpr std::uint16_t float_to_half(float x) noexcept {
  constexpr std::uint32_t kSign = 0x80000000;
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const std::uint32_t sign = (bits & kSign) >> 16;
  const std::uint32_t magnitude = bits & ~kSign;
  const auto half = [sign](std::uint32_t rest) { return static_cast<std::uint16_t>(sign | rest); };
  if (magnitude > 0x7f800000) return half(0x7e00);
  if (magnitude >= 0x477ff000) return half(0x7c00);  // 65520
  if (magnitude < 0x38800000) {
    // Below 2^-14 the last bit is worth 2^-24, which is that of a float32 from 0.5 to 1: the
    // addition rounds.
    const float sum = std::bit_cast<float>(magnitude) + 0.5F;
    return half(std::bit_cast<std::uint32_t>(sum) - 0x3f000000);
  }
  // 13 bits are dropped, and the exponents of the two types differ by 112.
  const std::uint32_t odd = magnitude >> 13 & 1;
  return half((magnitude + 0xfff + odd - (std::uint32_t{112} << 23)) >> 13);
}

// Exact. The multiplication also makes subnormal numbers normal.
constexpr float half_to_float(std::uint16_t half) noexcept {
  constexpr std::uint32_t kSign = 0x8000;
  constexpr std::uint32_t kInfinity = 0x7c00;
  const std::uint32_t magnitude = half & (kSign - 1);
  const float scaled = std::bit_cast<float>(magnitude << 13) * 0x1p112F;
  const std::uint32_t not_finite = magnitude >= kInfinity ? 0x7f800000 : 0;
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(scaled) | not_finite |
                              (half & kSign) << 16);
}

}  // namespace wordvec
