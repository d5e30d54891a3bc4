#include "options/eval_options.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "options/input_checks.h"
#include "options/numbers.h"
#include "output/explanation.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/exact_word.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/word_form.h"

namespace wordvec::cli {
void TestSetOptions::define(OptionSet& options, const std::string& usual_rows) {
  options.add_option("FILE", files_, "Test sets (-: standard input)");
  options.add_number("--top-rows N", top_rows_, whole_number(1),
                     "Only the first N rows stand for words, the model has no others (default: " +
                         usual_rows + ")");
}

void TestSetOptions::define_case(OptionSet& options) {
  options.add_flag(
      "--exact-case", exact_case_,
      "Words are the same as they stand, neither in upper case nor by an equivalent of "
      "Unicode");
}

void TestSetOptions::check() const {
  if (files_.empty()) {
    throw Error(ErrorCode::usage, "found no FILE, expected one or more test sets");
  }
  if (std::count(files_.begin(), files_.end(), "-") > 1) {
    throw Error(ErrorCode::usage, "found - twice, but standard input can be read once");
  }
}

void TestSetOptions::check(const EvalModels& models) const {
  const std::vector<std::string> read = models.files();
  const bool reads = std::find(files_.begin(), files_.end(), "-") != files_.end();
  const bool model_reads = std::find(read.begin(), read.end(), "-") != read.end();
  refuse_second_reader({{model_reads, "the model"}, {reads, "a test set"}});
}

void TestSetOptions::check(const Model& model) const {
  const bool reads = std::find(files_.begin(), files_.end(), "-") != files_.end();
  refuse_second_reader({{model.took_standard_input(), "the model"}, {reads, "a test set"}});
}

std::string rows_that_stand_for_words(std::size_t top_rows, std::size_t rows) {
  return top_rows >= rows
             ? fmt::format("all {} rows", grouped(rows))
             : fmt::format("the first {} of {} rows", grouped(top_rows), grouped(rows));
}

ResultRows::ResultRows(OutputFormat format, std::vector<Column> columns, std::size_t keys,
                       std::vector<Column> comparison, const EvalModels& models,
                       const RowStyle& style)
    : is_table_(format == OutputFormat::table),
      keys_(keys),
      comparison_columns_(comparison.size()),
      models_(models),
      output_(make_standard_output()) {
  std::vector<Column> of_comparison(columns.begin(),
                                    columns.begin() + static_cast<std::ptrdiff_t>(keys));
  of_comparison.insert(of_comparison.end(), {{"model"}, {"versus"}});
  of_comparison.insert(of_comparison.end(), comparison.begin(), comparison.end());
  if (!is_table_ || models.are_several()) columns.push_back({"model"});
  if (!is_table_ && models.are_several() && !comparison.empty()) {
    columns.push_back({"versus"});
    columns.insert(columns.end(), comparison.begin(), comparison.end());
  }
  rows_ = make_row_writer(format, std::move(columns), style, *output_);
  if (is_table_) {
    comparisons_ = make_row_writer(format, std::move(of_comparison), style, *output_);
  }
}

void ResultRows::begin(const Model& model) {
  model_ = is_table_ ? models_.name(begun_) : model.path();
  if (begun_++ == 0) first_ = model_;
}

void ResultRows::row(std::vector<Cell> cells, std::span<const Cell> comparison) {
  const std::vector<Cell> keys(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(keys_));
  if (!is_table_ || models_.are_several()) cells.emplace_back(std::string_view(model_));
  std::vector<Cell> compared;
  if (comparison.empty()) {
    compared.resize(1 + comparison_columns_);
  } else {
    compared.emplace_back(std::string_view(first_));
    compared.insert(compared.end(), comparison.begin(), comparison.end());
  }
  if (!is_table_ && models_.are_several() && comparison_columns_ > 0) {
    cells.insert(cells.end(), compared.begin(), compared.end());
  }
  rows_->row(cells);
  if (!is_table_ || comparison.empty()) return;
  has_comparisons_ = true;
  std::vector<Cell> below = keys;
  below.emplace_back(std::string_view(model_));
  below.insert(below.end(), compared.begin(), compared.end());
  comparisons_->row(below);
}

void ResultRows::finish() {
  rows_->finish();
  if (has_comparisons_) {
    output_->buffer() += '\n';
    comparisons_->finish();
  }
  output_->finish();
}

std::vector<Column> paired_columns() {
  return {{"paired"}, {"gained"}, {"lost"}, {"difference"}, {"difference_p_value", 0, 2}};
}

std::vector<Cell> paired_cells(const PairedOutcomes& paired) {
  const auto cell = [](const std::optional<double>& value) {
    return value ? Cell(*value) : Cell();
  };
  return {paired.items(), paired.only_second, paired.only_first, cell(paired.difference()),
          cell(paired.p_value())};
}

void report_comparisons(const EvalModels& models, std::string_view items, Messages& messages) {
  if (!models.are_several()) return;
  messages.note(
      "differences are from {}, of the {} that count for both models; each p-value is of one "
      "comparison by itself, not corrected for their number",
      printable(models.name(0)), items);
}

std::vector<Column> item_columns(std::vector<Column> columns, const EvalModels& models) {
  if (models.are_several()) columns.push_back({"model"});
  return columns;
}

void write_item(RowWriter& rows, std::vector<Cell> cells, const EvalModels& models,
                const Model& model) {
  if (models.are_several()) cells.emplace_back(std::string_view(model.path()));
  rows.row(cells);
}

std::string_view name_of(CaseFolding folding) {
  return folding == CaseFolding::none ? "as they stand" : "the same in upper case";
}

void report_hash_lines(const std::string& file, const HashLines& lines, Messages& messages) {
  const std::string name = printable(input_name(file));
  if (lines.passed_over == 1) {
    messages.note("{}:{}: begins with # and is passed over as a comment", name,
                  lines.first_passed_over);
  } else if (lines.passed_over > 1) {
    messages.note(
        "{}: {} lines that begin with # are passed over as comments, the first is line {}", name,
        lines.passed_over, lines.first_passed_over);
  }
  if (lines.counted == 0) return;
  messages.note(
      "{}:{}: {} as the other lines are: where that is a comment, put a blank after the #", name,
      lines.first_counted,
      lines.counted == 1
          ? std::string("begins with # and is read")
          : fmt::format("this line and {} more begin with # and are read", lines.counted - 1));
}

bool report_bad_lines(const std::string& file, const BadLines& bad, Messages& messages) {
  if (bad.count == 0) return false;
  messages.warning("{}:{}: {}; {} left out", printable(input_name(file)), bad.first_line,
                   bad.first_problem,
                   bad.count == 1 ? "a line was" : fmt::format("{} lines were", bad.count));
  return true;
}

namespace {

// ", 'café' as 'cafe\u0301'" for those of `words` that the vocabulary has in a spelling that
// nobody can tell from them by sight. Words of ASCII are not looked for: it takes a pass.
std::string spelt_otherwise(std::span<const std::string> words, const Vocabulary& vocabulary) {
  const auto is_ascii = [](std::string_view word) {
    return std::all_of(word.begin(), word.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  };
  std::string text;
  for (const std::string& word : words) {
    const std::string form = is_ascii(word) ? std::string() : word_form(word, WordForm::seen);
    if (form.empty()) continue;
    const std::uint64_t hash = form_hash(word, false);
    for (Row row = 0; row < vocabulary.size(); ++row) {
      const std::string_view other = vocabulary.word(row);
      const bool may_be = other != word && form_hash(other, false) == hash;
      if (!may_be || word_form(other, WordForm::seen) != form) continue;
      text += fmt::format("{}{} as {}", text.empty() ? "" : ", ", exact_word_in_quotes(word),
                          exact_word_in_quotes(other));
      break;
    }
  }
  return text;
}

}  // namespace

void report_unknown_words(const std::vector<std::string>& words, const Vocabulary& vocabulary,
                          std::uint64_t tests, std::uint64_t all, std::string_view name,
                          const std::string& where, Messages& messages) {
  if (words.empty()) return;
  constexpr std::size_t kShown = 5;
  const auto first = std::span(words).first(std::min(words.size(), kShown));
  std::vector<std::string> shown;
  for (const std::string& word : first) shown.push_back(exact_word_in_quotes(word));
  const std::string others = spelt_otherwise(first, vocabulary);
  messages.note(
      "{}{} of {} {} have a word that is not in the vocabulary; it has none of {}: {}{}{}", where,
      tests, all, name, words.size(), fmt::join(shown, ", "), words.size() > kShown ? ", …" : "",
      others.empty() ? "" : "; it has " + others);
}

void report_directionless_words(const DirectionlessWords& words, const std::string& where,
                                std::string_view of_one, std::string_view of_several,
                                Messages& messages) {
  const auto report = [&](const std::vector<std::string>& without, std::string_view what) {
    if (without.size() == 1) {
      messages.warning("{}the vector of {} is {}: {}", where, exact_word_in_quotes(without.front()),
                       what, of_one);
    } else if (without.size() > 1) {
      messages.warning("{}the vectors of {} words, the first {}, are {}: {}", where, without.size(),
                       exact_word_in_quotes(without.front()), what, of_several);
    }
  };
  report(words.zeros, "all zeros");
  report(words.not_finite, "not finite");
}

}  // namespace wordvec::cli
