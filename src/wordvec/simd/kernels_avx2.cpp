// AVX2 + FMA: the eight lanes are two registers of four doubles.
#include <immintrin.h>

#include "wordvec/simd/kernels.h"

namespace wordvec::simd {
namespace {

constexpr size_t kLanes = 4;  // doubles in a register
constexpr size_t kScatterRows = 4;

struct Lanes {
  __m256d low;   // lanes 0–3
  __m256d high;  // lanes 4–7
};

inline Lanes zero() noexcept {
  return {_mm256_setzero_pd(), _mm256_setzero_pd()};
}

inline Lanes load(const float* x) noexcept {
  return {_mm256_cvtps_pd(_mm_loadu_ps(x)), _mm256_cvtps_pd(_mm_loadu_ps(x + 4))};
}

// The first `count` < 8 elements, then zeros; adding their products leaves a lane as it is.
inline Lanes load_tail(const float* x, size_t count) noexcept {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lane);
  const __m256 values = _mm256_maskload_ps(x, mask);
  return {_mm256_cvtps_pd(_mm256_castps256_ps128(values)),
          _mm256_cvtps_pd(_mm256_extractf128_ps(values, 1))};
}

inline void accumulate(Lanes& sum, const Lanes& a, const Lanes& b) noexcept {
  sum.low = _mm256_fmadd_pd(a.low, b.low, sum.low);
  sum.high = _mm256_fmadd_pd(a.high, b.high, sum.high);
}

inline double reduce(const Lanes& sum) noexcept {
  const __m256d four = _mm256_add_pd(sum.low, sum.high);  // l0+l4, l1+l5, l2+l6, l3+l7
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}

double dot(const float* a, const float* b, size_t n) noexcept {
  Lanes sum = zero();
  size_t i = 0;
  for (; i + 8 <= n; i += 8) accumulate(sum, load(a + i), load(b + i));
  if (i < n) accumulate(sum, load_tail(a + i, n - i), load_tail(b + i, n - i));
  return reduce(sum);
}

// kRows × kQueries dot products at once: independent sums hide the latency of the additions.
template <size_t kRows, size_t kQueries>
inline void tile(const float* rows, size_t row_stride, const float* queries, size_t query_stride,
                 size_t dim, double* dots, size_t dots_stride) noexcept {
  Lanes sum[kRows][kQueries];
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t q = 0; q < kQueries; ++q) sum[r][q] = zero();
  }
  const auto step = [&](auto load_at) {
    Lanes query[kQueries];
    for (size_t q = 0; q < kQueries; ++q) query[q] = load_at(queries + q * query_stride);
    for (size_t r = 0; r < kRows; ++r) {
      const Lanes row = load_at(rows + r * row_stride);
      for (size_t q = 0; q < kQueries; ++q) accumulate(sum[r][q], row, query[q]);
    }
  };
  size_t i = 0;
  for (; i + 8 <= dim; i += 8) step([i](const float* x) { return load(x + i); });
  if (i < dim) step([i, dim](const float* x) { return load_tail(x + i, dim - i); });
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t q = 0; q < kQueries; ++q) dots[q * dots_stride + r] = reduce(sum[r][q]);
  }
}

// All rows with kQueries queries, kRows at a time.
template <size_t kRows, size_t kQueries>
inline void scan_queries(const float* rows, size_t row_stride, size_t row_count,
                         const float* queries, size_t query_stride, size_t dim, double* dots,
                         size_t dots_stride) noexcept {
  size_t r = 0;
  for (; r + kRows <= row_count; r += kRows) {
    tile<kRows, kQueries>(rows + r * row_stride, row_stride, queries, query_stride, dim, dots + r,
                          dots_stride);
  }
  for (; r < row_count; ++r) {
    tile<1, kQueries>(rows + r * row_stride, row_stride, queries, query_stride, dim, dots + r,
                      dots_stride);
  }
}

// The first queries read the rows one by one, front to back, as the processor's prefetching wants
// them: several rows at a time come from memory at half the speed. The other queries find the rows
// in the cache.
void scan(const float* rows, size_t row_stride, size_t row_count, const float* queries,
          size_t query_stride, size_t query_count, size_t dim, double* dots,
          size_t dots_stride) noexcept {
  constexpr size_t kGroup = 2;
  if (query_count == 0) return;
  size_t done = 0;
  switch (query_count % kGroup) {
    case 1:
      scan_queries<1, 1>(rows, row_stride, row_count, queries, query_stride, dim, dots,
                         dots_stride);
      done = 1;
      break;
    default:
      scan_queries<1, kGroup>(rows, row_stride, row_count, queries, query_stride, dim, dots,
                              dots_stride);
      done = kGroup;
      break;
  }
  for (; done < query_count; done += kGroup) {
    scan_queries<2, kGroup>(rows, row_stride, row_count, queries + done * query_stride,
                            query_stride, dim, dots + done * dots_stride, dots_stride);
  }
}

void axpy(double weight, const float* x, double* y, size_t n) noexcept {
  const __m256d w = _mm256_set1_pd(weight);
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const __m256d product = _mm256_mul_pd(w, _mm256_cvtps_pd(_mm_loadu_ps(x + i)));
    _mm256_storeu_pd(y + i, _mm256_add_pd(_mm256_loadu_pd(y + i), product));
  }
  for (; i < n; ++i) {
    const double product = weight * static_cast<double>(x[i]);
    y[i] += product;
  }
}

// 4 × (4 kVectors) elements of the sums, at column i and column j, stay in registers while the
// rows pass.
template <size_t kVectors>
inline void scatter_tile(const double* block, size_t row_count, size_t width, size_t i, size_t j,
                         double* sums) noexcept {
  __m256d sum[kScatterRows][kVectors];
  for (size_t a = 0; a < kScatterRows; ++a) {
    for (size_t b = 0; b < kVectors; ++b) {
      sum[a][b] = _mm256_loadu_pd(sums + (i + a) * width + j + b * kLanes);
    }
  }
  for (size_t r = 0; r < row_count; ++r) {
    const double* row = block + r * width;
    __m256d right[kVectors];
    for (size_t b = 0; b < kVectors; ++b) right[b] = _mm256_loadu_pd(row + j + b * kLanes);
    for (size_t a = 0; a < kScatterRows; ++a) {
      const __m256d left = _mm256_set1_pd(row[i + a]);
      for (size_t b = 0; b < kVectors; ++b) {
        sum[a][b] = _mm256_fmadd_pd(left, right[b], sum[a][b]);
      }
    }
  }
  for (size_t a = 0; a < kScatterRows; ++a) {
    for (size_t b = 0; b < kVectors; ++b) {
      _mm256_storeu_pd(sums + (i + a) * width + j + b * kLanes, sum[a][b]);
    }
  }
}

void add_scatter(const double* block, size_t row_count, size_t width, double* sums) noexcept {
  constexpr size_t kTileColumns = 3 * kLanes;
  size_t j = 0;
  for (; j + kTileColumns <= width; j += kTileColumns) {
    for (size_t i = 0; i < j + kTileColumns; i += kScatterRows) {
      scatter_tile<3>(block, row_count, width, i, j, sums);
    }
  }
  for (; j < width; j += kLanes) {
    for (size_t i = 0; i < j + kLanes; i += kScatterRows) {
      scatter_tile<1>(block, row_count, width, i, j, sums);
    }
  }
}

}  // namespace

const Kernels kAvx2Kernels = {"avx2", dot, scan, axpy, add_scatter};

}  // namespace wordvec::simd
