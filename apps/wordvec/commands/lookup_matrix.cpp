#include "commands/lookup_matrix.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "options/choices.h"
#include "options/model_options.h"
#include "options/query_reports.h"
#include "output/embedding_notes.h"
#include "output/embedding_output.h"
#include "output/row_writer.h"
#include "output/terminal.h"
#include "output/text_output.h"
#include "wordvec/analysis/mean_row.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/finite.h"
#include "wordvec/base/parallel.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/format_output.h"
#include "wordvec/formats/npy_header.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/search/query_error.h"

namespace wordvec::cli {
namespace {

// Where the rows go.
class MatrixOutput {
 public:
  virtual ~MatrixOutput() = default;
  // `word` is that of the row, where it has one; `asked` is how it was asked.
  virtual void row(std::string_view asked, std::string_view word, std::optional<Row> row,
                   std::span<const float> vector) = 0;
  virtual void left_out(const ErrorRecord& /*record*/) {}
  virtual void flush() = 0;
  virtual void finish() = 0;
};

// [words, dim], with the words as they were asked in a file beside.
class NpyMatrix final : public MatrixOutput {
 public:
  NpyMatrix(const std::string& path, unsigned threads, std::size_t dim)
      : output_(make_npy_embedding_output(path, threads, {dim, false, false, std::nullopt})) {}

  void row(std::string_view asked, std::string_view /*word*/, std::optional<Row> row,
           std::span<const float> vector) override {
    output_->word(1, {asked, row, false}, vector);
  }
  void flush() override {}
  void finish() override { output_->finish(); }

 private:
  std::unique_ptr<EmbeddingOutput> output_;
};

// Without a format: GloVe text.
class TextMatrix final : public MatrixOutput {
 public:
  TextMatrix(const std::string& path, std::optional<OutputFormat> format, const RowStyle& style,
             std::size_t dim)
      : out_(path.empty() ? make_standard_output() : make_file_output(path)) {
    if (!format) return;
    for_machines_ = *format != OutputFormat::table;
    std::vector<Column> columns = {{"word"}, {"row"}, {"norm"}, {"vector", dim}};
    if (for_machines_) columns.insert(columns.begin(), Column{"query"});
    writer_ = make_row_writer(*format, std::move(columns), style, *out_);
  }

  void row(std::string_view asked, std::string_view word, std::optional<Row> row,
           std::span<const float> vector) override {
    if (!writer_) {
      append_text_row(out_->buffer(), word, vector, "GloVe text");
      out_->flush_if_full();
      return;
    }
    const Cell number = row ? Cell(std::uint64_t{*row}) : Cell();
    const float norm = finite_norm(word, vector);
    if (for_machines_) {
      writer_->row({asked, word, number, norm, vector});
    } else {
      writer_->row({word, number, norm, vector});
    }
  }
  void left_out(const ErrorRecord& record) override {
    if (writer_) writer_->error(record);
  }
  void flush() override {
    if (writer_) writer_->flush();
    out_->flush();
  }
  void finish() override {
    if (writer_) writer_->finish();
    out_->finish();
  }

 private:
  std::unique_ptr<TextOutput> out_;
  std::unique_ptr<RowWriter> writer_;
  bool for_machines_ = false;  // rows have a column with the query
};

// nullopt: GloVe text.
std::optional<OutputFormat> text_format(const std::string& path, const OutputOptions& output) {
  if (const auto format = output.format()) return format;
  if (path.empty() || path == "-") {
    return is_terminal(kStandardOutput) ? std::optional(OutputFormat::table) : std::nullopt;
  }
  if (has_extension(path, ".txt")) return std::nullopt;
  return output.format_for(path, ".npy, .npy.gz, .txt");
}

}  // namespace

float finite_norm(std::string_view word, std::span<const float> vector) {
  float norm = 0;
  compute_norms(vector, vector.size(), {&norm, 1});
  if (all_finite({&norm, 1}) || !all_finite(vector)) return norm;
  throw OverflowError(beyond_float32("the length of the vector of " + in_quotes(word)));
}

void LookupMatrix::define(CLI::App& app) {
  app.add_option("-o,--out", out_,
                 "Write the vectors to FILE: a matrix (.npy), .txt, .csv, .tsv, .json, .ndjson")
      ->type_name("FILE");
  add_choice<Unknown>(app, "--unknown", unknown_,
                      {{"subwords", Unknown::left_out},
                       {"zero", Unknown::zero},
                       {"mean", Unknown::mean},
                       {"error", Unknown::error}},
                      "What stands for a word without a vector (default: subwords)");
}

bool LookupMatrix::is_npy() const {
  return has_extension(without_gzip_extension(out_), kNpyExtension);
}

void LookupMatrix::check(bool prints_numbers, const OutputOptions& output) const {
  if (prints_numbers && is_asked_for()) {
    throw Error(ErrorCode::usage,
                "--rows and --counts print numbers: they do not go with --out or --unknown");
  }
  if (is_npy() && output.format()) {
    throw Error(ErrorCode::usage, "--format has no meaning for " + in_quotes(out_) +
                                      ": a .npy file has a format of its own");
  }
  if (!is_npy()) text_format(out_, output);
}

int LookupMatrix::write(QueryInput& input, const Request& request, Messages& messages) const {
  const Embeddings& embeddings = request.model.embeddings();
  const std::size_t dim = embeddings.dim();
  std::unique_ptr<MatrixOutput> output;
  if (is_npy()) {
    output = std::make_unique<NpyMatrix>(out_, request.threads, dim);
  } else {
    output = std::make_unique<TextMatrix>(out_, text_format(out_, request.output),
                                          request.output.style(messages), dim);
  }
  EmbeddingNotes notes(embeddings.vocabulary, messages);
  std::vector<float> made(dim);
  std::vector<float> mean;
  std::uint64_t words = 0;
  std::uint64_t unknown = 0;
  while (const auto batch = input.next_batch()) {
    for (const InputLine& line : *batch) {
      ++words;
      if (const auto match = find_word(embeddings.vocabulary, line.text, request.matching)) {
        if (match->case_folded) {
          report_folded(embeddings.vocabulary, line.text, match->row, messages);
        }
        output->row(line.text, embeddings.vocabulary.word(match->row), match->row,
                    embeddings.matrix.row(match->row));
        continue;
      }
      if (!embeddings.subwords.empty() && embeddings.subwords.vector_of(line.text, made)) {
        report_built(line.text, messages);
        output->row(line.text, line.text, std::nullopt, made);
        continue;
      }
      ++unknown;
      notes.begin_query();
      notes.unknown_word(line.text);
      switch (unknown_) {
        case Unknown::zero:
          std::fill(made.begin(), made.end(), 0.0F);
          output->row(line.text, line.text, std::nullopt, made);
          break;
        case Unknown::mean:
          if (mean.empty()) {
            for (const double x :
                 mean_row(Selection(embeddings.matrix, {}), threads_or_default(request.threads))) {
              mean.push_back(static_cast<float>(x));
            }
          }
          output->row(line.text, line.text, std::nullopt, mean);
          break;
        case Unknown::error:
          messages.error("word {}: {} (--unknown error)", words,
                         out_.empty() || out_ == "-" ? "it and those after it are left out"
                                                     : printable(out_) + " is not written");
          if (out_.empty() || out_ == "-") {
            output->left_out(notes.record_of_unknown(line.text));
            output->finish();
          }
          return kNotFound;
        case Unknown::by_default:
        case Unknown::left_out:
          output->left_out(notes.record_of_unknown(line.text));
          break;
      }
    }
    output->flush();
  }
  output->finish();
  if (unknown == 0) return kAllAnswered;
  const char* const are = unknown == 1 ? "is" : "are";
  if (unknown_ == Unknown::zero || unknown_ == Unknown::mean) {
    messages.warning(
        "{} of {} words {} not in the vocabulary: {} for {}", unknown, words, are,
        unknown_ == Unknown::zero ? "zeros stand" : "the mean of all rows of the model stands",
        unknown == 1 ? "it" : "them");
  } else {
    messages.warning(
        "{} of {} words {} not in the vocabulary and left out: what is after the first has the row "
        "of another (--unknown zero or mean gives each word a row)",
        unknown, words, are);
  }
  return kNotFound;
}

}  // namespace wordvec::cli
