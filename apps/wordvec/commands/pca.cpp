#include "wordvec/analysis/pca.h"

#include <algorithm>
#include <cstdint>

#include "commands/commands.h"
#include "options/model_options.h"
#include "options/numbers.h"
#include "options/output_options.h"
#include "options/query_reports.h"
#include "options/run_options.h"
#include "options/word_input.h"
#include "output/row_writer.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/npy_header.h"
#include "wordvec/formats/words_beside.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kExamples =
    "  wordvec pca man woman king queen cat dog father mother --out points.csv\n"
    "  wordvec pca --out points.csv           every word of the model\n"
    "  wordvec pca --top 1000 --components 3 --out points.npy\n"
    "  wordvec pca king queen man woman       the points, printed\n";

constexpr std::string_view kDetails =
    "Principal component analysis: the words' vectors, centred, along the directions in which "
    "they\n"
    "vary most. The share of the variance that each component explains goes to standard error.\n"
    "The words are those given, those of --words, the first N of --top, or all. With --out the\n"
    "format is that of the file's extension: .csv, .tsv, .json, .ndjson, or .npy, which comes "
    "with\n"
    "the words in NAME.vocab.txt. Where the model has n-grams, a word that is not in the "
    "vocabulary "
    "has\n"
    "the vector that is built from its own.\n";

constexpr std::string_view kNpyExtension = ".npy";

class Pca final : public Command {
 public:
  void define(CLI::App& app) override {
    add_words(app, "WORD", words_, "Words to project, each as it is; - reads lines");
    app.add_option("--words", words_file_, "The words in FILE, one a line")->type_name("FILE");
    app.add_option("--top", top_, "The first N words of the model")
        ->check(whole_number(1))
        ->type_name("N");
    app.add_option("-c,--components", components_, "Components to compute (default: 2)")
        ->check(whole_number(1, kMaxDim))
        ->type_name("N");
    app.add_option("-o,--out", out_, "The file to write; - for standard output")->type_name("FILE");
    model_.define(app);
    model_.define_case(app);
    output_.define(app);
    run_.define(app);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    if (int{!words_.empty()} + int{!words_file_.empty()} + int{top_ > 0} > 1) {
      throw Error(ErrorCode::usage,
                  "words, --words and --top exclude each other: give one of them");
    }
    const bool to_npy = out_.ends_with(kNpyExtension);
    if (to_npy && output_.format()) {
      throw Error(ErrorCode::usage, "--format has no meaning for " + in_quotes(out_) +
                                        ": a .npy file has a format of its own");
    }
    const OutputFormat format = to_npy ? OutputFormat::csv : text_format();
    const Model model = model_.open(context, run_.threads());
    int status = kAllAnswered;
    const Chosen chosen = choose(model.embeddings(), context.messages, status);
    if (status == kNotFound && chosen.rows.size() < 2) {
      context.messages.error("PCA needs at least 2 words, found {}", chosen.rows.size());
      return status;
    }
    const PcaResult result =
        pca(chosen.matrix, chosen.rows, {static_cast<std::size_t>(components_), run_.threads()});
    if (to_npy) {
      write_npy(chosen, result);
    } else {
      write_text(chosen, result, format);
    }
    report_variance(result, context.messages);
    return status;
  }

 private:
  OutputFormat text_format() const {
    if (out_.empty() || out_ == "-") return output_.format_or_auto();
    if (const auto format = output_.format()) return *format;
    if (const auto format = output_format_of_extension(out_)) return *format;
    throw Error(ErrorCode::usage, "cannot tell the format to write from the name " +
                                      in_quotes(out_) +
                                      ": expected an extension among .csv, .tsv, .json, .ndjson, "
                                      ".npy, or --format");
  }

  // What is projected: rows of a matrix, and the words of points.
  struct Chosen {
    MatrixView matrix;
    std::vector<Row> rows;           // empty: all, or none where words were not found
    Vocabulary vocabulary;           // that of the model, as long as no vector is built
    std::vector<std::string> words;  // of the points; empty: those of the rows in the vocabulary
    std::vector<float> gathered;     // what `matrix` views, where a vector is built

    std::string_view word(std::size_t point) const {
      if (!words.empty()) return words[point];
      return vocabulary.word(rows.empty() ? static_cast<Row>(point) : rows[point]);
    }
  };

  Chosen choose(const Embeddings& embeddings, Messages& messages, int& status) const {
    Chosen chosen;
    chosen.matrix = embeddings.matrix;
    chosen.vocabulary = embeddings.vocabulary;
    std::vector<Row>& rows = chosen.rows;
    if (top_ > 0) {
      rows.resize(std::min<std::size_t>(static_cast<std::size_t>(top_), embeddings.rows()));
      for (std::size_t r = 0; r < rows.size(); ++r) rows[r] = static_cast<Row>(r);
      return chosen;
    }
    if (words_.empty() && words_file_.empty()) return chosen;
    const bool from_stdin = words_.size() == 1 && words_[0] == "-";
    const auto words = from_stdin            ? read_word_list("-")
                       : words_file_.empty() ? words_
                                             : read_word_list(words_file_);
    std::vector<ResolvedTerm> terms;
    for (const std::string& word : words) {
      ResolvedQuery resolved = resolve({{{1, word}}}, embeddings, model_.exact_case());
      if (!report_words(resolved, embeddings.vocabulary, messages, status)) continue;
      terms.push_back(std::move(resolved.terms.front()));
    }
    if (terms.empty() && status == kAllAnswered) {
      throw Error(ErrorCode::usage, "PCA needs at least 2 words, found 0");
    }
    rows = rows_of(terms);
    if (rows.size() < terms.size()) gather(embeddings, terms, chosen);
    return chosen;
  }

  // Vectors that are built are in no matrix: one is made of all that are chosen.
  static void gather(const Embeddings& embeddings, const std::vector<ResolvedTerm>& terms,
                     Chosen& chosen) {
    chosen.rows.clear();
    for (const ResolvedTerm& term : terms) {
      const auto vector = vector_of(embeddings, term);
      chosen.gathered.insert(chosen.gathered.end(), vector.begin(), vector.end());
      chosen.rows.push_back(static_cast<Row>(chosen.words.size()));
      chosen.words.emplace_back(term.row ? embeddings.vocabulary.word(*term.row)
                                         : std::string_view(term.word));
    }
    chosen.matrix = {chosen.gathered.data(), terms.size(), embeddings.dim()};
  }

  void write_text(const Chosen& chosen, const PcaResult& result, OutputFormat format) const {
    const auto out = out_.empty() ? make_standard_output() : make_file_output(out_);
    std::vector<Column> columns = {{"word"}};
    for (std::size_t c = 1; c <= result.components; ++c) {
      columns.push_back({"pc" + std::to_string(c)});
    }
    const auto writer = make_row_writer(format, std::move(columns), output_.header(), *out);
    const std::size_t points = result.points.size() / result.components;
    std::vector<Cell> cells;
    for (std::size_t p = 0; p < points; ++p) {
      cells.assign(1, chosen.word(p));
      for (std::size_t c = 0; c < result.components; ++c) {
        cells.emplace_back(result.points[p * result.components + c]);
      }
      writer->row(cells);
    }
    writer->finish();
    out->finish();
  }

  void write_npy(const Chosen& chosen, const PcaResult& result) const {
    const std::size_t points = result.points.size() / result.components;
    std::string words;
    for (std::size_t p = 0; p < points; ++p) {
      append_word_line(words, chosen.word(p), kNpyExtension, "write .json");
    }
    PairedOutput files(out_, vocabulary_path_of(out_, kNpyExtension), run_.threads());
    files.words().write(words);
    files.rows().write(npy_header(points, result.components));
    files.rows().write(std::as_bytes(std::span(result.points)));
    files.publish();
  }

  static void report_variance(const PcaResult& result, Messages& messages) {
    std::string ratios;
    double total = 0;
    for (const double ratio : result.explained_variance_ratio) {
      ratios += fmt::format(" {:.8f}", ratio);
      total += ratio;
    }
    messages.note("explained variance ratio:{} (together {:.1f} %)", ratios, total * 100);
  }

  std::vector<std::string> words_;
  std::string words_file_;
  std::uint64_t top_ = 0;
  std::uint64_t components_ = 2;
  std::string out_;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kPcaCommand = {
    "pca", "Project words to a few dimensions", kExamples, kDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Pca>(); }};

}  // namespace wordvec::cli
