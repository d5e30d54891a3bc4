// 16 × 16 numbers of 16 bits, turned, for files that are compiled for AVX2 or more.
#pragma once

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

namespace wordvec::simd {
namespace {

// Row r of `rows` becomes column r: out[c · stride + r] = rows[r] lane c.
inline void transpose16(const __m256i rows[16], int16_t* out, size_t stride) noexcept {
  __m256i a[16];
  __m256i b[16];
  for (size_t i = 0; i < 8; ++i) {
    a[2 * i] = _mm256_unpacklo_epi16(rows[2 * i], rows[2 * i + 1]);
    a[2 * i + 1] = _mm256_unpackhi_epi16(rows[2 * i], rows[2 * i + 1]);
  }
  for (size_t i = 0; i < 4; ++i) {
    for (size_t j = 0; j < 2; ++j) {
      b[4 * i + 2 * j] = _mm256_unpacklo_epi32(a[4 * i + j], a[4 * i + 2 + j]);
      b[4 * i + 2 * j + 1] = _mm256_unpackhi_epi32(a[4 * i + j], a[4 * i + 2 + j]);
    }
  }
  for (size_t i = 0; i < 2; ++i) {
    for (size_t j = 0; j < 4; ++j) {
      a[8 * i + 2 * j] = _mm256_unpacklo_epi64(b[8 * i + j], b[8 * i + 4 + j]);
      a[8 * i + 2 * j + 1] = _mm256_unpackhi_epi64(b[8 * i + j], b[8 * i + 4 + j]);
    }
  }
  // a[j] holds columns j and j + 8 of rows 0–7, a[8 + j] those of rows 8–15.
  for (size_t j = 0; j < 8; ++j) {
    const __m256i first = _mm256_permute2x128_si256(a[j], a[8 + j], 0x20);
    const __m256i second = _mm256_permute2x128_si256(a[j], a[8 + j], 0x31);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + j * stride), first);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + (j + 8) * stride), second);
  }
}

}  // namespace
}  // namespace wordvec::simd
