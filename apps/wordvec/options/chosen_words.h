// The words that an analysis works on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "options/option_set.h"
#include "output/messages.h"
#include "output/row_writer.h"
#include "wordvec/model/embeddings.h"
#include "wordvec/model/word_matching.h"

namespace wordvec::cli {

// Rows of a matrix, and their words. Views the model, which must outlive it.
struct ChosenWords {
  MatrixView matrix;
  std::vector<Row> rows;             // empty: all, or none where words were not found
  Vocabulary vocabulary;             // that of the model, as long as no vector is built
  std::vector<std::string> words;    // of the rows; empty: those in the vocabulary
  std::vector<float> gathered;       // what `matrix` views, where a vector is built
  std::vector<std::string> asked;    // of the rows, as they were asked; empty: as word() has them
  std::vector<ErrorRecord> missing;  // of the words that were left out
  bool all = false;                  // the whole model was asked for

  std::size_t size() const { return all ? matrix.rows : rows.size(); }
  std::string_view word(std::size_t i) const {
    if (!words.empty()) return words[i];
    return vocabulary.word(rows.empty() ? static_cast<Row>(i) : rows[i]);
  }
  std::string_view asked_word(std::size_t i) const { return asked.empty() ? word(i) : asked[i]; }
};

// The rows of `words`, or vectors that are built of their n-grams, each once (keep_each_once()).
// Unknown words are reported and left out, and `status` becomes kNotFound.
ChosenWords find_chosen_words(std::span<const std::string> words, std::string_view where,
                              const Embeddings& embeddings, const WordMatching& matching,
                              Messages& messages, int& status);

// Which words are chosen: arguments, --words FILE, --top N, or all.
class WordChoice {
 public:
  void define(OptionSet& options);
  // Throws Error(usage) where more than one of these is given.
  void check() const;
  bool reads_standard_input() const;
  const std::string& file() const { return words_file_; }  // empty: not from one
  std::uint64_t top() const { return top_; }               // 0: --top is not given
  // As find_chosen_words().
  ChosenWords choose(const Embeddings& embeddings, const WordMatching& matching, Messages& messages,
                     int& status) const;

 private:
  std::vector<std::string> words_;
  std::string words_file_;
  std::uint64_t top_ = 0;
};

}  // namespace wordvec::cli
