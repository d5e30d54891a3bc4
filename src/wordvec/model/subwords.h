// Vectors of words that a vocabulary does not have, from the n-grams of their characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/model/matrix_view.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {

// How a word's n-grams are made and where their vectors are.
enum class SubwordScheme : std::uint8_t {
  // Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information", as fastText 0.9 does
  // it: FNV-1a over 32 bits, each byte sign-extended, modulo the number of buckets.
  fasttext,
  // floret: MurmurHash3_x64_128, of which the first `hash_count` 32-bit words are a bucket each;
  // the whole word is hashed too.
  floret,
  // finalfusion's buckets: FNV-1a over 64 bits, the lowest bits of which are the bucket.
  finalfusion,
  // The n-grams are listed, each with its own row.
  listed,
};

struct SubwordRules {
  SubwordScheme scheme = SubwordScheme::fasttext;
  std::uint32_t min_length = 0;  // of n-grams, in characters (code points)
  std::uint32_t max_length = 0;
  std::uint64_t buckets = 0;  // that hashes are mapped to; 0 for `listed`
  // What stands before and after the word when it is cut.
  std::string begin = "<";
  std::string end = ">";
  std::uint32_t hash_count = 1;  // floret
  std::uint32_t seed = 0;        // floret
  // The sum of the n-grams' rows is scaled to unit length (finalfusion) instead of divided by
  // their number.
  bool unit_length = false;
};

// Which row an n-gram has.
struct SubwordIndex {
  // Ascending: the bucket of each row, where not all buckets have one. Empty: row i is bucket i.
  std::span<const std::uint32_t> buckets;
  // For `listed`: n-gram r is that of row r.
  Vocabulary ngrams;
};

// A view: what it points to must outlive it. Immutable, so safe to use from many threads. What came
// from a file may lie: rows beyond the matrix are passed over.
class Subwords {
 public:
  Subwords() = default;
  Subwords(SubwordRules rules, SubwordIndex index, MatrixView matrix);

  bool empty() const noexcept { return matrix_.rows == 0; }
  const SubwordRules& rules() const noexcept { return rules_; }
  const SubwordIndex& index() const noexcept { return index_; }
  // The n-grams' vectors.
  const MatrixView& matrix() const noexcept { return matrix_; }

  // Appends the rows of the n-grams of `word`, in the order in which the scheme makes them, one as
  // often as it comes.
  void rows_of(std::string_view word, std::vector<std::uint32_t>& rows) const;
  // The vector of a word that is not in the vocabulary into `vector` (dim values), summed in
  // float32 in the order of rows_of(), as fastText does. False: the word has no vector. Then no
  // n-gram of it has a row, and `vector` is all zeros, or the sum is beyond float32, and `vector`
  // is not finite.
  bool vector_of(std::string_view word, std::span<float> vector) const;

 private:
  SubwordRules rules_;
  SubwordIndex index_;
  MatrixView matrix_;
};

// Why `rules` cannot be those of a model, with what was found and expected; empty: they can. To be
// asked of what comes from a file, before it is used.
std::string problem_of(const SubwordRules& rules);

}  // namespace wordvec
