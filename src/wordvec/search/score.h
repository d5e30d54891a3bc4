// The definition of the score.
#pragma once

#include "wordvec/model/cosine.h"

namespace wordvec {

// A score is cosine() of query and row, rounded to float32; it has the same bits on every machine.

// 3CosMul's factor of a word, from its cosine, and what keeps its quotient finite (nearest.h).
inline double product_factor(double cosine) noexcept {
  return 0.5 * (1 + cosine);
}
inline constexpr double kProductEpsilon = 1e-6;

}  // namespace wordvec
