// The definition of each kernel over codes, in plain C++.
#include <math.h>
#include <string.h>

#include "wordvec/simd/code_kernels.h"

namespace wordvec::simd {
namespace {

float load_float(const uint8_t* bytes) noexcept {
  float value;
  memcpy(&value, bytes, sizeof value);
  return value;
}

size_t select4(const uint8_t* blocks, size_t block_bytes, size_t groups, size_t block_count,
               const Select4Query& query, uint32_t* found) noexcept {
  size_t count = 0;
  for (size_t b = 0; b < block_count; ++b) {
    const uint8_t* block = blocks + b * block_bytes;
    const uint8_t* scales = block + groups * 64;
    const uint8_t* errors = scales + kCodeLanes * sizeof(float);
    int32_t sums[kCodeLanes] = {};
    for (size_t g = 0; g < groups; ++g) {
      const int8_t* q = query.values + 8 * g;
      const uint8_t* codes = block + 64 * g;
      for (size_t r = 0; r < kCodeLanes; ++r) {
        for (size_t i = 0; i < 4; ++i) {
          sums[r] += (codes[4 * r + i] & 15) * q[i] + (codes[4 * r + i] >> 4) * q[4 + i];
        }
      }
    }
    for (size_t r = 0; r < kCodeLanes; ++r) {
      const float bound =
          query.base +
          query.step * load_float(scales + 4 * r) * static_cast<float>(2 * sums[r] - query.offset) +
          load_float(errors + 4 * r) * query.error_factor;
      if (bound >= query.threshold) found[count++] = static_cast<uint32_t>(b * kCodeLanes + r);
    }
  }
  return count;
}

void dot8(const uint8_t* codes, const int8_t* high, const int8_t* low, size_t bytes,
          int32_t sums[2]) noexcept {
  sums[0] = sums[1] = 0;
  for (size_t i = 0; i < bytes; ++i) {
    sums[0] += codes[i] * high[i];
    sums[1] += codes[i] * low[i];
  }
}

void tile8(const uint8_t* rows, size_t row_stride, size_t row_count, const int8_t* groups,
           size_t group_count, size_t quads, int32_t* sums) noexcept {
  for (size_t r = 0; r < row_count; ++r) {
    const uint8_t* row = rows + r * row_stride;
    for (size_t g = 0; g < group_count; ++g) {
      const int8_t* group = groups + g * quads * 4 * kCodeLanes;
      int32_t* out = sums + (r * group_count + g) * kCodeLanes;
      for (size_t q = 0; q < kCodeLanes; ++q) out[q] = 0;
      for (size_t d = 0; d < quads; ++d) {
        for (size_t q = 0; q < kCodeLanes; ++q) {
          for (size_t i = 0; i < 4; ++i) {
            out[q] += row[4 * d + i] * group[(d * kCodeLanes + q) * 4 + i];
          }
        }
      }
    }
  }
}

size_t select8(const float* scales, const float* errors, size_t row_count, const int32_t* sums,
               size_t sums_stride, const Select8Queries& queries, uint32_t* found) noexcept {
  size_t count = 0;
  for (size_t r = 0; r < row_count; ++r) {
    const float scale = scales[r];
    const float error = errors[r];
    for (size_t q = 0; q < kCodeLanes; ++q) {
      const float bound = queries.bases[q] +
                          queries.steps[q] * scale *
                              static_cast<float>(sums[r * sums_stride + q] - queries.offsets[q]) +
                          error * queries.error_factors[q];
      if (bound >= queries.thresholds[q]) found[count++] = static_cast<uint32_t>(r * 16 + q);
    }
  }
  return count;
}

void similarities(const float* scales, size_t row_count, const int32_t* sums, size_t sums_stride,
                  const Select8Queries& queries, int16_t* out, size_t out_stride) noexcept {
  for (size_t r = 0; r < row_count; ++r) {
    const float scale = scales[r];
    for (size_t q = 0; q < kCodeLanes; ++q) {
      const float similarity =
          queries.bases[q] + queries.steps[q] * scale *
                                 static_cast<float>(sums[r * sums_stride + q] - queries.offsets[q]);
      float whole = nearbyintf(similarity * kSimilarityUnit);
      whole = whole < INT16_MAX ? whole : INT16_MAX;  // also for what is no number
      whole = whole > INT16_MIN ? whole : INT16_MIN;
      out[q * out_stride + r] = static_cast<int16_t>(whole);
    }
  }
}

int cut(int value) noexcept {
  return value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value;
}

size_t select_sums(const int16_t* a, const int16_t* b, const int16_t* c, size_t count,
                   int16_t threshold, uint32_t* found) noexcept {
  size_t found_count = 0;
  for (size_t i = 0; i < count; ++i) {
    const int difference = cut(a[i] - b[i]);
    if (cut(difference + c[i]) >= threshold) found[found_count++] = static_cast<uint32_t>(i);
  }
  return found_count;
}

void scale(const float* x, double factor, float* out, size_t n) noexcept {
  for (size_t i = 0; i < n; ++i) out[i] = static_cast<float>(static_cast<double>(x[i]) * factor);
}

float subtract(const float* a, const float* b, float* out, size_t n) noexcept {
  float largest = 0;
  for (size_t i = 0; i < n; ++i) {
    out[i] = a[i] - b[i];
    const float size = fabsf(out[i]);
    largest = size > largest ? size : largest;
  }
  return largest;
}

void quantize(const float* x, float inverse_step, float step, float middle, float lowest,
              float highest, uint8_t* codes, float* residual, size_t n) noexcept {
  for (size_t i = 0; i < n; ++i) {
    float code = x[i] * inverse_step;
    code = nearbyintf(code + middle);
    code = code < lowest ? lowest : code;
    code = code > highest ? highest : code;
    codes[i] = static_cast<uint8_t>(code);
    const float product = step * (code - middle);
    residual[i] = x[i] - product;
  }
}

}  // namespace

const CodeKernels kScalarCodeKernels = {127,          select4,     dot8,  tile8,    select8,
                                        similarities, select_sums, scale, subtract, quantize};

}  // namespace wordvec::simd
