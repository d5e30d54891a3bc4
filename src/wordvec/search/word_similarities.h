// The similarities of a set of words with all rows, from the 8-bit codes, a chunk of rows at a
// time: a product of small matrices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "wordvec/model/embeddings.h"
#include "wordvec/search/candidates.h"
#include "wordvec/search/tile_queries.h"

namespace wordvec {

// A run of blocks of one cluster.
struct CodeChunk {
  std::size_t cluster = 0;  // index into the views
  std::size_t first_block = 0;
  std::size_t block_count = 0;

  std::size_t first() const noexcept { return first_block * SearchIndex::kBlockRows; }
  std::size_t count() const noexcept { return block_count * SearchIndex::kBlockRows; }
};

// A similarity is rounded to float32 and then to a whole number of 16 bits.
inline constexpr double kSimilaritySlack = 0.5 / simd::kSimilarityUnit + double{kEstimateSlack};

// Words, made ready to be compared, and the chunks that all rows are in. Immutable, so safe to use
// from many threads.
class ComparedWords {
 public:
  // Each word has a direction, there is at least one, and there are codes. Throws Error(malformed).
  ComparedWords(const Embeddings& embeddings, std::span<const Row> words, std::size_t chunk_blocks);

  std::span<const CodeChunk> chunks() const noexcept { return chunks_; }
  std::size_t chunk_rows() const noexcept { return chunk_rows_; }
  double error(std::size_t word) const noexcept { return tile_.error(word); }  // δ
  // No row of a chunk is farther from its cluster's centre.
  double distance(const CodeChunk& chunk) const noexcept;
  const ClusterView& view(std::size_t word, const CodeChunk& chunk) const noexcept {
    return views_[word][chunk.cluster];
  }

 private:
  friend class WordSimilarities;

  const Embeddings& embeddings_;
  std::size_t chunk_rows_;
  TileQueries tile_;
  std::vector<std::vector<ClusterView>> views_;  // [word][cluster]
  std::vector<CodeChunk> chunks_;
};

// What one thread knows of one chunk.
class WordSimilarities {
 public:
  explicit WordSimilarities(const ComparedWords& words);

  // From here on all is about the rows of `chunk`.
  void compare(const CodeChunk& chunk);

  // [row of the chunk], in units of 1 / simd::kSimilarityUnit, within kSimilaritySlack of the
  // estimate that (1) of index/search_index.h bounds; some more up to a whole number of 32 rows.
  const std::int16_t* of(std::size_t word) const noexcept {
    return similarities_.data() + word * words_.chunk_rows();
  }
  // The largest ε of a row.
  float row_error() const noexcept { return row_error_; }

 private:
  const ComparedWords& words_;
  float row_error_ = 0;
  std::vector<float> scales_;
  std::vector<std::int32_t> sums_;
  std::vector<std::int16_t> similarities_;  // [word][row of the chunk]
};

// select_sums() takes 32 rows at a time; what is left of an earlier chunk is no row of this one.
inline std::size_t round_up_rows(std::size_t count) noexcept {
  return (count + 31) / 32 * 32;
}

}  // namespace wordvec
