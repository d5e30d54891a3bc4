#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/commands.h"
#include "commands/lookup_matrix.h"
#include "commands/lookup_rows.h"
#include "options/input_checks.h"
#include "options/model_options.h"
#include "options/output_options.h"
#include "options/query_reports.h"
#include "options/run_options.h"
#include "options/word_input.h"
#include "output/row_writer.h"
#include "output/terminal.h"
#include "output/text_output.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kLookupExamples =
    "  wordvec lookup king queen              word, row, length and first values\n"
    "  wordvec lookup --rows are you ok       the words' row numbers\n"
    "  wordvec lookup --counts the king -m counted.safetensors   how often they occurred\n"
    "  wordvec lookup king > king.txt         all values, as a line of GloVe text\n"
    "  wordvec lookup -f json king            the same as JSON\n"
    "  tr -s ' ' '\\n' < text | wordvec lookup --rows\n"
    "  wordvec lookup --words words.txt --unknown zero --out m.npy   a matrix: row i is word i\n";

constexpr std::string_view kLookupDetails =
    R"(The row number of a word is its position in the vocabulary, from 0; the vector is that row of
the embedding matrix. Without words (or with -) they come from standard input, one a line.
Each word is printed as often as it is asked, and --rows has a line for each, -1 for an
unknown one. In csv, tsv, json and ndjson `query` is the word as it was asked, and `word` that
of the row, as everywhere else. Where the model has n-grams, a word that is not in
the vocabulary has the vector that is built from its own, and no row number. --counts prints
how often each word occurred in the text that the vectors were made from, where the model
has that (`wordvec info` tells): in a pipe "word count", as GloVe's vocabularies have it.

--out writes the vectors to a file: .npy is a matrix [words, dim] of float32 with the words,
as they were asked, in NAME.vocab.txt. With --unknown zero or mean every word has a row: zeros
or the mean of all rows of the model, where it is not in the vocabulary and not built from
n-grams; so row i of the matrix is word i of the list. With --unknown subwords, the default,
such words are left out. --unknown error stops at the first, and no file is written. In json and
ndjson `vector_from` tells of each vector what it is: row, n-grams, zero or mean. A word that the
format cannot hold, or whose length is beyond float32, is told of and has no row; the others are
still answered, but a .npy file is not written.
)";

class Lookup final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_words("WORD", words_, "Words to look up, each as it is");
    options.add_option("--words FILE", words_file_, "The words in FILE, one a line");
    matrix_.define(options);
    options.add_flag("--rows", rows_only_, "Row numbers only");
    options.add_flag("--counts", counts_only_, "How often the words occurred only");
    model_.define(options);
    model_.define_case(options);
    output_.define(options);
    run_.define(options);
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
                                           : input_of_file(context.messages);
    if (matrix_.is_asked_for()) {
      return matrix_.write(input, {model, model_.matching(), run_.threads(), output_},
                           context.messages);
    }

    std::optional<OutputFormat> written = format;
    if (!written && is_terminal(kStandardOutput)) written = OutputFormat::table;
    const auto out = make_standard_output();
    LookupRows rows(embeddings,
                    rows_only_     ? LookupRows::Shows::rows
                    : counts_only_ ? LookupRows::Shows::counts
                                   : LookupRows::Shows::vectors,
                    written, output_.style(context.messages), *out);
    int status = kAllAnswered;
    while (const auto batch = input.next_batch()) {
      for (const InputLine& line : *batch) {
        answer(line.text, embeddings, rows, context.messages, status);
      }
      rows.flush();
    }
    rows.finish();
    out->finish();
    return status;
  }

 private:
  void answer(const std::string& asked, const Embeddings& embeddings, LookupRows& rows,
              Messages& messages, int& status) {
    if (const auto match = find_word(embeddings.vocabulary, asked, model_.matching())) {
      if (match->case_folded) {
        report_folded(embeddings.vocabulary, asked, match->row, model_.matching(), messages);
      }
      rows.row({asked, embeddings.vocabulary.word(match->row), match->row,
                embeddings.matrix.row(match->row), VectorFrom::row},
               messages, status);
    } else if (build(embeddings, asked)) {
      report_built(asked, messages);
      rows.row({asked, asked, std::nullopt, built_, VectorFrom::ngrams}, messages, status);
    } else {
      ErrorRecord unknown{asked};
      add_missing(unknown, asked, report_unknown(embeddings.vocabulary, asked, messages));
      rows.unknown(unknown);
      status = std::max<int>(status, kNotFound);
    }
  }

  // Builds the vector of a word; false: it has none, or none is asked for.
  bool build(const Embeddings& embeddings, std::string_view word) {
    if (rows_only_ || counts_only_ || embeddings.subwords.empty()) return false;
    built_.resize(embeddings.dim());
    return embeddings.subwords.vector_of(word, built_);
  }

  // Standard input is read line by line, for programs that hold it open.
  QueryInput input_of_file(Messages& messages) const {
    if (words_file_ == "-") return QueryInput(words_file_);
    std::vector<std::string> words = read_word_list(words_file_, messages);
    if (words.empty()) messages.note("{}: found no words", printable(input_name(words_file_)));
    return QueryInput(std::move(words));
  }

  std::vector<std::string> words_;
  std::string words_file_;
  LookupMatrix matrix_;
  bool rows_only_ = false;
  bool counts_only_ = false;
  std::vector<float> built_;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kLookupCommand = {
    "lookup", "Print the vectors of words", kLookupExamples, kLookupDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Lookup>(); }};

}  // namespace wordvec::cli
