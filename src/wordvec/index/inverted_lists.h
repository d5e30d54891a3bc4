// The inverted lists of an index: the rows of a matrix, divided into clusters and ordered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "wordvec/index/search_index.h"

namespace wordvec {

// Where each row goes among the codes: all of SearchIndex but the codes themselves.
struct InvertedLists {
  std::size_t dim = 0;
  std::vector<float> centroids;
  std::vector<std::uint32_t> first_blocks;
  std::vector<float> cosines;
  std::vector<double> inverse_lengths;  // [rows of the matrix]: 1/‖x‖, 0 for a row that is left out
  std::vector<std::uint32_t> rows;  // empty: there is nothing to code, as no row has a direction

  std::size_t blocks() const noexcept { return rows.size() / SearchIndex::kBlockRows; }
};

// Divides the rows of `matrix` (rows of `dim` values, one after the other) by the direction of
// their unit vectors, with a few rounds of k-means on a sample. Rows of zeros, or with values that
// are not finite, are left out. The result depends on the matrix only: not on the instruction set,
// nor on the number of threads (0: all there are).
InvertedLists build_inverted_lists(std::span<const float> matrix, std::size_t dim,
                                   unsigned threads);

}  // namespace wordvec
