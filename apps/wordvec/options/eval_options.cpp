#include "options/eval_options.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "options/numbers.h"
#include "options/refusals.h"
#include "output/explanation.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"

namespace wordvec::cli {
namespace {

class RowsOfModel final : public RowWriter {
 public:
  RowsOfModel(std::unique_ptr<RowWriter> rows, std::string model)
      : rows_(std::move(rows)), model_(std::move(model)) {}

  void row(std::span<const Cell> cells) override {
    std::vector<Cell> all(cells.begin(), cells.end());
    all.emplace_back(std::string_view(model_));
    rows_->row(all);
  }
  void flush() override { rows_->flush(); }
  void finish() override { rows_->finish(); }

 private:
  std::unique_ptr<RowWriter> rows_;
  std::string model_;
};

}  // namespace

void TestSetOptions::define(CLI::App& app, const std::string& usual_rows) {
  app.add_option("FILE", files_, "Test sets (-: standard input)")->type_name("");
  app.add_option("--top-rows", top_rows_,
                 "Only the first N rows stand for words, the model has no others (default: " +
                     usual_rows + ")")
      ->transform(whole_number(1))
      ->type_name("N");
}

void TestSetOptions::define_case(CLI::App& app) {
  app.add_flag("--exact-case", exact_case_, "Words are the same as they stand, not in upper case");
}

void TestSetOptions::check() const {
  if (files_.empty()) {
    throw Error(ErrorCode::usage, "found no FILE, expected one or more test sets");
  }
  if (std::count(files_.begin(), files_.end(), "-") > 1) {
    throw Error(ErrorCode::usage, "found - twice, but standard input can be read once");
  }
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

std::unique_ptr<RowWriter> make_result_writer(OutputFormat format, std::vector<Column> columns,
                                              bool header, const Model& model, TextOutput& output) {
  if (format == OutputFormat::table) {
    return make_row_writer(format, std::move(columns), header, output);
  }
  columns.push_back({"model"});
  return std::make_unique<RowsOfModel>(make_row_writer(format, std::move(columns), header, output),
                                       model.path());
}

std::string_view name_of(CaseFolding folding) {
  return folding == CaseFolding::none ? "as they stand" : "the same in upper case";
}

bool report_bad_lines(const std::string& file, const BadLines& bad, Messages& messages) {
  if (bad.count == 0) return false;
  messages.warning("{}:{}: {}; {} left out", printable(input_name(file)), bad.first_line,
                   bad.first_problem,
                   bad.count == 1 ? "a line was" : fmt::format("{} lines were", bad.count));
  return true;
}

void report_unknown_words(const std::vector<std::string>& words, std::uint64_t tests,
                          std::uint64_t all, std::string_view name, Messages& messages) {
  if (words.empty()) return;
  constexpr std::size_t kShown = 5;
  std::vector<std::string> shown;
  for (const std::string& word : words) {
    if (shown.size() == kShown) break;
    shown.push_back(in_quotes(word));
  }
  messages.note("{} of {} {} have a word that is not in the vocabulary; it has none of {}: {}{}",
                tests, all, name, words.size(), fmt::join(shown, ", "),
                words.size() > kShown ? ", …" : "");
}

void report_directionless_words(const DirectionlessWords& words, const std::string& where,
                                std::string_view of_one, std::string_view of_several,
                                Messages& messages) {
  const auto report = [&](const std::vector<std::string>& without, std::string_view what) {
    if (without.size() == 1) {
      messages.warning("{}the vector of {} is {}: {}", where, in_quotes(without.front()), what,
                       of_one);
    } else if (without.size() > 1) {
      messages.warning("{}the vectors of {} words, the first {}, are {}: {}", where, without.size(),
                       in_quotes(without.front()), what, of_several);
    }
  };
  report(words.zeros, "all zeros");
  report(words.not_finite, "not finite");
}

}  // namespace wordvec::cli
