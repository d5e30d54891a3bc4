// Random numbers that are the same on every machine.
#pragma once

#include <cstdint>

namespace wordvec {

// SplitMix64: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t state) noexcept : state_(state) {}

  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // In [0, 1): the upper 53 bits.
  double uniform() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

  // Uniform below `bound`, which is not 0: the upper 32 bits, bounded by multiplication with
  // rejection (Lemire 2019, "Fast random integer generation in an interval").
  std::uint32_t below(std::uint32_t bound) noexcept {
    const std::uint32_t uneven = (0 - bound) % bound;
    for (;;) {
      const std::uint64_t product = (next() >> 32) * bound;
      if (static_cast<std::uint32_t>(product) >= uneven) {
        return static_cast<std::uint32_t>(product >> 32);
      }
    }
  }

 private:
  std::uint64_t state_;
};

}  // namespace wordvec
