// The parts of a fastText model file (.bin, .ftz), as fastText 0.9.2 and its predecessors write it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/model/subwords.h"

namespace wordvec {

// A matrix in a file, which need not be aligned: float32, or the codes of a product quantiser
// (Jégou et al. 2011, "Product Quantization for Nearest Neighbor Search"; Joulin et al. 2016,
// "FastText.zip"). A view; safe to use from many threads.
class FastTextMatrix {
 public:
  FastTextMatrix() = default;
  // `values`: rows × dim float32.
  static FastTextMatrix dense(std::uint64_t rows, std::size_t dim, const char* values);

  // The vectors are cut into parts of part_dim values, the last of which may be shorter; of each
  // part there are 256 centroids.
  struct Quantizer {
    std::size_t parts = 0;
    std::size_t part_dim = 0;
    const char* centroids = nullptr;   // parts × 256 × the part's values
    const char* codes = nullptr;       // rows × parts bytes
    const char* norms = nullptr;       // 256 float32; nullptr: all are 1
    const char* norm_codes = nullptr;  // rows bytes
  };
  static FastTextMatrix quantized(std::uint64_t rows, std::size_t dim, const Quantizer& quantizer);

  std::uint64_t rows() const noexcept { return rows_; }
  std::size_t dim() const noexcept { return dim_; }

  // `row` must be less than rows(), `sum` and `vector` have dim() values.
  void add_row(std::uint64_t row, std::span<float> sum) const noexcept;
  void copy_row(std::uint64_t row, std::span<float> vector) const noexcept;
  // Where the file has its values, or codes.
  const char* begin_of_row(std::uint64_t row) const noexcept;

 private:
  // Calls take(i, value) for each value of the row.
  template <class Take>
  void for_each_value(std::uint64_t row, Take take) const noexcept;

  std::uint64_t rows_ = 0;
  std::size_t dim_ = 0;
  const char* values_ = nullptr;  // nullptr: quantised
  Quantizer quantizer_;
};

// A view of the file's bytes.
struct FastTextFile {
  std::vector<std::string_view> words;  // without labels; word i has row i of the matrix
  // How often each occurred in the text that the model was trained on, as the file has it.
  std::vector<std::int64_t> counts;
  FastTextMatrix matrix;  // of the words, then of the n-grams
  // rules.max_length is 0 where the model has no n-grams of characters.
  SubwordRules rules;
  std::uint64_t ngrams = 0;  // rows for them
  // Of a pruned model: the buckets that have a row, ascending, and which: matrix row
  // words.size() + ngram_rows[i]. Both empty: bucket i has row words.size() + i.
  std::vector<std::uint32_t> buckets;
  std::vector<std::uint32_t> ngram_rows;
  // Why the output matrix, which no vector needs, is not whole; empty: it is.
  std::string output_problem;
  std::string output_error;  // the same in full, and where it ends
  std::uint64_t output_offset_bytes = 0;

  std::uint64_t matrix_row_of_ngram(std::uint64_t ngram) const noexcept {
    return words.size() + (ngram_rows.empty() ? ngram : ngram_rows[ngram]);
  }
};

// True for a file that begins as a fastText model does, of the versions before there was a
// signature too.
bool looks_like_fasttext(std::string_view head);

// Throws what parse_fasttext() would of the fields before the dictionary. `head` is the file, or
// its first kFastTextHeadBytes.
inline constexpr std::size_t kFastTextHeadBytes = std::size_t{128} << 10;
void check_fasttext_head(std::string_view head, const std::string& name);

// How many bytes a file has whose first are `begin`, as far as these tell; at most their number
// where they are all, or no model's.
std::uint64_t fasttext_bytes_needed(std::string_view begin);

// Finds the parts of a whole file; what it claims is held against its size before memory is taken.
// `name` stands for the file in messages. That a file ends in the output matrix is told in the
// result. Throws Error(malformed) with the offset; it tells a .bin of floret apart, which has the
// same signature and version and other fields.
FastTextFile parse_fasttext(std::string_view bytes, const std::string& name);

}  // namespace wordvec
