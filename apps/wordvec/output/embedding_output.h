// Where the vectors of words and of texts are written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "output/row_writer.h"
#include "wordvec/model/text_embedder.h"

namespace wordvec::cli {

// What stands in a word's place: its row of the model, what its n-grams make, or, of an unknown
// word, zeros or the mean row; or zeros after the last word of a text.
enum class VectorFrom : std::uint8_t { row, ngrams, zero, mean, padding };

// "n-grams": as `vector_from` has it in JSON.
std::string_view name_of(VectorFrom from) noexcept;

// What one run writes: for each text either word() for each of its words and then end_text(), or
// text(). Functions throw Error and ClosedPipe.
class EmbeddingOutput {
 public:
  EmbeddingOutput() = default;
  EmbeddingOutput(const EmbeddingOutput&) = delete;
  EmbeddingOutput& operator=(const EmbeddingOutput&) = delete;
  virtual ~EmbeddingOutput() = default;

  // `number`: of the text, from 1. The vector is empty where row numbers are written only. Throws
  // Error(usage), and nothing is written, for a word that the format cannot hold.
  virtual void word(std::uint64_t number, const TextWord& word, std::span<const float> vector) = 0;
  // A place of a text that is filled up, after its words.
  virtual void padding(std::uint64_t number, std::span<const float> vector) {
    word(number, kPaddingWord, vector);
  }
  virtual void end_text() {}
  // `words`: how many the text's vector is made of.
  virtual void text(std::uint64_t number, std::uint64_t words, std::span<const float> vector) = 0;
  // The same for a text without a word, of which nothing else is written: RowWriter::error().
  virtual void error(std::uint64_t /*number*/, const ErrorRecord& /*record*/) {}
  // What is there should be seen now.
  virtual void flush() {}
  // A file appears under its name.
  virtual void finish() = 0;

 protected:
  static constexpr TextWord kPaddingWord = {"<pad>", std::nullopt, false};
};

struct EmbeddingLayout {
  std::size_t dim = 0;
  bool rows_only = false;
  bool pooled = false;                 // text(), not word()
  std::optional<std::uint64_t> pad{};  // every text has so many words
  UnknownWords unknown = UnknownWords::skip;
};

// Without a format: a line of row numbers for each text, GloVe text for vectors of words, and a
// line of values for each text that has one vector. `path`: empty or "-" is standard output.
std::unique_ptr<EmbeddingOutput> make_text_embedding_output(const std::string& path,
                                                            std::optional<OutputFormat> format,
                                                            const RowStyle& style,
                                                            const EmbeddingLayout& layout);

// A NumPy array: of words [words, dim], with the words in a file beside; of words that are padded
// [texts, pad, dim]; of texts [texts, dim].
std::unique_ptr<EmbeddingOutput> make_npy_embedding_output(const std::string& path,
                                                           unsigned threads,
                                                           const EmbeddingLayout& layout);

}  // namespace wordvec::cli
