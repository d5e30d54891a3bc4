// AVX-512 (F, DQ, VL, BW, VNNI): the eight lanes are one register of eight doubles.
#include <immintrin.h>

#include "wordvec/simd/kernels.h"
#include "wordvec/simd/kernels_tiled.h"

namespace wordvec::simd {
namespace {

struct Avx512 {
  using Lanes = __m512d;
  static constexpr size_t kTileRows = 4;
  static constexpr size_t kTileQueries = 4;

  static Lanes zero() noexcept { return _mm512_setzero_pd(); }
  static Lanes load(const float* x) noexcept { return widen(x); }
  static Lanes load_tail(const float* x, size_t count) noexcept {
    const auto mask = static_cast<__mmask8>((1U << count) - 1);
    return _mm512_cvtps_pd(_mm256_maskz_loadu_ps(mask, x));
  }
  static void accumulate(Lanes& sum, Lanes a, Lanes b) noexcept {
    sum = _mm512_fmadd_pd(a, b, sum);
  }
  static double reduce(Lanes sum) noexcept {
    const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(sum), _mm512_extractf64x4_pd(sum, 1));
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
  }

  using Vector = __m512d;
  static constexpr size_t kDoubles = 8;

  static Vector widen(const float* x) noexcept { return _mm512_cvtps_pd(_mm256_loadu_ps(x)); }
  static Vector load_doubles(const double* x) noexcept { return _mm512_loadu_pd(x); }
  static void store_doubles(double* x, Vector v) noexcept { _mm512_storeu_pd(x, v); }
  static Vector broadcast(double x) noexcept { return _mm512_set1_pd(x); }
  static Vector add(Vector a, Vector b) noexcept { return _mm512_add_pd(a, b); }
  static Vector multiply(Vector a, Vector b) noexcept { return _mm512_mul_pd(a, b); }
};

}  // namespace

const Kernels kAvx512Kernels = {"avx512",
                                Tiled<Avx512>::dot,
                                Tiled<Avx512>::scan,
                                Tiled<Avx512>::axpy,
                                Tiled<Avx512>::axpy_rows,
                                &kAvx512CodeKernels,
                                &kAvx512Covariance,
                                &kAvx512TextKernels};

}  // namespace wordvec::simd
