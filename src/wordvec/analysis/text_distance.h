// How far apart two texts are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "wordvec/model/text_embedder.h"

namespace wordvec {

// The distinct words of a text whose vectors have a direction.
struct BagOfWords {
  std::size_t dim = 0;
  std::vector<std::uint64_t> counts;  // of each word, in the order in which they first come
  std::vector<double> unit_vectors;   // [counts.size(), dim]
  std::uint64_t total = 0;            // the sum of the counts
  std::uint64_t left_out = 0;         // words whose vectors have no direction
};

// The words that embedder.vectors() gives, those with the same row, or that are built from the
// n-grams of the same characters, once.
BagOfWords bag_of_words(TextEmbedder& embedder, std::string_view text);

// The cosine of the means of two texts' vectors (cosine_of(), -1 to 1), computed in double from
// means in float32: gensim's n_similarity(). NaN where a mean is zero. Both of the same size.
double mean_similarity(std::span<const float> mean_a, std::span<const float> mean_b);

// The word mover's distance of Kusner, Sun, Kolkin and Weinberger 2015 ("From Word Embeddings To
// Document Distances", equation 1): the least Σ T(i,j) ‖xᵢ − xⱼ‖ that moves the words of one text,
// each weighing its share of the text, to those of the other. Of unit vectors, as gensim's
// wmdistance() is by default. Exact, see transport.h; 0 to 2.
//
// Throws Error(query) when a bag is empty, and Error(usage) when the costs of all pairs of words
// would take more than 2 GiB.
double word_movers_distance(const BagOfWords& a, const BagOfWords& b, unsigned threads);

}  // namespace wordvec
