// The Word-Embedding Association Test, WEAT.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace wordvec {

struct WeatOptions {
  // Up to so many partitions, all are compared; of more, `samples` are drawn.
  std::uint64_t most_exact = 5'000'000;
  std::uint64_t samples = 100'000;
  std::uint64_t seed = 1;
};

struct WeatResult {
  double statistic = 0;    // s(X, Y, A, B)
  double effect_size = 0;  // d
  double p_value = 0;
  double least_p_value = 0;      // that so many partitions can give
  std::uint64_t partitions = 0;  // that were compared
  bool exact = false;            // they are all there are
};

// Vectors of dim values, each with a direction; views.
using VectorSet = std::span<const std::span<const float>>;

// Caliskan, Bryson and Narayanan 2017, "Semantics derived automatically from language corpora
// contain human-like biases" (Science 356, 183; the supplement's formulas), for target words X, Y
// and attribute words A, B:
//
//   s(w, A, B) = mean over a in A of cos(w, a) − mean over b in B of cos(w, b)
//   s(X, Y, A, B) = Σ over x in X of s(x, A, B) − Σ over y in Y of s(y, A, B)
//   d = (mean over X of s(x, A, B) − mean over Y of s(y, A, B)) / standard deviation over X ∪ Y
//   p = the share of the partitions of X ∪ Y into sets (Xi, Yi) of the sizes of X and Y with
//       s(Xi, Yi, A, B) ≥ s(X, Y, A, B): one-sided
//
// The paper has > in place of ≥. But X and Y as they are count among the partitions, since chance
// could have made them too: so p is 1 / partitions or more, and never zero (Phipson and Smyth 2010,
// "Permutation P-values should never be zero"). Where partitions are drawn (independently, with a
// generator that is the same everywhere), it is (1 + those drawn with ≥) / (1 + those drawn).
//
// Sums that are equal are computed with different rounding, by their order and by the cosines they
// are of. So one that is less by no more than what rounding can have taken, of which there is a
// proven bound (10⁻¹² for lists of ten words and 300 dimensions), counts as equal: no tie is lost,
// and what is so close to one makes p larger, never smaller. By the same bound a statistic, or an
// effect, that is nothing but rounding is zero.
//
// The standard deviation is that of a sample (divided by the number less one). X and Y may differ
// in size. The formulas are of sets, in which a word is once; here every vector that is given
// counts, so that who has a list of words takes out those that are repeated (take_repeated()). A
// word may be in two of the sets.
//
// Throws Error(query) when a set is empty, or when all target words are associated alike, so that
// the deviation is zero; Error(usage) for no samples.
WeatResult weat(VectorSet x, VectorSet y, VectorSet a, VectorSet b, const WeatOptions& options);

}  // namespace wordvec
