#include "commands/lookup_rows.h"

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>

#include "command.h"
#include "options/query_reports.h"
#include "wordvec/base/error.h"
#include "wordvec/base/finite.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/search/query_error.h"

namespace wordvec::cli {
namespace {

// The Euclidean length. Throws OverflowError, naming the word, where the values are finite and
// float32 cannot hold it.
float finite_norm(std::string_view word, std::span<const float> vector) {
  float norm = 0;
  compute_norms(vector, vector.size(), {&norm, 1});
  if (all_finite({&norm, 1}) || !all_finite(vector)) return norm;
  throw OverflowError(beyond_float32("the length of the vector of " + in_quotes(word)));
}

}  // namespace

LookupRows::LookupRows(const Embeddings& embeddings, Shows shows,
                       std::optional<OutputFormat> format, const RowStyle& style, TextOutput& out)
    : embeddings_(embeddings), shows_(shows), out_(out) {
  if (!format) return;
  std::vector<Column> columns;
  const auto add = [&](Value value, Column column) {
    values_.push_back(value);
    columns.push_back(std::move(column));
  };
  // In a table a person sees what was asked.
  has_query_ = *format != OutputFormat::table;
  if (has_query_) add(Value::query, {"query"});
  add(Value::word, {"word"});
  switch (shows) {
    case Shows::counts:
      add(Value::count, {"count"});
      break;
    case Shows::rows:
      add(Value::row, {"row"});
      break;
    case Shows::vectors:
      add(Value::row, {"row"});
      if (is_json(*format)) add(Value::from, {"vector_from"});
      add(Value::norm, {"norm"});
      add(Value::vector, {"vector", embeddings.dim()});
      break;
  }
  writer_ = make_row_writer(*format, std::move(columns), style, out);
}

void LookupRows::row(const FoundWord& word, Messages& messages, int& status) {
  try {
    write(word);
  } catch (const Error& error) {
    // Else: a word that text cannot hold, or a length beyond float32.
    if (error.code() != ErrorCode::usage && error.code() != ErrorCode::query) throw;
    messages.error("{}", error.what());
    if (writer_) writer_->error(record_of(error, std::string(word.asked)));
    status = kWrongUsage;
  }
}

void LookupRows::write(const FoundWord& word) {
  if (!writer_) {
    write_line(word);
    out_.flush_if_full();
    return;
  }
  cells_.clear();
  for (const Value value : values_) cells_.push_back(cell_of(value, word));
  writer_->row(cells_);
}

void LookupRows::write_line(const FoundWord& word) {
  switch (shows_) {
    case Shows::vectors:
      append_text_row(out_.buffer(), word.word, word.vector, "GloVe text");
      return;
    case Shows::rows:
      fmt::format_to(std::back_inserter(out_.buffer()), "{}\n", *word.row);
      return;
    case Shows::counts:
      if (word.word.find('\n') != std::string_view::npos) {
        throw Error(ErrorCode::usage, "the word " + in_quotes(word.word) +
                                          " contains a line end, which a line of text cannot "
                                          "hold: --format json can");
      }
      fmt::format_to(std::back_inserter(out_.buffer()), "{} {}\n", word.word,
                     embeddings_.counts[*word.row]);
      return;
  }
}

Cell LookupRows::cell_of(Value value, const FoundWord& word) const {
  switch (value) {
    case Value::query:
      return word.asked;
    case Value::word:
      return word.word;
    case Value::row:
      return word.row ? Cell(std::uint64_t{*word.row}) : Cell();
    case Value::count:
      return std::uint64_t{embeddings_.counts[*word.row]};
    case Value::norm:
      return finite_norm(word.word, word.vector);
    case Value::from:
      return name_of(word.from);
    case Value::vector:
      return word.vector;
  }
  return {};
}

void LookupRows::unknown(const ErrorRecord& record) {
  const bool has_row = shows_ == Shows::rows;
  if (!writer_) {
    if (has_row) out_.buffer() += "-1\n";
    out_.flush_if_full();
  } else if (!has_row) {
    writer_->error(record);
  } else if (has_query_) {
    writer_->error_row(record, {record.query, Cell(), std::int64_t{-1}});
  } else {
    writer_->error_row(record, {record.query, std::int64_t{-1}});
  }
}

void LookupRows::flush() {
  if (writer_) writer_->flush();
  out_.flush();
}

void LookupRows::finish() {
  if (writer_) writer_->finish();
}

}  // namespace wordvec::cli
