// One writer of results for all output formats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "output/messages.h"
#include "output/text_output.h"

namespace wordvec::cli {

enum class OutputFormat { table, tsv, csv, json, ndjson };

// Whether queries without an answer have records.
inline bool is_json(OutputFormat format) {
  return format == OutputFormat::json || format == OutputFormat::ndjson;
}

// Nothing (in JSON null), text, a number, or a vector, which takes as many fields as it has values.
using Cell = std::variant<std::monostate, std::string_view, std::uint64_t, std::int64_t, float,
                          double, std::span<const float>>;

struct Column {
  std::string name;        // of the JSON key, and in the header line
  std::size_t values = 0;  // of a vector: in the header line they are v1, v2, …; 0: a single value
  // In a table, where four decimals could leave nothing of a number; 0: four decimals.
  int significant_digits = 0;
};

// Of p-values, the smallest of which matter most.
inline const Column kPValueColumn = {"p_value", 0, 2};

// Why a query has no answer, in a word for programs (README.md lists them; a name that is there
// stays).
enum class QueryError : std::uint8_t {
  unknown_word,   // it needs a word that has no vector
  bad_query,      // it has no meaning: an operator without a word, one word where two are needed
  no_direction,   // a vector, or a sum of vectors, is all zeros or not finite
  too_few_words,  // of its words too few are left, or it has none
  no_answer,      // nothing is left of what could be one: of the options, or of the model
  overflow,       // a number is beyond the largest float
  not_compared,   // the word is not among those that were compared
};

// "unknown-word"
std::string_view name_of(QueryError error) noexcept;

// What a program is told of a query without an answer.
struct ErrorRecord {
  std::string query;  // as it was asked
  QueryError error = QueryError::bad_query;
  std::string message{};               // for a person
  std::vector<std::string> words{};    // that have no vector, as they were asked
  std::vector<std::string> closest{};  // spellings of the vocabulary, where they were looked for
};

// begin is the constructor; then row() any number of times, flush() where what is there should be
// seen now, finish() at the end.
//
// table   aligned columns; numbers with four decimals, or their column's significant digits; of a
//         vector the first values that fit
// tsv     a header line; a tab, line end or carriage return in a text is written \t, \n, \r
// csv     RFC 4180 with a header line
// json    one array of objects with the columns' names as keys
// ndjson  the same objects, one a line
//
// On a terminal, what printable() escapes is written as escapes in every format; JSON has its own,
// everywhere.
//
// Numbers are in the shortest form that reads back exactly, but for the table's. JSON has no bytes
// that are not UTF-8: they become U+FFFD.
//
// A query without an answer has an object of its own in JSON, in the place of its rows:
// {"query":…,"error":…,"message":…,"words":[…],"closest":[…]}. In the other formats it has no row.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void row(std::span<const Cell> cells) = 0;
  // `cells` are those of the first columns, as far as the query tells them; one named query is that
  // of the record.
  virtual void error(const ErrorRecord& /*record*/, std::span<const Cell> /*cells*/) {}
  // The same where a row stands for the query in every format.
  virtual void error_row(const ErrorRecord& /*record*/, std::span<const Cell> cells) { row(cells); }
  virtual void flush() = 0;
  // Ends the document; the output is finished by its owner.
  virtual void finish() = 0;

  void row(std::initializer_list<Cell> cells) { row(std::span(cells.begin(), cells.size())); }
  void error(const ErrorRecord& record, std::initializer_list<Cell> cells = {}) {
    error(record, std::span(cells.begin(), cells.size()));
  }
  void error_row(const ErrorRecord& record, std::initializer_list<Cell> cells) {
    error_row(record, std::span(cells.begin(), cells.size()));
  }
};

// What is asked for of rows beside their format.
struct RowStyle {
  bool header = true;            // tables, tsv and csv: a line with the columns' names
  bool csv_safe = false;         // tsv and csv: ' before texts that a spreadsheet would run
  Messages* messages = nullptr;  // noted there where a file has such a text and not csv_safe
};

// `output`, and `style.messages`, must outlive the writer.
std::unique_ptr<RowWriter> make_row_writer(OutputFormat format, std::vector<Column> columns,
                                           const RowStyle& style, TextOutput& output);

}  // namespace wordvec::cli
