// How well the vectors' similarities agree with what people say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wordvec/eval/correlation.h"
#include "wordvec/eval/dataset_items.h"
#include "wordvec/eval/word_finder.h"
#include "wordvec/eval/word_pairs.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {

// What becomes of a pair with a word that has no row.
enum class UnknownPairs {
  skip,  // it is left out
  zero,  // its similarity is 0 (gensim's dummy4unknown)
  mean,  // the mean of the vectors that stand for words stands for the word
};

// The defaults are those of gensim's evaluate_word_pairs().
struct SimilarityEvaluation {
  UnknownPairs unknown = UnknownPairs::skip;
  CaseFolding folding = CaseFolding::upper;
  std::size_t top_rows = 300'000;  // only the first rows stand for words, one at least
  Bootstrap bootstrap{};
};

// How a pair counts.
struct PairNumbers {
  double cosine = 0;
  double rating_rank = 0;  // average_ranks() among the counted pairs: those of Spearman's ρ
  double cosine_rank = 0;
};

struct ComparedPair {
  ItemStatus status = ItemStatus::counted;
  std::optional<PairNumbers> numbers;  // nullopt: the pair is left out
};

struct Correlation {
  std::optional<double> value;  // nullopt: not defined (correlation.h)
  std::optional<double> p_value;
  std::optional<Interval> interval;  // 95 %, bootstrapped
};

struct SimilarityResult {
  Correlation spearman;
  Correlation pearson;
  std::uint64_t counted = 0;               // pairs in the correlations
  std::uint64_t unknown = 0;               // pairs with a word that has no row
  std::vector<std::string> unknown_words;  // each once, in the order of the pairs
  DirectionlessWords directionless;        // of the counted pairs
  OtherSpellings other_spellings;          // words that the vocabulary has so, each once
  std::vector<ComparedPair> pairs;         // in the order of the set
};

// The correlations between the pairs' ratings and the cosines of their words' vectors; with a
// vector that has no direction the cosine is taken for 0 (with one of zeros also by gensim). The
// result depends on neither the number of threads nor the instruction set. Throws
// Error(malformed), see mean_vector().
SimilarityResult evaluate_similarity(const Embeddings& embeddings, const WordPairs& pairs,
                                     const SimilarityEvaluation& evaluation);

// What evaluate_similarity() found of a set for two models, of the pairs that count for both.
struct SimilarityComparison {
  std::uint64_t pairs = 0;
  CorrelationDifference spearman;  // the second model's less the first's
  CorrelationDifference pearson;
};
SimilarityComparison compare_similarity(const WordPairs& pairs, const SimilarityResult& first,
                                        const SimilarityResult& second, const Bootstrap& bootstrap);

// The cosine of two vectors; 0 where one has no direction, or holds a value that is not finite.
double cosine_or_zero(std::span<const float> a, std::span<const float> b);

// mean_row() of the first `top_rows` rows, one at least, rounded to float32. Throws
// Error(malformed) when a row holds a value that is not finite.
std::vector<float> mean_vector(const Embeddings& embeddings, std::size_t top_rows,
                               unsigned threads);

}  // namespace wordvec
