#include "wordvec/analysis/pca.h"

#include <algorithm>
#include <cstdint>

#include "commands/commands.h"
#include "options/model_options.h"
#include "options/numbers.h"
#include "options/output_options.h"
#include "options/run_options.h"
#include "options/word_input.h"
#include "output/npy.h"
#include "output/row_writer.h"
#include "wordvec/base/error.h"
#include "wordvec/base/output_file.h"
#include "wordvec/base/quote.h"

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
    "the words in NAME.vocab.txt.\n";

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
    const std::vector<Row> rows = chosen_rows(model.embeddings(), context.messages, status);
    if (status == kNotFound && rows.size() < 2) {
      context.messages.error("PCA needs at least 2 words, found {}", rows.size());
      return status;
    }
    const PcaResult result = pca(model.embeddings().matrix, rows,
                                 {static_cast<std::size_t>(components_), run_.threads()});
    if (to_npy) {
      write_npy(model.embeddings(), rows, result);
    } else {
      write_text(model.embeddings(), rows, result, format);
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

  // Empty: all, or none where `status` says that words were not found.
  std::vector<Row> chosen_rows(const Embeddings& embeddings, Messages& messages,
                               int& status) const {
    std::vector<Row> rows;
    if (top_ > 0) {
      rows.resize(std::min<std::size_t>(static_cast<std::size_t>(top_), embeddings.rows()));
      for (std::size_t r = 0; r < rows.size(); ++r) rows[r] = static_cast<Row>(r);
      return rows;
    }
    if (words_.empty() && words_file_.empty()) return rows;
    const bool from_stdin = words_.size() == 1 && words_[0] == "-";
    const auto words = from_stdin            ? read_word_list("-")
                       : words_file_.empty() ? words_
                                             : read_word_list(words_file_);
    for (const std::string& word : words) {
      const auto match = find_word(embeddings.vocabulary, word, model_.exact_case());
      if (!match) {
        report_unknown(embeddings.vocabulary, word, messages);
        status = kNotFound;
        continue;
      }
      if (match->case_folded) report_folded(embeddings.vocabulary, word, match->row, messages);
      rows.push_back(match->row);
    }
    if (rows.empty() && status == kAllAnswered) {
      throw Error(ErrorCode::usage, "PCA needs at least 2 words, found 0");
    }
    return rows;
  }

  static Row row_of_point(const std::vector<Row>& rows, std::size_t point) {
    return rows.empty() ? static_cast<Row>(point) : rows[point];
  }

  void write_text(const Embeddings& embeddings, const std::vector<Row>& rows,
                  const PcaResult& result, OutputFormat format) const {
    const auto out = out_.empty() ? make_standard_output() : make_file_output(out_);
    std::vector<Column> columns = {{"word"}};
    for (std::size_t c = 1; c <= result.components; ++c) {
      columns.push_back({"pc" + std::to_string(c)});
    }
    const auto writer = make_row_writer(format, std::move(columns), output_.header(), *out);
    const std::size_t points = result.points.size() / result.components;
    std::vector<Cell> cells;
    for (std::size_t p = 0; p < points; ++p) {
      cells.assign(1, embeddings.vocabulary.word(row_of_point(rows, p)));
      for (std::size_t c = 0; c < result.components; ++c) {
        cells.emplace_back(result.points[p * result.components + c]);
      }
      writer->row(cells);
    }
    writer->finish();
    out->finish();
  }

  void write_npy(const Embeddings& embeddings, const std::vector<Row>& rows,
                 const PcaResult& result) const {
    const std::size_t points = result.points.size() / result.components;
    std::string words;
    for (std::size_t p = 0; p < points; ++p) {
      const std::string_view word = embeddings.vocabulary.word(row_of_point(rows, p));
      if (word.find('\n') != std::string_view::npos) {
        throw Error(ErrorCode::usage, "the word " + in_quotes(word) +
                                          " contains a line end, which the list of words beside a "
                                          ".npy file cannot hold: write .json");
      }
      words += word;
      words += '\n';
    }
    OutputFile vocabulary = OutputFile::create(vocabulary_path_of(out_));
    OutputFile array = OutputFile::create(out_);
    vocabulary.write(words);
    array.write(npy_header(points, result.components));
    array.write(std::as_bytes(std::span(result.points)));
    vocabulary.publish();
    array.publish();
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
