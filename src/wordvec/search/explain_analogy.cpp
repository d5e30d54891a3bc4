#include "wordvec/search/explain_analogy.h"

#include <algorithm>
#include <cmath>

#include "wordvec/model/cosine.h"

namespace wordvec {
namespace {

// The cosine of x − y with z − w, for vectors of unit length, from their cosines with each other.
double cosine_of_steps(const std::array<std::array<double, 4>, 4>& cosines, std::size_t x,
                       std::size_t y, std::size_t z, std::size_t w) {
  const double product = cosines[x][z] - cosines[x][w] - cosines[y][z] + cosines[y][w];
  const double squared = (2 - 2 * cosines[x][y]) * (2 - 2 * cosines[z][w]);
  return squared > 0 ? std::clamp(product / std::sqrt(squared), -1.0, 1.0) : 0;
}

}  // namespace

ExplainedAnalogy explain_analogy(const Embeddings& embeddings,
                                 std::span<const ResolvedTerm, 3> terms,
                                 const NearestOptions& options) {
  const std::vector<float> sum = query_vector(embeddings, terms);
  const std::vector<Row> inputs = rows_of(terms);
  const std::array<NearestQuery, 2> queries = {{{sum, {}}, {sum, inputs}}};
  auto answers = nearest(embeddings, queries, options);
  ExplainedAnalogy explained;
  explained.with_inputs = std::move(answers[0]);
  explained.without_inputs = std::move(answers[1]);

  std::vector<std::span<const float>> vectors;
  for (const ResolvedTerm& term : terms) vectors.push_back(vector_of(embeddings, term));
  if (explained.has_answer()) {
    vectors.push_back(embeddings.matrix.row(explained.without_inputs.front().row));
  }
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    for (std::size_t j = 0; j < vectors.size(); ++j) {
      explained.before[i][j] = i == j ? 1 : cosine_of(vectors[i], vectors[j]);
    }
    explained.after[i] = cosine_of(sum, vectors[i]);
  }
  const auto& before = explained.before;
  // ‖a − b + c‖² of unit vectors.
  const double squared = 3 - 2 * before[0][1] + 2 * before[0][2] - 2 * before[1][2];
  explained.sum_length = std::sqrt(std::max(0.0, squared));
  if (explained.has_answer()) explained.step_cosine = cosine_of_steps(before, 0, 1, 3, 2);
  const auto best = std::max_element(explained.after.begin(), explained.after.begin() + 3);
  explained.best_input = static_cast<std::size_t>(best - explained.after.begin());
  explained.input_wins = explained.has_answer() && *best >= explained.after[3];
  return explained;
}

}  // namespace wordvec
