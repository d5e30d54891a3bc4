// AVX2: products of bytes are summed in pairs into 16-bit lanes, which must not saturate: a code of
// 4 bits leaves room for any query, one of 8 bits for queries within ±64.
#include <immintrin.h>
#include <string.h>

#include "wordvec/simd/code_kernels.h"
#include "wordvec/simd/transpose16.h"

namespace wordvec::simd {
namespace {

__m256i load(const void* bytes) noexcept {
  return _mm256_loadu_si256(static_cast<const __m256i*>(bytes));
}

__m256i broadcast_quad(const void* bytes) noexcept {
  int32_t quad;
  memcpy(&quad, bytes, sizeof quad);
  return _mm256_set1_epi32(quad);
}

size_t write_lanes(__m256 bound, __m256 threshold, size_t first, uint32_t* found) noexcept {
  size_t count = 0;
  const int lanes = _mm256_movemask_ps(_mm256_cmp_ps(bound, threshold, _CMP_GE_OQ));
  for (auto rest = static_cast<unsigned>(lanes); rest != 0; rest &= rest - 1) {
    found[count++] = static_cast<uint32_t>(first) + static_cast<uint32_t>(__builtin_ctz(rest));
  }
  return count;
}

// Half a block: eight rows.
__m256i sum4(const uint8_t* codes, size_t groups, const int8_t* query) noexcept {
  // A group adds at most 4 · 15 · 127 = 7,620 to a 16-bit lane: four of them fit.
  constexpr size_t kGroupsThatFit = 4;
  const __m256i low_bits = _mm256_set1_epi8(15);
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i sum = _mm256_setzero_si256();
  for (size_t g = 0; g < groups;) {
    const size_t end = groups - g < kGroupsThatFit ? groups : g + kGroupsThatFit;
    __m256i narrow = _mm256_setzero_si256();
    for (; g < end; ++g) {
      const __m256i pair = load(codes + 64 * g);
      _mm_prefetch(reinterpret_cast<const char*>(codes + 64 * g + kPrefetchBytes), _MM_HINT_T0);
      const __m256i first = _mm256_and_si256(pair, low_bits);
      const __m256i second = _mm256_and_si256(_mm256_srli_epi16(pair, 4), low_bits);
      narrow = _mm256_add_epi16(narrow, _mm256_maddubs_epi16(first, broadcast_quad(query + 8 * g)));
      narrow =
          _mm256_add_epi16(narrow, _mm256_maddubs_epi16(second, broadcast_quad(query + 8 * g + 4)));
    }
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(narrow, ones));
  }
  return sum;
}

size_t select4(const uint8_t* blocks, size_t block_bytes, size_t groups, size_t block_count,
               const Select4Query& query, uint32_t* found) noexcept {
  const __m256 step = _mm256_set1_ps(query.step);
  const __m256 base = _mm256_set1_ps(query.base);
  const __m256 error_factor = _mm256_set1_ps(query.error_factor);
  const __m256 threshold = _mm256_set1_ps(query.threshold);
  size_t count = 0;
  for (size_t b = 0; b < block_count; ++b) {
    const uint8_t* block = blocks + b * block_bytes;
    const auto* scales = reinterpret_cast<const float*>(block + groups * 64);
    for (size_t half = 0; half < 2; ++half) {
      const __m256i sum = sum4(block + 32 * half, groups, query.values);
      const __m256 product = _mm256_cvtepi32_ps(
          _mm256_sub_epi32(_mm256_add_epi32(sum, sum), _mm256_set1_epi32(query.offset)));
      const __m256 scale = _mm256_mul_ps(_mm256_loadu_ps(scales + 8 * half), step);
      const __m256 error = _mm256_loadu_ps(scales + kCodeLanes + 8 * half);
      const __m256 bound =
          _mm256_fmadd_ps(error, error_factor, _mm256_fmadd_ps(scale, product, base));
      count += write_lanes(bound, threshold, b * kCodeLanes + 8 * half, found + count);
    }
  }
  return count;
}

int32_t reduce(__m256i sum) noexcept {
  __m128i four = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
  four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xb1));
  return _mm_cvtsi128_si32(four);
}

// sum + the products of codes and values within ±64, four to a lane.
__m256i add_products(__m256i sum, __m256i codes, __m256i values) noexcept {
  return _mm256_add_epi32(
      sum, _mm256_madd_epi16(_mm256_maddubs_epi16(codes, values), _mm256_set1_epi16(1)));
}

void dot8(const uint8_t* codes, const int8_t* high, const int8_t* low, size_t bytes,
          int32_t sums[2]) noexcept {
  __m256i high_sum = _mm256_setzero_si256();
  __m256i low_sum = _mm256_setzero_si256();
  for (size_t i = 0; i < bytes; i += 32) {
    const __m256i row = load(codes + i);
    high_sum = add_products(high_sum, row, load(high + i));
    low_sum = add_products(low_sum, row, load(low + i));
  }
  sums[0] = reduce(high_sum);
  sums[1] = reduce(low_sum);
}

template <size_t kRows>
void tile(const uint8_t* rows, size_t row_stride, const int8_t* group, size_t quads, int32_t* sums,
          size_t sums_stride) noexcept {
  __m256i sum[kRows][2];
  for (size_t r = 0; r < kRows; ++r) sum[r][0] = sum[r][1] = _mm256_setzero_si256();
  for (size_t d = 0; d < quads; ++d) {
    const __m256i first = load(group + d * 64);
    const __m256i second = load(group + d * 64 + 32);
    for (size_t r = 0; r < kRows; ++r) {
      const __m256i row = broadcast_quad(rows + r * row_stride + 4 * d);
      sum[r][0] = add_products(sum[r][0], row, first);
      sum[r][1] = add_products(sum[r][1], row, second);
    }
  }
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t half = 0; half < 2; ++half) {
      auto* out = reinterpret_cast<__m256i*>(sums + r * sums_stride + 8 * half);
      _mm256_storeu_si256(out, sum[r][half]);
    }
  }
}

void tile8(const uint8_t* rows, size_t row_stride, size_t row_count, const int8_t* groups,
           size_t group_count, size_t quads, int32_t* sums) noexcept {
  constexpr size_t kRows = 5;
  const size_t sums_stride = group_count * kCodeLanes;
  for (size_t g = 0; g < group_count; ++g) {
    const int8_t* group = groups + g * quads * 64;
    int32_t* out = sums + g * kCodeLanes;
    size_t r = 0;
    for (; r + kRows <= row_count; r += kRows) {
      tile<kRows>(rows + r * row_stride, row_stride, group, quads, out + r * sums_stride,
                  sums_stride);
    }
    for (; r < row_count; ++r) {
      tile<1>(rows + r * row_stride, row_stride, group, quads, out + r * sums_stride, sums_stride);
    }
  }
}

size_t select8(const float* scales, const float* errors, size_t row_count, const int32_t* sums,
               size_t sums_stride, const Select8Queries& queries, uint32_t* found) noexcept {
  size_t count = 0;
  for (size_t r = 0; r < row_count; ++r) {
    const __m256 scale = _mm256_set1_ps(scales[r]);
    const __m256 error = _mm256_set1_ps(errors[r]);
    for (size_t q = 0; q < kCodeLanes; q += 8) {
      const __m256 product = _mm256_cvtepi32_ps(
          _mm256_sub_epi32(load(sums + r * sums_stride + q), load(queries.offsets + q)));
      const __m256 step = _mm256_mul_ps(scale, _mm256_loadu_ps(queries.steps + q));
      const __m256 bound =
          _mm256_fmadd_ps(error, _mm256_loadu_ps(queries.error_factors + q),
                          _mm256_fmadd_ps(step, product, _mm256_loadu_ps(queries.bases + q)));
      count += write_lanes(bound, _mm256_loadu_ps(queries.thresholds + q), r * kCodeLanes + q,
                           found + count);
    }
  }
  return count;
}

void similarities(const float* scales, size_t row_count, const int32_t* sums, size_t sums_stride,
                  const Select8Queries& queries, int16_t* out, size_t out_stride) noexcept {
  const __m256 unit = _mm256_set1_ps(kSimilarityUnit);
  for (size_t r = 0; r < row_count; r += kCodeLanes) {
    __m256i block[kCodeLanes];
    for (size_t i = 0; i < kCodeLanes; ++i) {
      const __m256 scale = _mm256_set1_ps(scales[r + i]);
      const __m256 scaled_unit = _mm256_mul_ps(scale, unit);
      __m256i half[2];
      for (size_t h = 0; h < 2; ++h) {
        const __m256 product = _mm256_cvtepi32_ps(_mm256_sub_epi32(
            load(sums + (r + i) * sums_stride + 8 * h), load(queries.offsets + 8 * h)));
        const __m256 step = _mm256_mul_ps(scaled_unit, _mm256_loadu_ps(queries.steps + 8 * h));
        const __m256 base = _mm256_mul_ps(unit, _mm256_loadu_ps(queries.bases + 8 * h));
        // Cut before the conversion: what is too large for it would come out negative.
        const __m256 cut =
            _mm256_min_ps(_mm256_fmadd_ps(step, product, base), _mm256_set1_ps(INT16_MAX));
        half[h] = _mm256_cvtps_epi32(cut);
      }
      // packs works on 128 bits at a time: 0–3, 8–11, 4–7, 12–15 come out, and are put in order.
      block[i] = _mm256_permute4x64_epi64(_mm256_packs_epi32(half[0], half[1]), 0xd8);
    }
    transpose16(block, out + r, out_stride);
  }
}

size_t select_sums(const int16_t* a, const int16_t* b, const int16_t* c, size_t count,
                   int16_t threshold, uint32_t* found) noexcept {
  const __m256i below = _mm256_set1_epi16(threshold);
  size_t found_count = 0;
  for (size_t i = 0; i < count; i += 16) {
    const __m256i sum = _mm256_adds_epi16(_mm256_subs_epi16(load(a + i), load(b + i)), load(c + i));
    // sum ≥ threshold where the greater of both is the sum; two bits of the mask for each.
    const __m256i enough = _mm256_cmpeq_epi16(_mm256_max_epi16(sum, below), sum);
    auto rest = static_cast<unsigned>(_mm256_movemask_epi8(enough)) & 0x55555555U;
    for (; rest != 0; rest &= rest - 1) {
      found[found_count++] =
          static_cast<uint32_t>(i) + static_cast<uint32_t>(__builtin_ctz(rest)) / 2;
    }
  }
  return found_count;
}

// The first `count` < 8 floats, then zeros.
__m256i tail_mask(size_t count) noexcept {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count < 8 ? count : 8)), lane);
}

void scale(const float* x, double factor, float* out, size_t n) noexcept {
  const __m256d f = _mm256_set1_pd(factor);
  for (size_t i = 0; i < n; i += 8) {
    const __m256i mask = tail_mask(n - i);
    const __m256 values = _mm256_maskload_ps(x + i, mask);
    const __m256d low = _mm256_mul_pd(_mm256_cvtps_pd(_mm256_castps256_ps128(values)), f);
    const __m256d high = _mm256_mul_pd(_mm256_cvtps_pd(_mm256_extractf128_ps(values, 1)), f);
    const __m256 scaled = _mm256_set_m128(_mm256_cvtpd_ps(high), _mm256_cvtpd_ps(low));
    _mm256_maskstore_ps(out + i, mask, scaled);
  }
}

float subtract(const float* a, const float* b, float* out, size_t n) noexcept {
  const __m256 sign = _mm256_set1_ps(-0.0F);
  __m256 largest = _mm256_setzero_ps();
  for (size_t i = 0; i < n; i += 8) {
    const __m256i mask = tail_mask(n - i);
    const __m256 difference =
        _mm256_sub_ps(_mm256_maskload_ps(a + i, mask), _mm256_maskload_ps(b + i, mask));
    _mm256_maskstore_ps(out + i, mask, difference);
    largest = _mm256_max_ps(largest, _mm256_andnot_ps(sign, difference));
  }
  alignas(32) float lanes[8];
  _mm256_store_ps(lanes, largest);
  float result = 0;
  for (const float lane : lanes) result = lane > result ? lane : result;
  return result;
}

void quantize(const float* x, float inverse_step, float step, float middle, float lowest,
              float highest, uint8_t* codes, float* residual, size_t n) noexcept {
  const __m256 m = _mm256_set1_ps(middle);
  for (size_t i = 0; i < n; i += 8) {
    const __m256i mask = tail_mask(n - i);
    const __m256 value = _mm256_maskload_ps(x + i, mask);
    const __m256 scaled = _mm256_mul_ps(value, _mm256_set1_ps(inverse_step));
    __m256 code =
        _mm256_round_ps(_mm256_add_ps(scaled, m), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    code = _mm256_max_ps(code, _mm256_set1_ps(lowest));
    code = _mm256_min_ps(code, _mm256_set1_ps(highest));
    const __m256i wide = _mm256_cvtps_epi32(code);
    const __m128i narrow =
        _mm_packus_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
    uint8_t bytes[16];
    _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes), _mm_packus_epi16(narrow, narrow));
    memcpy(codes + i, bytes, n - i < 8 ? n - i : 8);
    const __m256 product = _mm256_mul_ps(_mm256_set1_ps(step), _mm256_sub_ps(code, m));
    _mm256_maskstore_ps(residual + i, mask, _mm256_sub_ps(value, product));
  }
}

}  // namespace

const CodeKernels kAvx2CodeKernels = {64,           select4,     dot8,  tile8,    select8,
                                      similarities, select_sums, scale, subtract, quantize};

}  // namespace wordvec::simd
