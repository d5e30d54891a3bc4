#include <algorithm>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "commands/commands.h"
#include "options/model_options.h"
#include "options/output_options.h"
#include "options/query_reports.h"
#include "options/run_options.h"
#include "options/word_input.h"
#include "output/row_writer.h"
#include "output/terminal.h"
#include "output/text_output.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/text_rows.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kExamples =
    "  wordvec lookup king queen              word, row, length and first values\n"
    "  wordvec lookup --rows are you ok       the words' row numbers\n"
    "  wordvec lookup king > king.txt         all values, as a line of GloVe text\n"
    "  wordvec lookup -f json king            the same as JSON\n"
    "  tr -s ' ' '\\n' < text | wordvec lookup --rows\n";

constexpr std::string_view kDetails =
    "The row number of a word is its position in the vocabulary, from 0; the vector is that row "
    "of\n"
    "the embedding matrix. Without words (or with -) they come from standard input, one a line.\n"
    "Each word is printed as often as it is asked, and --rows has a line for each, -1 for an\n"
    "unknown one. In csv, tsv, json and ndjson `query` is the word as it was asked, and `word` "
    "that\n"
    "of the row, as everywhere else. Where the model has n-grams, a word that is not "
    "in\n"
    "the vocabulary has the vector that is built from its own, and no row number.\n";

class Lookup final : public Command {
 public:
  void define(CLI::App& app) override {
    add_words(app, "WORD", words_, "Words to look up, each as it is");
    app.add_flag("--rows", rows_only_, "Row numbers only");
    model_.define(app);
    model_.define_case(app);
    output_.define(app);
    run_.define(app);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    const auto format = output_.format();
    const Model model = model_.open(context, run_.threads());
    const Embeddings& embeddings = model.embeddings();

    const auto out = make_standard_output();
    std::unique_ptr<RowWriter> writer;  // none: lines of text, for a pipe
    if (format || is_terminal(kStandardOutput)) {
      const OutputFormat written = format.value_or(OutputFormat::table);
      for_machines_ = written != OutputFormat::table;
      writer = make_row_writer(written, columns(embeddings.dim()), output_.header(), *out);
    }
    int status = kAllAnswered;
    QueryInput input(std::move(words_), model);
    while (const auto batch = input.next_batch()) {
      for (const InputLine& line : *batch) {
        const auto match = find_word(embeddings.vocabulary, line.text, model_.exact_case());
        const bool is_built =
            !match && !rows_only_ && build(embeddings.subwords, line.text, embeddings.dim());
        if (!match && !is_built) {
          ErrorRecord unknown{line.text};
          add_missing(unknown, line.text,
                      report_unknown(embeddings.vocabulary, line.text, context.messages));
          write_unknown(unknown, writer.get(), *out);
          status = std::max<int>(status, kNotFound);
          continue;
        }
        if (is_built) report_built(line.text, context.messages);
        if (match && match->case_folded) {
          report_folded(embeddings.vocabulary, line.text, match->row, context.messages);
        }
        try {
          if (match) {
            write(embeddings, line.text, match->row, writer.get(), *out);
          } else {
            write_built(line.text, writer.get(), *out);
          }
        } catch (const Error& error) {
          if (error.code() != ErrorCode::usage) throw;  // else: a word that text cannot hold
          context.messages.error("{}", error.what());
          status = kWrongUsage;
        }
      }
      if (writer) writer->flush();
      out->flush();
    }
    if (writer) writer->finish();
    out->finish();
    return status;
  }

 private:
  std::vector<Column> columns(std::size_t dim) const {
    std::vector<Column> columns;
    if (for_machines_) columns.push_back({"query"});
    columns.push_back({"word"});
    columns.push_back({"row"});
    if (!rows_only_) {
      columns.push_back({"norm"});
      columns.push_back({"vector", dim});
    }
    return columns;
  }

  void write(const Embeddings& embeddings, std::string_view asked, Row row, RowWriter* writer,
             TextOutput& out) {
    const std::string_view word = embeddings.vocabulary.word(row);
    const auto vector = embeddings.matrix.row(row);
    if (writer == nullptr) {
      if (rows_only_) {
        out.buffer() += fmt::format("{}\n", row);
      } else {
        append_text_row(out.buffer(), word, vector, "GloVe text");
      }
      out.flush_if_full();
    } else if (rows_only_) {
      writer->row(named(asked, {word, std::uint64_t{row}}));
    } else {
      writer->row(named(asked, {word, std::uint64_t{row}, embeddings.norms[row], vector}));
    }
  }

  // Row numbers stand in the places of the words, so that each unknown one has a number too.
  void write_unknown(const ErrorRecord& unknown, RowWriter* writer, TextOutput& out) {
    if (writer == nullptr) {
      if (rows_only_) out.buffer() += "-1\n";
      out.flush_if_full();
    } else if (rows_only_) {
      const Cell word = for_machines_ ? Cell() : Cell(std::string_view(unknown.query));
      writer->error_row(unknown, named(unknown.query, {word, std::int64_t{-1}}));
    } else {
      writer->error(unknown);
    }
  }

  // The cells of a row, with the query before them where there is a column for it.
  std::span<const Cell> named(std::string_view asked, std::initializer_list<Cell> cells) {
    cells_.clear();
    if (for_machines_) cells_.emplace_back(asked);
    cells_.insert(cells_.end(), cells);
    return cells_;
  }

  // Builds the vector of a word; false: it has none.
  bool build(const Subwords& subwords, std::string_view word, std::size_t dim) {
    if (subwords.empty()) return false;
    built_.resize(dim);
    return subwords.vector_of(word, built_);
  }

  void write_built(std::string_view word, RowWriter* writer, TextOutput& out) {
    if (writer == nullptr) {
      append_text_row(out.buffer(), word, built_, "GloVe text");
      out.flush_if_full();
      return;
    }
    float norm = 0;
    compute_norms(built_, built_.size(), {&norm, 1});
    writer->row(named(word, {word, std::monostate(), norm, std::span<const float>(built_)}));
  }

  std::vector<std::string> words_;
  bool rows_only_ = false;
  bool for_machines_ = false;  // rows have a column with the query
  std::vector<Cell> cells_;
  std::vector<float> built_;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kLookupCommand = {
    "lookup", "Print the vectors of words", kExamples, kDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Lookup>(); }};

}  // namespace wordvec::cli
