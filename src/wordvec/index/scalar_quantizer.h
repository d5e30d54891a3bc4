// Makes the compact codes of a matrix: whole numbers in place of floats, with a scale for each row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "wordvec/index/inverted_lists.h"
#include "wordvec/index/search_index.h"

namespace wordvec {

// Codes the rows of blocks [first_block, first_block + block_count) into `codes4` and `codes8`,
// which have room for just these. The bits depend on the matrix only. Safe from many threads.
void encode_blocks(const InvertedLists& lists, std::span<const float> matrix,
                   std::size_t first_block, std::size_t block_count, std::span<std::uint8_t> codes4,
                   std::span<std::uint8_t> codes8);

// The codes of a matrix, in memory. Immutable.
class OwnedSearchIndex {
 public:
  OwnedSearchIndex(std::span<const float> matrix, std::size_t dim, unsigned threads);

  // Valid as long as this object.
  SearchIndex view() const noexcept;

 private:
  InvertedLists lists_;
  std::vector<std::uint8_t> codes4_;
  std::vector<std::uint8_t> codes8_;
};

}  // namespace wordvec
