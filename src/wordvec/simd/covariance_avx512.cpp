// AVX-512 (F, DQ, VL): the eight lanes are one register of eight doubles.
#include <immintrin.h>

#include "wordvec/simd/covariance.h"
#include "wordvec/simd/covariance_tiled.h"

namespace wordvec::simd {
namespace {

struct Avx512 {
  using Lanes = __m512d;
  static Lanes zero() noexcept { return _mm512_setzero_pd(); }
  static Lanes fill(double x) noexcept { return _mm512_set1_pd(x); }
  static Lanes widen(const float* x) noexcept { return _mm512_cvtps_pd(_mm256_loadu_ps(x)); }
  static Lanes widen_tail(const float* x, size_t count) noexcept {
    const auto mask = static_cast<__mmask8>((1U << count) - 1);
    return _mm512_cvtps_pd(_mm256_maskz_loadu_ps(mask, x));
  }
  static Lanes load(const double* x) noexcept { return _mm512_loadu_pd(x); }
  static void store(double* x, Lanes v) noexcept { _mm512_storeu_pd(x, v); }
  static void store_floats(float* x, Lanes v) noexcept { _mm256_storeu_ps(x, _mm512_cvtpd_ps(v)); }
  static Lanes add(Lanes a, Lanes b) noexcept { return _mm512_add_pd(a, b); }
  static Lanes subtract(Lanes a, Lanes b) noexcept { return _mm512_sub_pd(a, b); }
  static Lanes multiply(Lanes a, Lanes b) noexcept { return _mm512_mul_pd(a, b); }
  static double reduce(Lanes sum) noexcept {
    const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(sum), _mm512_extractf64x4_pd(sum, 1));
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
  }

  using Floats = __m512;
  using Doubles = __m512d;
  static constexpr size_t kFloats = 16;
  static constexpr size_t kDoubles = 8;
  static constexpr size_t kTileRows = 8;

  static Floats zero_floats() noexcept { return _mm512_setzero_ps(); }
  static Floats load_floats(const float* x) noexcept { return _mm512_loadu_ps(x); }
  static Floats broadcast(float x) noexcept { return _mm512_set1_ps(x); }
  static Floats multiply_add(Floats a, Floats b, Floats c) noexcept {
    return _mm512_fmadd_ps(a, b, c);
  }
  static void add_widened(double* sums, Floats v) noexcept {
    const __m512d low = _mm512_cvtps_pd(_mm512_castps512_ps256(v));
    const __m512d high = _mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1));
    store(sums, add(load(sums), low));
    store(sums + 8, add(load(sums + 8), high));
  }
  static Doubles load_doubles(const double* x) noexcept { return load(x); }
  static void store_doubles(double* x, Doubles v) noexcept { store(x, v); }
  static Doubles broadcast(double x) noexcept { return _mm512_set1_pd(x); }
  static Doubles multiply_add(Doubles a, Doubles b, Doubles c) noexcept {
    return _mm512_fmadd_pd(a, b, c);
  }
};

}  // namespace

const CovarianceKernels kAvx512Covariance = {
    TiledCovariance<Avx512>::centre,     TiledCovariance<Avx512>::add_float,
    TiledCovariance<Avx512>::add_double, TiledCovariance<Avx512>::project,
    TiledCovariance<Avx512>::add_image,  TiledCovariance<Avx512>::add_images};

}  // namespace wordvec::simd
