// What the library computes, written again as plainly as possible.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace wordvec::test {

// The dot product as simd/kernels.h defines it: eight lanes, added in its fixed order.
double lanes_dot(const float* a, const float* b, std::size_t n);

// The score as search/score.h defines it.
float reference_score(std::span<const float> query, std::span<const float> row);

// Optimal string alignment distance by its full table.
std::size_t reference_spelling_distance(std::string_view a, std::string_view b);

}  // namespace wordvec::test
