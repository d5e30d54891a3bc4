#include "wordvec/model/cosine.h"

#include "wordvec/simd/dispatch.h"

namespace wordvec {

double cosine_of(std::span<const float> a, std::span<const float> b) noexcept {
  const simd::Kernels& kernels = simd::active();
  const double dot = kernels.dot(a.data(), b.data(), a.size());
  const double a_squared = kernels.dot(a.data(), a.data(), a.size());
  const double b_squared = kernels.dot(b.data(), b.data(), b.size());
  // The roots of equal sums, multiplied, are not always the sum. No product of sums of squares of
  // float32 values is beyond double.
  const double product = a_squared * b_squared;
  if (dot != 0 && std::isfinite(product) && dot * dot == product) return dot > 0 ? 1 : -1;
  return cosine(dot, a_squared, b_squared);
}

}  // namespace wordvec
