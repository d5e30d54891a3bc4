// MurmurHash3_x64_128, by Austin Appleby (public domain): what floret hashes n-grams with.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace wordvec {

// The 128 bits as four 32-bit words, in the order in which a little-endian machine stores them.
std::array<std::uint32_t, 4> murmur3_x64_128(std::string_view bytes, std::uint32_t seed) noexcept;

}  // namespace wordvec
