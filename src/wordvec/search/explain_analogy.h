// What the arithmetic of an analogy does to its words.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "wordvec/search/nearest.h"
#include "wordvec/search/query.h"

namespace wordvec {

// a − b + c, of vectors scaled to unit length, as query_vector() adds them. Cosines are those of
// score.h, in double.
struct ExplainedAnalogy {
  // The rows nearest to the sum: with the words asked for among them, and without. In the order of
  // nearest().
  std::vector<Neighbor> with_inputs;
  std::vector<Neighbor> without_inputs;

  // Of A, B, C and the answer, which is the first of `without_inputs`, with each other. Without an
  // answer the last row and column are zeros, and so is what follows of it.
  std::array<std::array<double, 4>, 4> before{};
  // Of the sum with each of the four.
  std::array<double, 4> after{};
  // ‖a − b + c‖; of unit vectors at right angles it is √3.
  double sum_length = 0;
  // Of the step from B to A with that from C to the answer, both of unit vectors: 1 where the four
  // words are the corners of a parallelogram. 0 where a step has no length; and exactly 0, 1 or −1
  // where rounding alone tells it from that.
  double step_cosine = 0;
  // The index of the input, 0 to 2, that scores best with the sum, which it is a part of.
  std::size_t best_input = 0;
  // That input scores at least as much as the answer: were inputs allowed, it would be the answer.
  bool input_wins = false;

  bool has_answer() const noexcept { return !without_inputs.empty(); }
};

// `terms` are A, B and C, with weights 1, −1 and 1. options.k answers of each kind. Throws
// Error(query) as query_vector() does, and as nearest() does.
ExplainedAnalogy explain_analogy(const Embeddings& embeddings,
                                 std::span<const ResolvedTerm, 3> terms,
                                 const NearestOptions& options);

}  // namespace wordvec
