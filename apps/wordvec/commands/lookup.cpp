#include <algorithm>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "commands/commands.h"
#include "commands/lookup_matrix.h"
#include "options/model_options.h"
#include "options/output_options.h"
#include "options/query_reports.h"
#include "options/refusals.h"
#include "options/run_options.h"
#include "options/word_input.h"
#include "output/row_writer.h"
#include "output/terminal.h"
#include "output/text_output.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/text_rows.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kExamples =
    "  wordvec lookup king queen              word, row, length and first values\n"
    "  wordvec lookup --rows are you ok       the words' row numbers\n"
    "  wordvec lookup --counts the king -m counted.safetensors   how often they occurred\n"
    "  wordvec lookup king > king.txt         all values, as a line of GloVe text\n"
    "  wordvec lookup -f json king            the same as JSON\n"
    "  tr -s ' ' '\\n' < text | wordvec lookup --rows\n"
    "  wordvec lookup --words words.txt --unknown zero --out m.npy   a matrix: row i is word i\n";

constexpr std::string_view kDetails =
    "The row number of a word is its position in the vocabulary, from 0; the vector is that row "
    "of\n"
    "the embedding matrix. Without words (or with -) they come from standard input, one a line.\n"
    "Each word is printed as often as it is asked, and --rows has a line for each, -1 for an\n"
    "unknown one. In csv, tsv, json and ndjson `query` is the word as it was asked, and `word` "
    "that\n"
    "of the row, as everywhere else. Where the model has n-grams, a word that is not "
    "in\n"
    "the vocabulary has the vector that is built from its own, and no row number. --counts prints\n"
    "how often each word occurred in the text that the vectors were made from, where the model\n"
    "has that (`wordvec info` tells): in a pipe \"word count\", as GloVe's vocabularies have it.\n"
    "\n"
    "--out writes the vectors to a file: .npy is a matrix [words, dim] of float32 with the words,\n"
    "as they were asked, in NAME.vocab.txt. With --unknown zero or mean every word has a row: "
    "zeros\n"
    "or the mean of all rows of the model, where it is not in the vocabulary and not built from\n"
    "n-grams; so row i of the matrix is word i of the list. With --unknown subwords, the default,\n"
    "such words are left out. --unknown error stops at the first, and no file is written.\n";

class Lookup final : public Command {
 public:
  void define(CLI::App& app) override {
    add_words(app, "WORD", words_, "Words to look up, each as it is");
    app.add_option("--words", words_file_, "The words in FILE, one a line")->type_name("FILE");
    matrix_.define(app);
    app.add_flag("--rows", rows_only_, "Row numbers only");
    app.add_flag("--counts", counts_only_, "How often the words occurred only");
    model_.define(app);
    model_.define_case(app);
    output_.define(app);
    run_.define(app);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    if (rows_only_ && counts_only_) {
      throw Error(ErrorCode::usage, "--rows and --counts exclude each other: give one of them");
    }
    const auto format = output_.format();
    matrix_.check(rows_only_ || counts_only_, output_);
    if (!words_.empty() && !words_file_.empty()) {
      throw Error(ErrorCode::usage, "words and --words exclude each other: give one of them");
    }
    const Model model = model_.open(context, run_.threads());
    const Embeddings& embeddings = model.embeddings();
    if (counts_only_ && embeddings.counts.empty()) {
      throw Error(
          ErrorCode::usage,
          "has no counts of its words: `wordvec convert --counts FILE` adds those of a file",
          model.name());
    }
    refuse_second_reader(
        {{model.took_standard_input(), "the model"}, {words_file_ == "-", "--words", true}});
    std::vector<std::string> files_read = model_.files(model);
    files_read.push_back(words_file_);
    refuse_to_replace(matrix_.out(), files_read);
    QueryInput input = words_file_.empty() ? QueryInput(std::move(words_), model)
                                           : input_of_file(model, context.messages);
    if (matrix_.is_asked_for()) {
      return matrix_.write(input, {model, model_.matching(), run_.threads(), output_},
                           context.messages);
    }

    const auto out = make_standard_output();
    std::unique_ptr<RowWriter> writer;  // none: lines of text, for a pipe
    if (format || is_terminal(kStandardOutput)) {
      const OutputFormat written = format.value_or(OutputFormat::table);
      for_machines_ = written != OutputFormat::table;
      writer = make_row_writer(written, columns(embeddings.dim()), output_.style(context.messages),
                               *out);
    }
    int status = kAllAnswered;
    while (const auto batch = input.next_batch()) {
      for (const InputLine& line : *batch) {
        const auto match = find_word(embeddings.vocabulary, line.text, model_.matching());
        const bool is_built = !match && !rows_only_ && !counts_only_ &&
                              build(embeddings.subwords, line.text, embeddings.dim());
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
          // Else: a word that text cannot hold, or a length beyond float32.
          if (error.code() != ErrorCode::usage && error.code() != ErrorCode::query) throw;
          context.messages.error("{}", error.what());
          if (writer && error.code() == ErrorCode::query) {
            writer->error(record_of(error, line.text));
          }
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
  // Standard input is read line by line, for programs that hold it open.
  QueryInput input_of_file(const Model& model, Messages& messages) const {
    if (words_file_ == "-") return QueryInput(words_file_);
    std::vector<std::string> words = read_word_list(words_file_, messages);
    if (words.empty()) messages.note("{}: found no words", printable(input_name(words_file_)));
    // As arguments, no words and a lone "-" are standard input.
    const bool is_standard_input = words.empty() || (words.size() == 1 && words[0] == "-");
    return is_standard_input ? QueryInput(words_file_) : QueryInput(std::move(words), model);
  }

  std::vector<Column> columns(std::size_t dim) const {
    std::vector<Column> columns;
    if (for_machines_) columns.push_back({"query"});
    columns.push_back({"word"});
    if (counts_only_) {
      columns.push_back({"count"});
      return columns;
    }
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
      if (counts_only_) {
        if (word.find('\n') != std::string_view::npos) {
          throw Error(ErrorCode::usage, "the word " + in_quotes(word) +
                                            " contains a line end, which a line of text cannot "
                                            "hold: --format json can");
        }
        out.buffer() += fmt::format("{} {}\n", word, embeddings.counts[row]);
      } else if (rows_only_) {
        out.buffer() += fmt::format("{}\n", row);
      } else {
        append_text_row(out.buffer(), word, vector, "GloVe text");
      }
      out.flush_if_full();
    } else if (counts_only_) {
      writer->row(named(asked, {word, embeddings.counts[row]}));
    } else if (rows_only_) {
      writer->row(named(asked, {word, std::uint64_t{row}}));
    } else {
      writer->row(named(asked, {word, std::uint64_t{row}, finite_norm(word, vector), vector}));
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
    writer->row(named(
        word, {word, std::monostate(), finite_norm(word, built_), std::span<const float>(built_)}));
  }

  std::vector<std::string> words_;
  std::string words_file_;
  LookupMatrix matrix_;
  bool rows_only_ = false;
  bool for_machines_ = false;  // rows have a column with the query
  std::vector<Cell> cells_;
  bool counts_only_ = false;
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
