// Numeric kernels over float32 rows, one table of them for each instruction set.
//
// This header is included by files that are compiled for newer processors than the one the program
// may run on, so it includes C headers only: an inline function of the C++ library compiled there
// could be linked into code that every processor runs.
#pragma once

#include <stddef.h>

#include "wordvec/simd/code_kernels.h"
#include "wordvec/simd/covariance.h"
#include "wordvec/simd/text_kernels.h"

namespace wordvec::simd {

// The definition of every result (kernels_scalar.cpp), the same to the last bit in all tables:
//
// A dot product of float32 vectors a, b of n elements is accumulated in double in eight lanes,
//   lane[i mod 8] += double(a[i]) * double(b[i])     for i = 0 … n − 1,
// which are added as ((l0+l4)+(l2+l6)) + ((l1+l5)+(l3+l7)). A product of two float32 values is
// exact in double, so a fused multiply-add gives the same bits as a product and a sum.
//
// No alignment is needed. All functions are safe to call from many threads and never throw.
struct Kernels {
  const char* name;  // "scalar", "avx2", "avx512"

  // The dot product of a and b. dot(a, a, n) is the squared Euclidean length of a.
  double (*dot)(const float* a, const float* b, size_t n) noexcept;

  // Dot products of each row with each query:
  //   dots[q * dots_stride + r] = dot(queries + q * query_stride, rows + r * row_stride, dim).
  // Strides count elements. Each row is loaded once for a tile of queries.
  void (*scan)(const float* rows, size_t row_stride, size_t row_count, const float* queries,
               size_t query_stride, size_t query_count, size_t dim, double* dots,
               size_t dots_stride) noexcept;

  // y[i] += weight * double(x[i]), the product rounded before the sum.
  void (*axpy)(double weight, const float* x, double* y, size_t n) noexcept;

  // axpy(weights[r], rows[r], y, n) for each r in order: the same bits, and y is loaded and stored
  // once for several rows.
  void (*axpy_rows)(const double* weights, const float* const* rows, size_t row_count, double* y,
                    size_t n) noexcept;

  const CodeKernels* codes;             // those of compact codes
  const CovarianceKernels* covariance;  // those of principal component analysis
  const TextKernels* text;              // those that read numbers from text
};

extern const Kernels kScalarKernels;
#if defined(__x86_64__)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#endif

}  // namespace wordvec::simd
