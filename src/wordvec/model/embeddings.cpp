#include "wordvec/model/embeddings.h"

#include <cmath>

#include "wordvec/simd/dispatch.h"

namespace wordvec {

void compute_norms(std::span<const float> vectors, std::size_t dim, std::span<float> norms) {
  const simd::Kernels& kernels = simd::active();
  for (std::size_t r = 0; r < norms.size(); ++r) {
    const float* row = vectors.data() + r * dim;
    norms[r] = static_cast<float>(std::sqrt(kernels.dot(row, row, dim)));
  }
}

}  // namespace wordvec
