// Kernels of principal component analysis: sums over centred rows, one table of them for each
// instruction set. C headers only, as in kernels.h.
#pragma once

#include <stddef.h>

namespace wordvec::simd {

// Sums in lanes are those of kernels.h, eight of them added in its order, but every product is
// rounded before it is added. A centred value is double(x[i]) - mean[i], rounded to double. Arrays
// of double that are said to be padded have zeros from n up to the next multiple of 8, and may be
// written there; x is read up to n only. No alignment is needed.
//
// All but add_float, add_double and add_images give the same bits in all tables.
struct CovarianceKernels {
  // out[i] = float(centred value i), sums[i] += centred value i. `mean`, `sums` and `out` are
  // padded.
  void (*centre)(const float* x, const double* mean, size_t n, float* out, double* sums) noexcept;

  // The upper triangle of the sum over rows of the outer product of a row with itself:
  //   sums[i * width + j] += double(Σ_r block[r * stride + i] * block[r * stride + j]), j ≥ i.
  // The inner sum, over the rows of one call in their order, is in float32 (fused where the
  // processor can), so its error is at most row_count · 2^-24 · Σ_r |products|: few rows a call.
  // `width` is a multiple of 16, stride ≥ width; elements below the diagonal may be written too,
  // and mean nothing.
  void (*add_float)(const float* block, size_t row_count, size_t stride, size_t width,
                    double* sums) noexcept;

  // The same in double throughout, with a stride of `width`, a multiple of 8.
  void (*add_double)(const double* block, size_t row_count, size_t width, double* sums) noexcept;

  // point[c] = Σ_i (centred value i) * directions[c * width + i] in lanes, for c < count. `mean`
  // and each direction are padded to `width`, n rounded up to a multiple of 8.
  void (*project)(const float* x, const double* mean, const double* directions, size_t count,
                  size_t n, double* point) noexcept;

  // images[c * width + i] += point[c] * (centred value i), for c < count; returns the centred
  // row's squared length, in lanes. `mean` and each image are padded to `width`.
  double (*add_image)(const float* x, const double* mean, const double* point, size_t count,
                      size_t n, double* images) noexcept;

  // Both at once, for several rows and directions: with p[r][c] = Σ_i (value i of centred row r) *
  // directions[c * width + i], images[c * width + i] += Σ_r p[r][c] * (value i of centred row r),
  // for c < count ≤ kMaxImages. All in double, in any order, fused where the processor can.
  // `mean`, the directions and the images are padded to `width`.
  void (*add_images)(const float* const* rows, size_t row_count, const double* mean,
                     const double* directions, size_t count, size_t n, double* images) noexcept;
};

inline constexpr size_t kMaxImages = 16;

extern const CovarianceKernels kScalarCovariance;
#if defined(__x86_64__)
extern const CovarianceKernels kAvx2Covariance;
extern const CovarianceKernels kAvx512Covariance;
#endif

}  // namespace wordvec::simd
