// AVX-512 with VNNI: products of bytes are summed four at a time into 32-bit lanes.
#include <immintrin.h>
#include <string.h>

#include "wordvec/simd/code_kernels.h"
#include "wordvec/simd/transpose16.h"

namespace wordvec::simd {
namespace {

__m512i broadcast_quad(const void* bytes) noexcept {
  int32_t quad;
  memcpy(&quad, bytes, sizeof quad);
  return _mm512_set1_epi32(quad);
}

__mmask16 first_lanes(size_t count) noexcept {
  return static_cast<__mmask16>((1U << count) - 1);
}

size_t write_lanes(__mmask16 lanes, size_t first, uint32_t* found) noexcept {
  size_t count = 0;
  for (unsigned rest = lanes; rest != 0; rest &= rest - 1) {
    found[count++] = static_cast<uint32_t>(first) + static_cast<uint32_t>(__builtin_ctz(rest));
  }
  return count;
}

size_t select4(const uint8_t* blocks, size_t block_bytes, size_t groups, size_t block_count,
               const Select4Query& query, uint32_t* found) noexcept {
  const __m512i low_bits = _mm512_set1_epi8(15);
  const __m512 step = _mm512_set1_ps(query.step);
  const __m512 base = _mm512_set1_ps(query.base);
  const __m512 error_factor = _mm512_set1_ps(query.error_factor);
  const __m512 threshold = _mm512_set1_ps(query.threshold);
  size_t count = 0;
  for (size_t b = 0; b < block_count; ++b) {
    const uint8_t* block = blocks + b * block_bytes;
    __m512i even = _mm512_setzero_si512();
    __m512i odd = _mm512_setzero_si512();
    for (size_t g = 0; g < groups; ++g) {
      const __m512i pair = _mm512_loadu_si512(block + 64 * g);
      _mm_prefetch(reinterpret_cast<const char*>(block + 64 * g + kPrefetchBytes), _MM_HINT_T0);
      const __m512i first = _mm512_and_si512(pair, low_bits);
      const __m512i second = _mm512_and_si512(_mm512_srli_epi16(pair, 4), low_bits);
      even = _mm512_dpbusd_epi32(even, first, broadcast_quad(query.values + 8 * g));
      odd = _mm512_dpbusd_epi32(odd, second, broadcast_quad(query.values + 8 * g + 4));
    }
    const __m512i sum = _mm512_add_epi32(even, odd);
    const __m512 product = _mm512_cvtepi32_ps(
        _mm512_sub_epi32(_mm512_add_epi32(sum, sum), _mm512_set1_epi32(query.offset)));
    const uint8_t* scales = block + groups * 64;
    const __m512 scale = _mm512_mul_ps(_mm512_loadu_ps(scales), step);
    const __m512 error = _mm512_loadu_ps(scales + 64);
    const __m512 bound =
        _mm512_fmadd_ps(error, error_factor, _mm512_fmadd_ps(scale, product, base));
    const __mmask16 lanes = _mm512_cmp_ps_mask(bound, threshold, _CMP_GE_OQ);
    count += write_lanes(lanes, b * kCodeLanes, found + count);
  }
  return count;
}

void dot8(const uint8_t* codes, const int8_t* high, const int8_t* low, size_t bytes,
          int32_t sums[2]) noexcept {
  __m512i high_sum = _mm512_setzero_si512();
  __m512i low_sum = _mm512_setzero_si512();
  for (size_t i = 0; i < bytes; i += 64) {
    const __m512i row = _mm512_loadu_si512(codes + i);
    high_sum = _mm512_dpbusd_epi32(high_sum, row, _mm512_loadu_si512(high + i));
    low_sum = _mm512_dpbusd_epi32(low_sum, row, _mm512_loadu_si512(low + i));
  }
  sums[0] = _mm512_reduce_add_epi32(high_sum);
  sums[1] = _mm512_reduce_add_epi32(low_sum);
}

// sum + the products of unsigned and signed bytes, four to a lane. In assembly, since g++ 12 copies
// and spills the sums of a tile around its own function for this instruction.
__m512i add_products(__m512i sum, __m512i codes, __m512i values) noexcept {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(codes), "v"(values));
  return sum;
}

// kRows × kGroups sums stay in registers.
template <size_t kRows, size_t kGroups>
void tile(const uint8_t* rows, size_t row_stride, const int8_t* groups, size_t quads, int32_t* sums,
          size_t sums_stride) noexcept {
  __m512i sum[kRows][kGroups];
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t g = 0; g < kGroups; ++g) sum[r][g] = _mm512_setzero_si512();
  }
  for (size_t d = 0; d < quads; ++d) {
    __m512i query[kGroups];
    for (size_t g = 0; g < kGroups; ++g) {
      query[g] = _mm512_loadu_si512(groups + (g * quads + d) * 64);
    }
    for (size_t r = 0; r < kRows; ++r) {
      const __m512i row = broadcast_quad(rows + r * row_stride + 4 * d);
      for (size_t g = 0; g < kGroups; ++g) {
        sum[r][g] = add_products(sum[r][g], row, query[g]);
      }
    }
  }
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t g = 0; g < kGroups; ++g) {
      _mm512_storeu_si512(sums + r * sums_stride + g * kCodeLanes, sum[r][g]);
    }
  }
}

template <size_t kGroups>
void tile_rows(const uint8_t* rows, size_t row_stride, size_t row_count, const int8_t* groups,
               size_t quads, int32_t* sums, size_t sums_stride) noexcept {
  constexpr size_t kRows = 12;  // more addresses than this do not fit the general registers
  size_t r = 0;
  for (; r + kRows <= row_count; r += kRows) {
    tile<kRows, kGroups>(rows + r * row_stride, row_stride, groups, quads, sums + r * sums_stride,
                         sums_stride);
  }
  for (; r + 4 <= row_count; r += 4) {
    tile<4, kGroups>(rows + r * row_stride, row_stride, groups, quads, sums + r * sums_stride,
                     sums_stride);
  }
  for (; r < row_count; ++r) {
    tile<1, kGroups>(rows + r * row_stride, row_stride, groups, quads, sums + r * sums_stride,
                     sums_stride);
  }
}

void tile8(const uint8_t* rows, size_t row_stride, size_t row_count, const int8_t* groups,
           size_t group_count, size_t quads, int32_t* sums) noexcept {
  const size_t sums_stride = group_count * kCodeLanes;
  size_t g = 0;
  for (; g + 2 <= group_count; g += 2) {
    tile_rows<2>(rows, row_stride, row_count, groups + g * quads * 64, quads, sums + g * kCodeLanes,
                 sums_stride);
  }
  if (g < group_count) {
    tile_rows<1>(rows, row_stride, row_count, groups + g * quads * 64, quads, sums + g * kCodeLanes,
                 sums_stride);
  }
}

size_t select8(const float* scales, const float* errors, size_t row_count, const int32_t* sums,
               size_t sums_stride, const Select8Queries& queries, uint32_t* found) noexcept {
  const __m512i offsets = _mm512_loadu_si512(queries.offsets);
  const __m512 steps = _mm512_loadu_ps(queries.steps);
  const __m512 bases = _mm512_loadu_ps(queries.bases);
  const __m512 error_factors = _mm512_loadu_ps(queries.error_factors);
  const __m512 thresholds = _mm512_loadu_ps(queries.thresholds);
  const auto lanes_of = [&](size_t r) {
    const __m512 product =
        _mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_loadu_si512(sums + r * sums_stride), offsets));
    const __m512 scale = _mm512_mul_ps(_mm512_set1_ps(scales[r]), steps);
    const __m512 bound = _mm512_fmadd_ps(_mm512_set1_ps(errors[r]), error_factors,
                                         _mm512_fmadd_ps(scale, product, bases));
    return _mm512_cmp_ps_mask(bound, thresholds, _CMP_GE_OQ);
  };
  size_t count = 0;
  size_t r = 0;
  // Nearly all rows are below: four of them take one branch.
  for (; r + 4 <= row_count; r += 4) {
    const __mmask16 lanes[4] = {lanes_of(r), lanes_of(r + 1), lanes_of(r + 2), lanes_of(r + 3)};
    if ((lanes[0] | lanes[1] | lanes[2] | lanes[3]) == 0) continue;
    for (size_t i = 0; i < 4; ++i) {
      count += write_lanes(lanes[i], (r + i) * kCodeLanes, found + count);
    }
  }
  for (; r < row_count; ++r) count += write_lanes(lanes_of(r), r * kCodeLanes, found + count);
  return count;
}

void similarities(const float* scales, size_t row_count, const int32_t* sums, size_t sums_stride,
                  const Select8Queries& queries, int16_t* out, size_t out_stride) noexcept {
  const __m512i offsets = _mm512_loadu_si512(queries.offsets);
  const __m512 unit = _mm512_set1_ps(kSimilarityUnit);
  const __m512 steps = _mm512_mul_ps(_mm512_loadu_ps(queries.steps), unit);
  const __m512 bases = _mm512_mul_ps(_mm512_loadu_ps(queries.bases), unit);
  for (size_t r = 0; r < row_count; r += kCodeLanes) {
    __m256i block[kCodeLanes];
    for (size_t i = 0; i < kCodeLanes; ++i) {
      const __m512 scale = _mm512_set1_ps(scales[r + i]);
      const __m512 product = _mm512_cvtepi32_ps(
          _mm512_sub_epi32(_mm512_loadu_si512(sums + (r + i) * sums_stride), offsets));
      const __m512 similarity = _mm512_fmadd_ps(_mm512_mul_ps(scale, steps), product, bases);
      // Cut before the conversion: what is too large for it would come out negative.
      const __m512 cut = _mm512_min_ps(similarity, _mm512_set1_ps(INT16_MAX));
      block[i] = _mm512_cvtsepi32_epi16(_mm512_cvtps_epi32(cut));
    }
    transpose16(block, out + r, out_stride);
  }
}

size_t select_sums(const int16_t* a, const int16_t* b, const int16_t* c, size_t count,
                   int16_t threshold, uint32_t* found) noexcept {
  const __m512i least = _mm512_set1_epi16(threshold);
  size_t found_count = 0;
  for (size_t i = 0; i < count; i += 32) {
    const __m512i difference =
        _mm512_subs_epi16(_mm512_loadu_si512(a + i), _mm512_loadu_si512(b + i));
    const __m512i sum = _mm512_adds_epi16(difference, _mm512_loadu_si512(c + i));
    for (unsigned rest = _mm512_cmpge_epi16_mask(sum, least); rest != 0; rest &= rest - 1) {
      found[found_count++] = static_cast<uint32_t>(i) + static_cast<uint32_t>(__builtin_ctz(rest));
    }
  }
  return found_count;
}

void scale(const float* x, double factor, float* out, size_t n) noexcept {
  const __m512d f = _mm512_set1_pd(factor);
  for (size_t i = 0; i < n; i += 8) {
    const auto lanes = static_cast<__mmask8>(n - i >= 8 ? 0xff : first_lanes(n - i));
    const __m512d values = _mm512_cvtps_pd(_mm256_maskz_loadu_ps(lanes, x + i));
    _mm256_mask_storeu_ps(out + i, lanes, _mm512_cvtpd_ps(_mm512_mul_pd(values, f)));
  }
}

float subtract(const float* a, const float* b, float* out, size_t n) noexcept {
  __m512 largest = _mm512_setzero_ps();
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 lanes = n - i >= 16 ? 0xffff : first_lanes(n - i);
    const __m512 difference =
        _mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, a + i), _mm512_maskz_loadu_ps(lanes, b + i));
    _mm512_mask_storeu_ps(out + i, lanes, difference);
    largest = _mm512_max_ps(largest, _mm512_abs_ps(difference));
  }
  return _mm512_reduce_max_ps(largest);
}

void quantize(const float* x, float inverse_step, float step, float middle, float lowest,
              float highest, uint8_t* codes, float* residual, size_t n) noexcept {
  constexpr int kNearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
  const __m512 m = _mm512_set1_ps(middle);
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 lanes = n - i >= 16 ? 0xffff : first_lanes(n - i);
    const __m512 value = _mm512_maskz_loadu_ps(lanes, x + i);
    const __m512 scaled = _mm512_mul_ps(value, _mm512_set1_ps(inverse_step));
    __m512 code = _mm512_roundscale_ps(_mm512_add_ps(scaled, m), kNearest);
    code = _mm512_max_ps(code, _mm512_set1_ps(lowest));
    code = _mm512_min_ps(code, _mm512_set1_ps(highest));
    _mm512_mask_cvtepi32_storeu_epi8(codes + i, lanes, _mm512_cvtps_epi32(code));
    const __m512 product = _mm512_mul_ps(_mm512_set1_ps(step), _mm512_sub_ps(code, m));
    _mm512_mask_storeu_ps(residual + i, lanes, _mm512_sub_ps(value, product));
  }
}

}  // namespace

const CodeKernels kAvx512CodeKernels = {127,          select4,     dot8,  tile8,    select8,
                                        similarities, select_sums, scale, subtract, quantize};

}  // namespace wordvec::simd
