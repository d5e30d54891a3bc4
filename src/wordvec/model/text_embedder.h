// From text to vectors: words, their rows, what a network's first layer makes of them, and one
// vector for a whole text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/model/embedding_layer.h"
#include "wordvec/model/embeddings.h"
#include "wordvec/model/equivalent_words.h"
#include "wordvec/model/split_words.h"
#include "wordvec/model/word_frequencies.h"

namespace wordvec {

// What stands for a word that has no vector.
enum class UnknownWords : std::uint8_t {
  skip,  // nothing
  zero,  // zeros
  mean,  // the mean of all rows of the matrix
};

enum class Pooling : std::uint8_t {
  none,
  mean,
  sum,
  max,  // of each dim
  // The mean, each word weighted by a / (a + p(word)): Arora, Liang, Ma 2017, "A Simple but
  // Tough-to-Beat Baseline for Sentence Embeddings", equation 2, before the common component is
  // removed (analysis/common_component.h). p is the word's share of TextOptions::frequencies; where
  // there are none, of the model's counts; and where these are not known, that of row r in a
  // vocabulary in order of frequency, by Zipf's law: 1 / ((r + 1) H), H = 1 + 1/2 + … + 1/rows, a
  // word without a row counting as the last one. A word that the frequencies or counts lack has p =
  // 0, so the weight 1, as in the authors' program (https://github.com/PrincetonML/SIF).
  // Frequencies are also those of WordFrequencies::equivalent_of(), but with WordMatching::exact.
  sif,
};

struct TextOptions {
  SplitOptions split{};
  UnknownWords unknown = UnknownWords::skip;
  std::optional<double> max_norm{};  // of a word's vector, see EmbeddingLayerOptions
  // Each word's vector is scaled to unit length, before what follows. One of zeros stays, and
  // pool() leaves it out, also of the number that a mean is divided by: with Pooling::mean this is
  // what fastText prints for a text (FastText::getSentenceVector of a model that is not
  // supervised).
  bool unit_words = false;
  bool scale_sqrt_dim = false;  // times √dim, as in Vaswani et al. 2017, section 3.4
  bool positions = false;       // plus the position's encoding (model/position_encoding.h)
  double sif_a = 1e-3;
  const WordFrequencies* frequencies = nullptr;  // of Pooling::sif; must outlive the embedder
  // Of each text; what comes after these is cut: it is neither counted nor reported.
  std::uint64_t most_words = std::numeric_limits<std::uint64_t>::max();
};

struct TextWord {
  std::string_view text;   // as it stands in the text
  std::optional<Row> row;  // nullopt: it is not in the vocabulary
  bool is_built = false;   // from its n-grams
};

// A vector that is made of those of a text is beyond float32. An Error(malformed).
class VectorOverflowError : public Error {
 public:
  explicit VectorOverflowError(std::string_view what);
};

// What was met; summed over all texts.
struct TextCounts {
  std::uint64_t words = 0;              // all
  std::uint64_t built = 0;              // from n-grams
  std::uint64_t unknown = 0;            // neither in the vocabulary nor built
  std::uint64_t cut_texts = 0;          // that have more than TextOptions::most_words
  std::uint64_t without_frequency = 0;  // of words with a vector, in Pooling::sif: p = 0
  std::string first_without_frequency;
  OtherSpellings frequencies_spelt_otherwise;  // of words that TextOptions::frequencies has so
  std::uint64_t other_forms = 0;  // of known words: that the vocabulary has by another form
  std::string first_other_form;   // as it stands in the text
  Row first_other_row = 0;        // its row
};

// A view: the model must outlive it. The results do not depend on the machine but for the last bit
// of the position encoding. Not for several threads at once.
class TextEmbedder {
 public:
  // Called for each word without a vector.
  using Unknown = std::function<void(std::string_view)>;
  using EachWord = std::function<void(const TextWord&)>;
  // The vector is valid during the call.
  using EachVector = std::function<void(const TextWord&, std::span<const float>)>;

  // Throws Error(usage) for options without meaning.
  TextEmbedder(const Embeddings& embeddings, TextOptions options, Unknown unknown);

  std::size_t dim() const noexcept { return embeddings_.dim(); }

  // The words of `text` that have no vector (where `needs_row`: no row, though they can be built),
  // as they stand there; of what is cut, none. Counts and reports nothing.
  std::vector<std::string_view> unknown_words(std::string_view text, bool needs_row);

  // The words of `text`, in order. UnknownWords::skip leaves out those without a row.
  void rows(std::string_view text, const EachWord& each);
  // The same with their vectors; words that are built have one. Positions count what `each` gets,
  // from 0 for each text. Throws VectorOverflowError for a vector that is beyond float32 once it is
  // scaled.
  void vectors(std::string_view text, const EachVector& each);
  // One vector for the text into `out` (dim values), from those that vectors() gives; the number of
  // these. 0: `out` is zeros. Sums are in double and rounded once. Throws VectorOverflowError for
  // one that is beyond float32.
  std::uint64_t pool(std::string_view text, Pooling pooling, std::span<float> out);

  const TextCounts& counts() const noexcept { return counts_; }

 private:
  void count(const SplitWord& word);
  std::span<const float> vector_of(const SplitWord& word, TextWord& found);
  std::span<const float> transform(const TextWord& word, std::span<const float> vector,
                                   std::uint64_t position);
  std::span<const float> mean_row();
  double weight_of(const TextWord& word);
  double probability_of(const TextWord& word);
  double listed_probability_of(std::string_view word);

  Embeddings embeddings_;
  TextOptions options_;
  Unknown unknown_;
  WordSplitter splitter_;
  EmbeddingLayer layer_;
  double scale_ = 1;
  // Of Pooling::sif, made when it is needed; 0: not yet.
  double counts_total_ = 0;
  double harmonic_ = 0;  // H
  std::vector<float> scratch_;
  std::vector<float> unit_;
  bool is_zero_ = false;  // the last vector, where unit_words asks for it
  std::vector<float> transformed_;
  std::vector<float> positions_;  // the encodings of the first positions
  std::vector<float> zeros_;
  std::vector<float> mean_;
  std::vector<double> sum_;
  TextCounts counts_;
};

}  // namespace wordvec
