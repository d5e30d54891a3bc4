// The definition of each kernel's result, in plain C++.
#include "wordvec/simd/covariance.h"

namespace wordvec::simd {
namespace {

size_t padded(size_t n) noexcept {
  return (n + 7) / 8 * 8;
}

double centred(const float* x, const double* mean, size_t i) noexcept {
  return static_cast<double>(x[i]) - mean[i];
}

double sum_of_lanes(const double* lane) noexcept {
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

void centre(const float* x, const double* mean, size_t n, float* out, double* sums) noexcept {
  for (size_t i = 0; i < n; ++i) {
    const double value = centred(x, mean, i);
    out[i] = static_cast<float>(value);
    sums[i] += value;
  }
}

// Four rows and eight columns of the sums stay in registers while the block's rows pass.
void add_float(const float* block, size_t row_count, size_t stride, size_t width,
               double* sums) noexcept {
  for (size_t i = 0; i < width; i += 4) {
    for (size_t j = i / 8 * 8; j < width; j += 8) {
      float tile[4][8] = {};
      for (size_t r = 0; r < row_count; ++r) {
        const float* row = block + r * stride;
        for (size_t a = 0; a < 4; ++a) {
          for (size_t b = 0; b < 8; ++b) tile[a][b] += row[i + a] * row[j + b];
        }
      }
      for (size_t a = 0; a < 4; ++a) {
        double* out = sums + (i + a) * width + j;
        for (size_t b = 0; b < 8; ++b) out[b] += static_cast<double>(tile[a][b]);
      }
    }
  }
}

void add_double(const double* block, size_t row_count, size_t width, double* sums) noexcept {
  for (size_t r = 0; r < row_count; ++r) {
    const double* row = block + r * width;
    for (size_t i = 0; i < width; ++i) {
      for (size_t j = i; j < width; ++j) sums[i * width + j] += row[i] * row[j];
    }
  }
}

void project(const float* x, const double* mean, const double* directions, size_t count, size_t n,
             double* point) noexcept {
  for (size_t c = 0; c < count; ++c) {
    const double* direction = directions + c * padded(n);
    double lane[8] = {};
    for (size_t i = 0; i < n; ++i) lane[i % 8] += centred(x, mean, i) * direction[i];
    point[c] = sum_of_lanes(lane);
  }
}

double add_image(const float* x, const double* mean, const double* point, size_t count, size_t n,
                 double* images) noexcept {
  double lane[8] = {};
  for (size_t i = 0; i < n; ++i) {
    const double value = centred(x, mean, i);
    lane[i % 8] += value * value;
    for (size_t c = 0; c < count; ++c) images[c * padded(n) + i] += point[c] * value;
  }
  return sum_of_lanes(lane);
}

void add_images(const float* const* rows, size_t row_count, const double* mean,
                const double* directions, size_t count, size_t n, double* images) noexcept {
  double point[kMaxImages];
  for (size_t r = 0; r < row_count; ++r) {
    project(rows[r], mean, directions, count, n, point);
    add_image(rows[r], mean, point, count, n, images);
  }
}

}  // namespace

const CovarianceKernels kScalarCovariance = {centre,  add_float, add_double,
                                             project, add_image, add_images};

}  // namespace wordvec::simd
