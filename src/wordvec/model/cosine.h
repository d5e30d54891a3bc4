// The cosine of two vectors.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

namespace wordvec {

// The cosine of a and b from dot(a, b), dot(a, a) and dot(b, b) as simd/kernels.h defines them:
// dot / (√aa · √bb) in double, and -1 or 1 where rounding took that beyond. NaN for a vector of
// zeros.
inline double cosine(double dot, double a_squared_length, double b_squared_length) noexcept {
  const double quotient = dot / (std::sqrt(a_squared_length) * std::sqrt(b_squared_length));
  return quotient > 1 ? 1 : quotient < -1 ? -1 : quotient;
}

// How far it can be from that of real numbers, for vectors of dim values. The sums behind it have
// exact products in eight lanes (simd/kernels.h), so that by Cauchy and Schwarz each is off by no
// more than dim / 8 + 8 units of 2⁻⁵³ of the product of the lengths, and the root of a square by
// half of that; two roots, their product and the quotient add four.
inline double cosine_rounding(std::size_t dim) noexcept {
  return 0x1p-53 * (2 * (static_cast<double>(dim) / 8 + 8) + 4);
}

// The same of two vectors of equal size, for those who show it in double: exactly 1, 0 or -1 where
// rounding alone tells it from that, as of a vector and itself, or three times that. NaN for zeros.
double cosine_of(std::span<const float> a, std::span<const float> b) noexcept;

}  // namespace wordvec
