// What all topics of `wordvec eval` share.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "command.h"
#include "output/row_writer.h"
#include "output/text_output.h"
#include "wordvec/eval/test_items.h"
#include "wordvec/eval/test_lines.h"
#include "wordvec/eval/word_finder.h"
#include "wordvec/open/model.h"

namespace wordvec::cli {

// The files with the test sets, and which rows stand for words.
class TestSetOptions {
 public:
  // `usual_rows` says in the help what --top-rows is by itself.
  void define(CLI::App& app, const std::string& usual_rows);

  // For topics that do not count as --counting says: --exact-case.
  void define_case(CLI::App& app);

  const std::vector<std::string>& files() const { return files_; }
  std::optional<std::size_t> top_rows() const { return top_rows_; }
  CaseFolding folding() const { return exact_case_ ? CaseFolding::none : CaseFolding::upper; }

  // Throws Error(usage) when there are no files, when standard input would be read twice, or for
  // both the model and a test set.
  void check() const;
  void check(const Model& model) const;

 private:
  std::vector<std::string> files_;
  std::optional<std::size_t> top_rows_;
  bool exact_case_ = false;
};

// For the results: their rows end in the path of `model`, so that those of several models can stand
// in one file. A table, which stands below the command that names it, has no such column.
std::unique_ptr<RowWriter> make_result_writer(OutputFormat format, std::vector<Column> columns,
                                              bool header, const Model& model, TextOutput& output);

// "the same in upper case": when words are, with define_case().
std::string_view name_of(CaseFolding folding);

// "the first 300,000 rows": those that stand for words.
std::string rows_that_stand_for_words(std::size_t top_rows, std::size_t rows);

// Says that lines of `file` were left out, with the first; false: there were none.
bool report_bad_lines(const std::string& file, const BadLines& bad, Messages& messages);

// Says that words are not in the vocabulary, with the first few, and of how many `tests`
// ("questions") of how many that made no use.
void report_unknown_words(const std::vector<std::string>& words, std::uint64_t tests,
                          std::uint64_t all, std::string_view name, Messages& messages);

// Warns of words whose vectors have no direction. `where` begins the message ("set.tsv: "), and
// what becomes of one word ("its cosines count as 0") and of several ends it.
void report_directionless_words(const DirectionlessWords& words, const std::string& where,
                                std::string_view of_one, std::string_view of_several,
                                Messages& messages);

}  // namespace wordvec::cli
