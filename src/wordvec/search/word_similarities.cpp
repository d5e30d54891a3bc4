#include "wordvec/search/word_similarities.h"

#include <algorithm>
#include <array>

namespace wordvec {
namespace {

constexpr std::size_t kWordLanes = simd::kCodeLanes;
constexpr std::size_t kWordTileGroups = 2;

}  // namespace

ComparedWords::ComparedWords(const Embeddings& embeddings, std::span<const Row> words,
                             std::size_t chunk_blocks)
    : embeddings_(embeddings),
      chunk_rows_(round_up_rows(chunk_blocks * SearchIndex::kBlockRows)),
      tile_(words.size(), embeddings.dim()) {
  const std::vector<double> lengths = centroid_lengths_of(embeddings.codes);
  for (std::size_t w = 0; w < words.size(); ++w) {
    const auto vector = embeddings.matrix.row(words[w]);
    const double inverse_length = inverse_length_of(vector).value();
    tile_.set(w, vector, inverse_length);
    views_.push_back(view_clusters(embeddings.codes, lengths, vector, inverse_length));
  }
  for (std::size_t c = 0; c < views_.front().size(); ++c) {
    const ClusterView& view = views_.front()[c];
    for (std::size_t b = view.first_block; b < view.end_block; b += chunk_blocks) {
      chunks_.push_back({c, b, std::min(chunk_blocks, view.end_block - b)});
    }
  }
}

double ComparedWords::distance(const CodeChunk& chunk) const noexcept {
  return largest_distance(double{embeddings_.codes.cosines[2 * chunk.first_block]},
                          views_.front()[chunk.cluster].length);
}

WordSimilarities::WordSimilarities(const ComparedWords& words)
    : words_(words),
      scales_(words.chunk_rows()),
      sums_(words.chunk_rows() * kWordTileGroups * kWordLanes),
      similarities_(words.tile_.groups() * kWordLanes * words.chunk_rows()) {}

void WordSimilarities::compare(const CodeChunk& chunk) {
  const SearchIndex& codes = words_.embeddings_.codes;
  const TileQueries& tile = words_.tile_;
  const simd::CodeKernels& kernels = *simd::active().codes;
  const std::size_t count = chunk.count();
  prefetch8(codes, chunk.first(), count);
  row_error_ = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const RowBounds bounds = row8_bounds(codes, chunk.first() + i);
    scales_[i] = bounds.scale;
    row_error_ = std::max(row_error_, bounds.error);
  }
  const std::uint8_t* rows = codes.row8(chunk.first());
  for (std::size_t g = 0; g < tile.groups(); g += kWordTileGroups) {
    const std::size_t groups = std::min(kWordTileGroups, tile.groups() - g);
    kernels.tile8(rows, SearchIndex::row8_bytes(codes.dim), count, tile.packed(g), groups,
                  tile.quads(), sums_.data());
    for (std::size_t i = 0; i < groups; ++i) {
      const std::size_t first_word = (g + i) * kWordLanes;
      std::array<float, kWordLanes> bases{};
      for (std::size_t w = 0; w < kWordLanes && first_word + w < words_.views_.size(); ++w) {
        bases[w] = static_cast<float>(words_.views_[first_word + w][chunk.cluster].product);
      }
      const simd::Select8Queries queries{tile.offsets() + first_word, tile.steps() + first_word,
                                         bases.data(), nullptr, nullptr};
      kernels.similarities(
          scales_.data(), count, sums_.data() + i * kWordLanes, groups * kWordLanes, queries,
          similarities_.data() + first_word * words_.chunk_rows(), words_.chunk_rows());
    }
  }
}

}  // namespace wordvec
