#include "wordvec/model/cosine.h"

#include "wordvec/simd/dispatch.h"

namespace wordvec {

double cosine_of(std::span<const float> a, std::span<const float> b) noexcept {
  const simd::Kernels& kernels = simd::active();
  const double dot = kernels.dot(a.data(), b.data(), a.size());
  const double a_squared = kernels.dot(a.data(), a.data(), a.size());
  const double b_squared = kernels.dot(b.data(), b.data(), b.size());
  const double quotient = cosine(dot, a_squared, b_squared);
  const double rounding = cosine_rounding(a.size());
  if (std::abs(quotient) <= rounding) return 0;
  if (std::abs(quotient) >= 1 - rounding) return quotient > 0 ? 1 : -1;
  return quotient;
}

}  // namespace wordvec
