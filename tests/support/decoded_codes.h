// What search codes stand for, read element by element from their specification.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "wordvec/index/search_index.h"
#include "wordvec/model/embeddings.h"

namespace wordvec::test {

// The position of a row; fails the test and returns 0 when it has none.
std::size_t position_of(const SearchIndex& codes, std::size_t row);

// The cluster of a block.
std::size_t cluster_of(const SearchIndex& codes, std::size_t block);

// e = u − μ − s·z of the row at a position, from its 4-bit and its 8-bit codes.
std::vector<float> left_out4(const SearchIndex& codes, const MatrixView& matrix,
                             std::size_t position);
std::vector<float> left_out8(const SearchIndex& codes, const MatrixView& matrix,
                             std::size_t position);

// The stored error of a row's 4-bit codes.
double error4(const SearchIndex& codes, std::size_t position);

// In double, in the plain order of elements.
double cosine_of(std::span<const float> a, std::span<const float> b);

}  // namespace wordvec::test
