// AVX2 + FMA: the eight lanes are two registers of four doubles.
#include <immintrin.h>

#include "wordvec/simd/kernels.h"
#include "wordvec/simd/kernels_tiled.h"

namespace wordvec::simd {
namespace {

struct Avx2 {
  struct Lanes {
    __m256d low;   // lanes 0–3
    __m256d high;  // lanes 4–7
  };
  static constexpr size_t kTileRows = 2;
  static constexpr size_t kTileQueries = 2;

  static Lanes zero() noexcept { return {_mm256_setzero_pd(), _mm256_setzero_pd()}; }
  static Lanes load(const float* x) noexcept { return {widen(x), widen(x + 4)}; }
  static Lanes load_tail(const float* x, size_t count) noexcept {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lane);
    const __m256 values = _mm256_maskload_ps(x, mask);
    return {_mm256_cvtps_pd(_mm256_castps256_ps128(values)),
            _mm256_cvtps_pd(_mm256_extractf128_ps(values, 1))};
  }
  static void accumulate(Lanes& sum, const Lanes& a, const Lanes& b) noexcept {
    sum.low = _mm256_fmadd_pd(a.low, b.low, sum.low);
    sum.high = _mm256_fmadd_pd(a.high, b.high, sum.high);
  }
  static double reduce(const Lanes& sum) noexcept {
    const __m256d four = _mm256_add_pd(sum.low, sum.high);  // l0+l4, l1+l5, l2+l6, l3+l7
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
  }

  using Vector = __m256d;
  static constexpr size_t kDoubles = 4;

  static Vector widen(const float* x) noexcept { return _mm256_cvtps_pd(_mm_loadu_ps(x)); }
  static Vector load_doubles(const double* x) noexcept { return _mm256_loadu_pd(x); }
  static void store_doubles(double* x, Vector v) noexcept { _mm256_storeu_pd(x, v); }
  static Vector broadcast(double x) noexcept { return _mm256_set1_pd(x); }
  static Vector add(Vector a, Vector b) noexcept { return _mm256_add_pd(a, b); }
  static Vector multiply(Vector a, Vector b) noexcept { return _mm256_mul_pd(a, b); }
};

}  // namespace

const Kernels kAvx2Kernels = {"avx2",
                              Tiled<Avx2>::dot,
                              Tiled<Avx2>::scan,
                              Tiled<Avx2>::axpy,
                              Tiled<Avx2>::axpy_rows,
                              &kAvx2CodeKernels,
                              &kAvx2Covariance,
                              &kAvx2TextKernels};

}  // namespace wordvec::simd
