// What lookup prints of each word, one way for words alone and for matrices.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "output/embedding_output.h"
#include "output/messages.h"
#include "output/row_writer.h"
#include "output/text_output.h"
#include "wordvec/model/embeddings.h"

namespace wordvec::cli {

// A word that has a vector, or for which one stands.
struct FoundWord {
  std::string_view asked;
  std::string_view word;   // of the row; without one, as it was asked
  std::optional<Row> row;  // nullopt: it is not in the vocabulary
  std::span<const float> vector;
  VectorFrom from = VectorFrom::row;
};

class LookupRows {
 public:
  enum class Shows { vectors, rows, counts };

  // Without a format, lines of text: GloVe's, row numbers, or words and counts. The model and `out`
  // must outlive it.
  LookupRows(const Embeddings& embeddings, Shows shows, std::optional<OutputFormat> format,
             const RowStyle& style, TextOutput& out);

  // Of a word that the format cannot hold, or whose length is beyond float32, it tells instead,
  // also in a record; `status` becomes kWrongUsage, and the other words are still answered. Counts
  // are of words with a row.
  void row(const FoundWord& word, Messages& messages, int& status);
  // Of a word that was told of. Where rows are shown, its number is -1, in every format.
  void unknown(const ErrorRecord& record);
  void flush();
  // Ends the document; `out` is finished by its owner.
  void finish();

 private:
  enum class Value { query, word, row, count, norm, from, vector };

  void write(const FoundWord& word);
  void write_line(const FoundWord& word);
  Cell cell_of(Value value, const FoundWord& word) const;

  Embeddings embeddings_;
  Shows shows_;
  TextOutput& out_;
  bool has_query_ = false;             // a column of its own
  std::vector<Value> values_;          // one a column
  std::unique_ptr<RowWriter> writer_;  // nullptr: lines of text
  std::vector<Cell> cells_;
};

}  // namespace wordvec::cli
