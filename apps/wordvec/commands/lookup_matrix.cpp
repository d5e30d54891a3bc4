#include "commands/lookup_matrix.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "commands/lookup_rows.h"
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
#include "wordvec/base/parallel.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/format_output.h"
#include "wordvec/formats/npy_header.h"

namespace wordvec::cli {
namespace {

// Where the rows go.
class MatrixOutput {
 public:
  virtual ~MatrixOutput() = default;
  virtual void row(const FoundWord& word, Messages& messages, int& status) = 0;
  virtual void left_out(const ErrorRecord& /*record*/) {}
  virtual void flush() = 0;
  virtual void finish() = 0;
};

// [words, dim], with the words as they were asked in a file beside.
class NpyMatrix final : public MatrixOutput {
 public:
  NpyMatrix(const std::string& path, unsigned threads, std::size_t dim)
      : output_(make_npy_embedding_output(path, threads, {.dim = dim})) {}

  void row(const FoundWord& word, Messages& /*messages*/, int& /*status*/) override {
    output_->word(1, {word.asked, word.row, false}, word.vector);
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
             const Embeddings& embeddings)
      : out_(path.empty() ? make_standard_output() : make_file_output(path)),
        rows_(embeddings, LookupRows::Shows::vectors, format, style, *out_) {}

  void row(const FoundWord& word, Messages& messages, int& status) override {
    rows_.row(word, messages, status);
  }
  void left_out(const ErrorRecord& record) override { rows_.unknown(record); }
  void flush() override { rows_.flush(); }
  void finish() override {
    rows_.finish();
    out_->finish();
  }

 private:
  std::unique_ptr<TextOutput> out_;
  LookupRows rows_;
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

void LookupMatrix::define(OptionSet& options) {
  options.add_option(
      "-o,--out FILE", out_,
      "Write the vectors to FILE: a matrix (.npy), .txt, .csv, .tsv, .json, .ndjson");
  add_choice<Unknown>(options, "--unknown", unknown_,
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
                                          request.output.style(messages), embeddings);
  }
  EmbeddingNotes notes(embeddings.vocabulary, messages);
  std::vector<float> made(dim);
  std::vector<float> mean;
  std::uint64_t words = 0;
  std::uint64_t unknown = 0;
  int status = kAllAnswered;
  while (const auto batch = input.next_batch()) {
    for (const InputLine& line : *batch) {
      ++words;
      const auto write_row = [&](std::string_view word, std::optional<Row> row,
                                 std::span<const float> vector, VectorFrom from) {
        output->row({line.text, word, row, vector, from}, messages, status);
      };
      if (const auto match = find_word(embeddings.vocabulary, line.text, request.matching)) {
        if (match->case_folded) {
          report_folded(embeddings.vocabulary, line.text, match->row, request.matching, messages);
        }
        write_row(embeddings.vocabulary.word(match->row), match->row,
                  embeddings.matrix.row(match->row), VectorFrom::row);
        continue;
      }
      if (!embeddings.subwords.empty() && embeddings.subwords.vector_of(line.text, made)) {
        report_built(line.text, messages);
        write_row(line.text, std::nullopt, made, VectorFrom::ngrams);
        continue;
      }
      ++unknown;
      notes.begin_query();
      notes.unknown_word(line.text);
      switch (unknown_) {
        case Unknown::zero:
          std::fill(made.begin(), made.end(), 0.0F);
          write_row(line.text, std::nullopt, made, VectorFrom::zero);
          break;
        case Unknown::mean:
          if (mean.empty()) {
            for (const double x :
                 mean_row(Selection(embeddings.matrix, {}), threads_or_default(request.threads))) {
              mean.push_back(static_cast<float>(x));
            }
          }
          write_row(line.text, std::nullopt, mean, VectorFrom::mean);
          break;
        case Unknown::error:
          messages.error("word {}: {} (--unknown error)", words,
                         out_.empty() || out_ == "-" ? "it and those after it are left out"
                                                     : printable(out_) + " is not written");
          if (out_.empty() || out_ == "-") {
            output->left_out(notes.record_of_unknown(line.text));
            output->finish();
          }
          return std::max<int>(status, kNotFound);
        case Unknown::by_default:
        case Unknown::left_out:
          output->left_out(notes.record_of_unknown(line.text));
          break;
      }
    }
    output->flush();
  }
  output->finish();
  if (unknown == 0) return status;
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
  return std::max<int>(status, kNotFound);
}

}  // namespace wordvec::cli
