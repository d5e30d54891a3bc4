#include "wordvec/search/analogy_sum.h"

#include <array>
#include <cmath>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/search/candidates.h"
#include "wordvec/search/query.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {

std::vector<float> sum_vector(const Embeddings& embeddings, const Analogy& analogy) {
  const std::array<ResolvedTerm, 3> terms = {{{1, analogy.a}, {-1, analogy.b}, {1, analogy.c}}};
  try {
    return query_vector(embeddings, terms);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::query) throw;
    return {};
  }
}

double length_of_sum(const Embeddings& embeddings, const Analogy& analogy) {
  std::vector<double> sum(embeddings.dim());
  const std::array<std::pair<double, Row>, 3> terms = {
      {{1, analogy.a}, {-1, analogy.b}, {1, analogy.c}}};
  for (const auto& [sign, row] : terms) {
    const auto vector = embeddings.matrix.row(row);
    const double factor = sign * inverse_length_of(vector).value_or(0);
    simd::active().axpy(factor, vector.data(), sum.data(), sum.size());
  }
  double squared = 0;
  for (const double x : sum) squared += x * x;
  return std::sqrt(squared);
}

}  // namespace wordvec
