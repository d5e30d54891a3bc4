#include "options/explain_options.h"

#include <utility>

#include "options/query_reports.h"
#include "wordvec/base/error.h"

namespace wordvec::cli {

ExplanationOutput::ExplanationOutput(std::optional<OutputFormat> format,
                                     std::vector<Column> columns, const RowStyle& style)
    : out_(make_standard_output()) {
  if (format) rows_ = make_row_writer(*format, std::move(columns), style, *out_);
}

void ExplanationOutput::text(const std::string& text) {
  if (std::exchange(has_text_, true)) out_->buffer() += '\n';
  out_->buffer() += text;
}

void ExplanationOutput::error(const ErrorRecord& record) {
  if (rows_) rows_->error(record);
}

void ExplanationOutput::finish() {
  if (rows_) rows_->finish();
  out_->finish();
}

void ExplainOptions::define_words(OptionSet& options, const std::string& name,
                                  const std::string& description) {
  options.add_words(name, words_, description);
}

void ExplainOptions::define_rest(OptionSet& options) {
  model_.define(options);
  model_.define_case(options);
  output_.define(options, kAutoExplains);
  run_.define(options);
}

void ExplainOptions::apply(Messages& messages) {
  run_.apply(messages);
  format_ = output_.format();
  style_ = output_.style(messages);
}

void ExplainOptions::check_words(const std::string& expected) const {
  if (words_.empty()) throw Error(ErrorCode::usage, expected);
}

void ExplainOptions::check_arguments() const {
  if (words_.size() != 1 || words_[0] != "-") return;
  throw Error(ErrorCode::usage,
              "'-' is no word here, and a topic takes words as arguments only, none from standard "
              "input");
}

Model ExplainOptions::open(Context& context) const {
  Model model = model_.open(context, run_.threads());
  const Embeddings& embeddings = model.embeddings();
  if (embeddings.subwords.empty() && !embeddings.vocabulary.find("-")) check_arguments();
  return model;
}

void explain_each(std::span<const std::string> queries, ExplanationOutput& output,
                  Messages& messages, int& status,
                  const std::function<void(const std::string&)>& explain) {
  for (const std::string& query : queries) {
    try {
      explain(query);
    } catch (const Error& error) {
      output.error(report_bad_query(error, {query, 0}, messages, status));
    }
  }
}

}  // namespace wordvec::cli
