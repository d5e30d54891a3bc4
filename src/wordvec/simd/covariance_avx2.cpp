// AVX2 + FMA: the eight lanes are two registers of four doubles.
#include <immintrin.h>

#include "wordvec/simd/covariance.h"
#include "wordvec/simd/covariance_tiled.h"

namespace wordvec::simd {
namespace {

struct Avx2 {
  struct Lanes {
    __m256d low;   // lanes 0–3
    __m256d high;  // lanes 4–7
  };
  static Lanes zero() noexcept { return {_mm256_setzero_pd(), _mm256_setzero_pd()}; }
  static Lanes fill(double x) noexcept { return {_mm256_set1_pd(x), _mm256_set1_pd(x)}; }
  static Lanes widen(const float* x) noexcept {
    return {_mm256_cvtps_pd(_mm_loadu_ps(x)), _mm256_cvtps_pd(_mm_loadu_ps(x + 4))};
  }
  static Lanes widen_tail(const float* x, size_t count) noexcept {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lane);
    const __m256 values = _mm256_maskload_ps(x, mask);
    return {_mm256_cvtps_pd(_mm256_castps256_ps128(values)),
            _mm256_cvtps_pd(_mm256_extractf128_ps(values, 1))};
  }
  static Lanes load(const double* x) noexcept {
    return {_mm256_loadu_pd(x), _mm256_loadu_pd(x + 4)};
  }
  static void store(double* x, const Lanes& v) noexcept {
    _mm256_storeu_pd(x, v.low);
    _mm256_storeu_pd(x + 4, v.high);
  }
  static void store_floats(float* x, const Lanes& v) noexcept {
    _mm_storeu_ps(x, _mm256_cvtpd_ps(v.low));
    _mm_storeu_ps(x + 4, _mm256_cvtpd_ps(v.high));
  }
  static Lanes add(const Lanes& a, const Lanes& b) noexcept {
    return {_mm256_add_pd(a.low, b.low), _mm256_add_pd(a.high, b.high)};
  }
  static Lanes subtract(const Lanes& a, const Lanes& b) noexcept {
    return {_mm256_sub_pd(a.low, b.low), _mm256_sub_pd(a.high, b.high)};
  }
  static Lanes multiply(const Lanes& a, const Lanes& b) noexcept {
    return {_mm256_mul_pd(a.low, b.low), _mm256_mul_pd(a.high, b.high)};
  }
  static double reduce(const Lanes& sum) noexcept {
    const __m256d four = _mm256_add_pd(sum.low, sum.high);  // l0+l4, l1+l5, l2+l6, l3+l7
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
  }

  using Floats = __m256;
  using Doubles = __m256d;
  static constexpr size_t kFloats = 8;
  static constexpr size_t kDoubles = 4;
  static constexpr size_t kTileRows = 4;

  static Floats zero_floats() noexcept { return _mm256_setzero_ps(); }
  static Floats load_floats(const float* x) noexcept { return _mm256_loadu_ps(x); }
  static Floats broadcast(float x) noexcept { return _mm256_set1_ps(x); }
  static Floats multiply_add(Floats a, Floats b, Floats c) noexcept {
    return _mm256_fmadd_ps(a, b, c);
  }
  static void add_widened(double* sums, Floats v) noexcept {
    const Lanes wide = {_mm256_cvtps_pd(_mm256_castps256_ps128(v)),
                        _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1))};
    store(sums, add(load(sums), wide));
  }
  static Doubles load_doubles(const double* x) noexcept { return _mm256_loadu_pd(x); }
  static void store_doubles(double* x, Doubles v) noexcept { _mm256_storeu_pd(x, v); }
  static Doubles broadcast(double x) noexcept { return _mm256_set1_pd(x); }
  static Doubles multiply_add(Doubles a, Doubles b, Doubles c) noexcept {
    return _mm256_fmadd_pd(a, b, c);
  }
};

}  // namespace

const CovarianceKernels kAvx2Covariance = {
    TiledCovariance<Avx2>::centre,     TiledCovariance<Avx2>::add_float,
    TiledCovariance<Avx2>::add_double, TiledCovariance<Avx2>::project,
    TiledCovariance<Avx2>::add_image,  TiledCovariance<Avx2>::add_images};

}  // namespace wordvec::simd
