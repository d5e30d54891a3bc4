#include "wordvec/search/explain_analogy.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "wordvec/model/cosine.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

using Doubles = std::vector<double>;

Doubles at_unit_length(std::span<const float> vector) {
  const double length = std::sqrt(simd::active().dot(vector.data(), vector.data(), vector.size()));
  Doubles unit;
  for (const float value : vector) unit.push_back(double{value} / length);
  return unit;
}

double dot_of(const Doubles& a, const Doubles& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

Doubles step_between(const Doubles& from, const Doubles& to) {
  Doubles step;
  for (std::size_t i = 0; i < to.size(); ++i) step.push_back(to[i] - from[i]);
  return step;
}

// A value of a unit vector is off by at most dim / 16 + 6 units of 2⁻⁵³ of itself
// (text_distance.cpp), so that a step, which is of two, is off by twice that. So is the cosine of
// two steps by that as a share of the shorter one, and the sum of their products by dim units.
double cosine_of_steps(const Doubles& a, const Doubles& b) {
  const auto dim = static_cast<double>(a.size());
  const double of_step = 2 * 0x1p-53 * (dim / 16 + 6);
  const double a_length = std::sqrt(dot_of(a, a));
  const double b_length = std::sqrt(dot_of(b, b));
  if (a_length <= of_step || b_length <= of_step) return 0;
  const double cosine = dot_of(a, b) / (a_length * b_length);
  const double rounding = of_step / a_length + of_step / b_length + 2 * 0x1p-53 * (dim + 4);
  if (std::abs(cosine) <= rounding) return 0;
  if (1 - std::abs(cosine) <= rounding) return cosine > 0 ? 1 : -1;
  return cosine;
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
  std::vector<Doubles> units;
  for (const std::span<const float> vector : vectors) units.push_back(at_unit_length(vector));
  const Doubles from_b_to_a = step_between(units[1], units[0]);
  double squared = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    const double value = from_b_to_a[i] + units[2][i];
    squared += value * value;
  }
  explained.sum_length = std::sqrt(squared);
  if (explained.has_answer()) {
    explained.step_cosine = cosine_of_steps(from_b_to_a, step_between(units[2], units[3]));
  }
  const auto best = std::max_element(explained.after.begin(), explained.after.begin() + 3);
  explained.best_input = static_cast<std::size_t>(best - explained.after.begin());
  explained.input_wins = explained.has_answer() && *best >= explained.after[3];
  return explained;
}

}  // namespace wordvec
