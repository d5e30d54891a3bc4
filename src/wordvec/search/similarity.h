// How alike two vectors are, and all words of a list with each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "wordvec/model/matrix_view.h"

namespace wordvec {

enum class Measure : std::uint8_t {
  cosine,     // the score of search/score.h
  dot,        // the dot product as simd/kernels.h defines it
  euclidean,  // √Σ(aᵢ − bᵢ)², a distance: 0 for equal vectors
};

// Of two vectors of equal size. Computed in double and rounded once to float32; the same bits on
// every machine, and whichever of the two comes first. NaN: the cosine of a vector of zeros.
float similarity(Measure measure, std::span<const float> a, std::span<const float> b) noexcept;

// similarity() of each row with all rows, itself included: calls `each` with row r's [rows] values,
// for r from 0 on. At most some hundred rows are in memory at a time. `threads`: 0: all there are;
// the values do not depend on it. What `each` throws ends the run and is thrown here.
void all_similarities(Measure measure, const MatrixView& matrix, unsigned threads,
                      const std::function<void(std::size_t, std::span<const float>)>& each);

}  // namespace wordvec
