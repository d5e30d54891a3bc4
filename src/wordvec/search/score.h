// The definition of the score.
#pragma once

#include <cmath>

namespace wordvec {

// The cosine of query q and row r from dot(q, r), dot(q, q) and dot(r, r) as simd/kernels.h defines
// them: dot / (√qq · √rr) in double. A score is this, rounded to float32; it has the same bits on
// every machine. NaN for a vector of zeros.
inline double cosine(double dot, double query_squared_length, double row_squared_length) noexcept {
  return dot / (std::sqrt(query_squared_length) * std::sqrt(row_squared_length));
}

// 3CosMul's factor of a word, from its cosine, and what keeps its quotient finite (nearest.h).
inline double product_factor(double cosine) noexcept {
  return 0.5 * (1 + cosine);
}
inline constexpr double kProductEpsilon = 1e-6;

}  // namespace wordvec
