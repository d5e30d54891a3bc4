// The cosine of two vectors.
#pragma once

#include <cmath>
#include <span>

namespace wordvec {

// The cosine of a and b from dot(a, b), dot(a, a) and dot(b, b) as simd/kernels.h defines them:
// dot / (√aa · √bb) in double, and -1 or 1 where rounding took that beyond. NaN for a vector of
// zeros.
inline double cosine(double dot, double a_squared_length, double b_squared_length) noexcept {
  const double quotient = dot / (std::sqrt(a_squared_length) * std::sqrt(b_squared_length));
  return quotient > 1 ? 1 : quotient < -1 ? -1 : quotient;
}

// The same of two vectors of equal size, for those who show it in double: also exactly 1 or -1
// where the sums tell nothing else, as of a vector and itself, or its double. NaN for zeros.
double cosine_of(std::span<const float> a, std::span<const float> b) noexcept;

}  // namespace wordvec
