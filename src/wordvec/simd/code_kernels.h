// Numeric kernels over the compact codes of rows (index/search_index.h), one table for each
// instruction set. C headers only, as in kernels.h.
//
// Sums of products of codes and queries are sums of whole numbers and have the same value in every
// table. The element-wise functions, which make codes from rows, give the same bits in every table:
// each element is computed by the given operations, each rounded once, never fused. select4(),
// select8() and similarities() compute in float32 in any order: index/search_index.h allows for the
// rounding.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace wordvec::simd {

// Rows of a block of 4-bit codes, and queries of a group in a tile of 8-bit codes.
inline constexpr size_t kCodeLanes = 16;

// How far ahead of a scan of blocks its bytes are asked for, which the processor's own prefetching
// does too late. It may lie behind the last block: prefetching touches no memory.
inline constexpr size_t kPrefetchBytes = 4096;

// 1 as similarities() writes it: a sum of three fits 16 bits.
inline constexpr int kSimilarityUnit = 8192;

// What select4() asks of a row's upper bound; see index/search_index.h for how it is made.
struct Select4Query {
  const int8_t* values;  // Q, within ±127, zeros up to 8 × groups
  int32_t offset;        // 15 · ΣQ
  float step;            // t
  float base;            // what all rows of the call have in common
  float error_factor;
  float threshold;
};

// The same for kCodeLanes queries at once.
struct Select8Queries {
  const int32_t* offsets;  // 128 · ΣQ
  const float* steps;
  const float* bases;
  const float* error_factors;
  const float* thresholds;
};

struct CodeKernels {
  // The largest magnitude of a query's values that tile8() takes.
  int tile_limit;

  // Blocks of 4-bit codes: of each block `groups` × 64 bytes of codes, then 16 float32 scales, then
  // 16 float32 errors. Byte 64 g + 4 r + i of a block holds in its low four bits the code of row r,
  // element 8 g + i, in its high four bits that of element 8 g + 4 + i. Writes to `found` the lanes
  // (16 × block + row) whose bound
  //   base + step · scale · (2 Σ code · Q − offset) + error · error_factor  ≥  threshold,
  // in ascending order, and returns how many there are. `found` has room for all.
  size_t (*select4)(const uint8_t* blocks, size_t block_bytes, size_t groups, size_t block_count,
                    const Select4Query& query, uint32_t* found) noexcept;

  // Σ codes[i] · high[i] and Σ codes[i] · low[i] over `bytes` elements, a multiple of 64. The
  // queries' values are within ±64.
  void (*dot8)(const uint8_t* codes, const int8_t* high, const int8_t* low, size_t bytes,
               int32_t sums[2]) noexcept;

  // Rows of 8-bit codes, `row_stride` bytes apart, with groups of kCodeLanes queries:
  //   sums[(r · group_count + g) · 16 + q] = Σ codes of row r · values of query q of group g,
  // over 4 × `quads` elements. A group is packed as [quads][16 queries][4 elements], groups follow
  // each other; values are within ±tile_limit.
  void (*tile8)(const uint8_t* rows, size_t row_stride, size_t row_count, const int8_t* groups,
                size_t group_count, size_t quads, int32_t* sums) noexcept;

  // For row_count rows with their scales and errors, and the sums of one group (sums_stride apart):
  // writes r · 16 + q to `found` where
  //   base + step · scale · (sum − offset) + error · error_factor  ≥  threshold
  // in ascending order, and returns how many there are. `found` has room for all.
  size_t (*select8)(const float* scales, const float* errors, size_t row_count, const int32_t* sums,
                    size_t sums_stride, const Select8Queries& queries, uint32_t* found) noexcept;

  // For row_count rows, a multiple of 16, and one group of queries, as in select8():
  //   out[q · out_stride + r] = kSimilarityUnit · (base + step · scale · (sum − offset)),
  // rounded to a whole number and cut to int16_t; what is no number counts as the largest.
  void (*similarities)(const float* scales, size_t row_count, const int32_t* sums,
                       size_t sums_stride, const Select8Queries& queries, int16_t* out,
                       size_t out_stride) noexcept;

  // Writes the i below `count`, a multiple of 32, with a[i] − b[i] + c[i] ≥ threshold to `found`,
  // in ascending order, and returns how many there are. a[i] − b[i], and then the sum, are
  // cut to int16_t.
  size_t (*select_sums)(const int16_t* a, const int16_t* b, const int16_t* c, size_t count,
                        int16_t threshold, uint32_t* found) noexcept;

  // out[i] = float(double(x[i]) · factor).
  void (*scale)(const float* x, double factor, float* out, size_t n) noexcept;

  // out[i] = a[i] − b[i]; returns the largest |out[i]|, 0 for n = 0. No value is NaN.
  float (*subtract)(const float* a, const float* b, float* out, size_t n) noexcept;

  // code[i] = x[i] · inverse_step + middle, rounded to a whole number (ties to even), within
  // [lowest, highest] ⊂ [0, 255]; residual[i] = x[i] − step · (code[i] − middle).
  void (*quantize)(const float* x, float inverse_step, float step, float middle, float lowest,
                   float highest, uint8_t* codes, float* residual, size_t n) noexcept;
};

extern const CodeKernels kScalarCodeKernels;
#if defined(__x86_64__)
extern const CodeKernels kAvx2CodeKernels;
extern const CodeKernels kAvx512CodeKernels;
#endif

}  // namespace wordvec::simd
