// Two models in one space.
#pragma once

#include <cstddef>
#include <vector>

#include "wordvec/analysis/selection.h"

namespace wordvec {

struct Alignment {
  std::vector<double> rotation;  // R [dim, dim], row after row: a row x becomes x R
  // [rows], of each row x R with its partner: exactly 1, 0 or −1 where rounding alone tells it from
  // that.
  std::vector<double> cosines;
  // ‖A R − B‖, the Euclidean length of all that is left, where A and B are the rows at unit length.
  // 0 where it is no more than rounding makes of nothing: for each row 4 (dim + 2) units of 2⁻⁵³.
  double residual = 0;
  // The dimensions that the pairs of rows span: where they are fewer than dim, R is one of many.
  std::size_t rank = 0;
};

// The orthogonal matrix R (a rotation, perhaps with a reflection) that brings the rows of `first`
// closest to those of `second`, row i to row i, each scaled to unit length and none centred:
// min ‖A R − B‖ (Schönemann 1966, "A generalized solution of the orthogonal Procrustes problem";
// rows as in Hamilton, Leskovec and Jurafsky 2016, "Diachronic Word Embeddings Reveal Statistical
// Laws of Semantic Change"). R = U Vᵀ of the singular value decomposition Aᵀ B = U Σ Vᵀ, in double.
// Where there are fewer rows than dimensions R is one of many. Does not depend on the number of
// threads or the instruction set.
//
// Throws Error(usage) when there are no rows, not as many in both, or of different dimensions, or
// of one above kMaxCovarianceDim (analysis/decompose.h); Error(malformed) when a row has no
// direction: zeros, or a value that is not finite.
Alignment align(const Selection& first, const Selection& second, unsigned threads);

}  // namespace wordvec
