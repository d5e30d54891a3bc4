// The definition of each kernel's result, in plain C++.
#include "wordvec/simd/kernels.h"

namespace wordvec::simd {
namespace {

double dot(const float* a, const float* b, size_t n) noexcept {
  double lane[8] = {};
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (size_t l = 0; l < 8; ++l) {
      lane[l] += static_cast<double>(a[i + l]) * static_cast<double>(b[i + l]);
    }
  }
  for (size_t l = 0; i < n; ++i, ++l) {
    lane[l] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  }
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

void scan(const float* rows, size_t row_stride, size_t row_count, const float* queries,
          size_t query_stride, size_t query_count, size_t dim, double* dots,
          size_t dots_stride) noexcept {
  for (size_t r = 0; r < row_count; ++r) {
    for (size_t q = 0; q < query_count; ++q) {
      dots[q * dots_stride + r] = dot(queries + q * query_stride, rows + r * row_stride, dim);
    }
  }
}

void axpy(double weight, const float* x, double* y, size_t n) noexcept {
  for (size_t i = 0; i < n; ++i) {
    const double product = weight * static_cast<double>(x[i]);
    y[i] += product;
  }
}

void axpy_rows(const double* weights, const float* const* rows, size_t row_count, double* y,
               size_t n) noexcept {
  for (size_t r = 0; r < row_count; ++r) axpy(weights[r], rows[r], y, n);
}

}  // namespace

const Kernels kScalarKernels = {
    "scalar",           dot, scan, axpy, axpy_rows, &kScalarCodeKernels, &kScalarCovariance,
    &kScalarTextKernels};

}  // namespace wordvec::simd
