// What all topics of `wordvec eval` share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "command.h"
#include "options/eval_models.h"
#include "options/option_set.h"
#include "output/row_writer.h"
#include "output/text_output.h"
#include "wordvec/eval/dataset_items.h"
#include "wordvec/eval/dataset_lines.h"
#include "wordvec/eval/mcnemar.h"
#include "wordvec/eval/word_finder.h"
#include "wordvec/open/model.h"

namespace wordvec::cli {

// The files with the test sets, and which rows stand for words.
class TestSetOptions {
 public:
  // `usual_rows` says in the help what --top-rows is by itself.
  void define(OptionSet& options, const std::string& usual_rows);

  // For topics that do not count as --counting says: --exact-case.
  void define_case(OptionSet& options);

  const std::vector<std::string>& files() const { return files_; }
  std::optional<std::size_t> top_rows() const { return top_rows_; }
  CaseFolding folding() const { return exact_case_ ? CaseFolding::none : CaseFolding::upper; }

  // Throws Error(usage) when there are no files, when standard input would be read twice, or for
  // both a model and a test set.
  void check() const;
  void check(const EvalModels& models) const;
  void check(const Model& model) const;

 private:
  std::vector<std::string> files_;
  std::optional<std::size_t> top_rows_;
  bool exact_case_ = false;
};

// The results on standard output. Their rows end in the path of the model, so that those of several
// models can stand in one file; a table, which stands below the command that names the model, has
// no such column where there is one alone.
//
// Rows of a second and later model have more columns: `versus`, the first model, and how the two
// compare (all empty in the first model's rows). A table, which has not the room, has these in a
// second one below the first.
class ResultRows {
 public:
  // The first `keys` columns say what a row is of. `comparison`: the columns after versus.
  ResultRows(OutputFormat format, std::vector<Column> columns, std::size_t keys,
             std::vector<Column> comparison, const EvalModels& models, const RowStyle& style);

  // Before the rows of the next of the models.
  void begin(const Model& model);
  // `comparison` has as many cells as there are columns; none in the rows of the first model.
  void row(std::vector<Cell> cells, std::span<const Cell> comparison = {});
  void finish();

 private:
  bool is_table_;
  std::size_t keys_;
  std::size_t comparison_columns_;
  const EvalModels& models_;
  std::unique_ptr<TextOutput> output_;
  std::unique_ptr<RowWriter> rows_;
  std::unique_ptr<RowWriter> comparisons_;  // of a table
  bool has_comparisons_ = false;
  std::size_t begun_ = 0;      // models
  std::string first_, model_;  // as rows name them
};

// How two models' outcomes compare, as McNemar's test takes them.
std::vector<Column> paired_columns();
std::vector<Cell> paired_cells(const PairedOutcomes& paired);

// Says once, with several models, that p-values are of one comparison each, and how items are
// paired.
void report_comparisons(const EvalModels& models, std::string_view items, Messages& messages);

// Columns of a file beside the results: those of several models have the model in the last.
std::vector<Column> item_columns(std::vector<Column> columns, const EvalModels& models);
// A row of it.
void write_item(RowWriter& rows, std::vector<Cell> cells, const EvalModels& models,
                const Model& model);

// "the same in upper case": when words are, with define_case().
std::string_view name_of(CaseFolding folding);

// "the first 300,000 rows": those that stand for words.
std::string rows_that_stand_for_words(std::size_t top_rows, std::size_t rows);

// Says which lines of `file` that begin with '#' were passed over, and which were not.
void report_hash_lines(const std::string& file, const HashLines& lines, Messages& messages);

// Says that lines of `file` were left out, with the first; false: there were none.
bool report_bad_lines(const std::string& file, const BadLines& bad, Messages& messages);

// Says that words are not in the vocabulary, with the first few, and of how many `tests`
// ("questions") of how many that made no use, and where `vocabulary` has one of these that looks
// the same. `where` begins the message.
void report_unknown_words(const std::vector<std::string>& words, const Vocabulary& vocabulary,
                          std::uint64_t tests, std::uint64_t all, std::string_view name,
                          const std::string& where, Messages& messages);

// Warns of words whose vectors have no direction. `where` begins the message ("set.tsv: "), and
// what becomes of one word ("its cosines count as 0") and of several ends it.
void report_directionless_words(const DirectionlessWords& words, const std::string& where,
                                std::string_view of_one, std::string_view of_several,
                                Messages& messages);

}  // namespace wordvec::cli
