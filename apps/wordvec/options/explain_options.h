// What the topics of `wordvec explain` that are about words share: how they begin, and where their
// explanations go.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "command.h"
#include "options/model_options.h"
#include "options/option_set.h"
#include "options/output_options.h"
#include "options/run_options.h"
#include "output/row_writer.h"
#include "output/text_output.h"

namespace wordvec::cli {

// What --format auto is for those that explain in words.
inline constexpr const char* kAutoExplains = "an explanation";

// Rows on standard output where --format asks for them; else text for a person.
class ExplanationOutput {
 public:
  ExplanationOutput(std::optional<OutputFormat> format, std::vector<Column> columns,
                    const RowStyle& style);

  RowWriter* rows() const { return rows_.get(); }  // nullptr: text
  // A blank line stands between one text and the next.
  void text(const std::string& text);
  // RowWriter::error(); no text tells of it.
  void error(const ErrorRecord& record);
  void finish();

 private:
  std::unique_ptr<TextOutput> out_;
  std::unique_ptr<RowWriter> rows_;
  bool has_text_ = false;
};

class ExplainOptions {
 public:
  // `name` and `description`: of the words, as OptionSet::add_words() takes them. Options of the
  // topic's own come between this and define_rest().
  void define_words(OptionSet& options, const std::string& name, const std::string& description);
  void define_rest(OptionSet& options);

  const std::vector<std::string>& words() const { return words_; }
  const WordMatching& matching() const { return model_.matching(); }
  unsigned threads() const { return run_.threads(); }

  // To be called first: verbosity, kernels, format. Throws Error(usage).
  void apply(Messages& messages);
  // Throws Error(usage), and says `expected`, where there are no words.
  void check_words(const std::string& expected) const;
  // Throws Error(usage) where the only word is "-", which other commands take for standard input.
  void check_arguments() const;
  // Calls it where the model has no such word.
  Model open(Context& context) const;
  ExplanationOutput output(std::vector<Column> columns) const {
    return {format_, std::move(columns), style_};
  }

 private:
  std::vector<std::string> words_;
  std::optional<OutputFormat> format_;
  RowStyle style_;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

// Calls `explain` for each query; one that it throws an Error(query) for is told of, also in a
// record, and does not stop the others (report_bad_query()).
void explain_each(std::span<const std::string> queries, ExplanationOutput& output,
                  Messages& messages, int& status,
                  const std::function<void(const std::string&)>& explain);

}  // namespace wordvec::cli
