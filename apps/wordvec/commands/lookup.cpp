#include <algorithm>
#include <optional>

#include "commands/commands.h"
#include "options/model_options.h"
#include "options/output_options.h"
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
    "Each word is printed as often as it is asked. Where the model has n-grams, a word that is not "
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
      writer = make_row_writer(format.value_or(OutputFormat::table), columns(embeddings.dim()),
                               output_.header(), *out);
    }
    int status = kAllAnswered;
    QueryInput input(std::move(words_), model);
    while (const auto batch = input.next_batch()) {
      for (const InputLine& line : *batch) {
        const auto match = find_word(embeddings.vocabulary, line.text, model_.matching());
        const bool is_built =
            !match && !rows_only_ && build(embeddings.subwords, line.text, embeddings.dim());
        if (!match && !is_built) {
          report_unknown(embeddings.vocabulary, line.text, context.messages);
          status = std::max<int>(status, kNotFound);
          continue;
        }
        if (is_built) report_built(line.text, context.messages);
        if (match && match->case_folded) {
          report_folded(embeddings.vocabulary, line.text, match->row, context.messages);
        }
        try {
          if (match) {
            write(embeddings, match->row, writer.get(), *out);
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
    std::vector<Column> columns = {{"word"}, {"row"}};
    if (!rows_only_) {
      columns.push_back({"norm"});
      columns.push_back({"vector", dim});
    }
    return columns;
  }

  void write(const Embeddings& embeddings, Row row, RowWriter* writer, TextOutput& out) const {
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
      writer->row({word, std::uint64_t{row}});
    } else {
      writer->row({word, std::uint64_t{row}, embeddings.norms[row], vector});
    }
  }

  // Builds the vector of a word; false: it has none.
  bool build(const Subwords& subwords, std::string_view word, std::size_t dim) {
    if (subwords.empty()) return false;
    built_.resize(dim);
    return subwords.vector_of(word, built_);
  }

  void write_built(std::string_view word, RowWriter* writer, TextOutput& out) const {
    if (writer == nullptr) {
      append_text_row(out.buffer(), word, built_, "GloVe text");
      out.flush_if_full();
      return;
    }
    float norm = 0;
    compute_norms(built_, built_.size(), {&norm, 1});
    writer->row({word, std::monostate(), norm, std::span<const float>(built_)});
  }

  std::vector<std::string> words_;
  bool rows_only_ = false;
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
