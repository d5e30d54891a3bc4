#include "commands/pca.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "commands/commands.h"
#include "options/chosen_words.h"
#include "options/input_checks.h"
#include "options/model_options.h"
#include "options/numbers.h"
#include "options/output_options.h"
#include "options/picture_options.h"
#include "options/row_order_warning.h"
#include "options/run_options.h"
#include "options/word_input.h"
#include "output/explorer_file.h"
#include "output/pictures.h"
#include "output/points_writer.h"
#include "output/terminal.h"
#include "program.h"
#include "wordvec/analysis/pca.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/npy_header.h"
#include "wordvec/plot/explorer.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kPcaExamples =
    "  wordvec pca man woman king queen cat dog father mother\n"
    "  wordvec pca man woman king queen --lines man:woman,king:queen --out words.svg\n"
    "  wordvec pca --top 300 --color-by cluster --out words.png\n"
    "  wordvec pca --out map.html             every word, to explore in a browser\n"
    "  wordvec pca --out points.csv           every word of the model\n"
    "  wordvec pca --top 1000 --components 3 --out points.npy\n"
    "  wordvec pca man woman --fit nouns.txt  on the components of the words in a file\n";

constexpr std::string_view kPcaDetails =
    "Principal component analysis: the words' vectors, centred, along the directions in which "
    "they\n"
    "vary most. The share of the variance that each component explains goes to standard error.\n"
    "The words are those given, those of --words, the first N of --top, or all: standard input is\n"
    "read with - only. A terminal shows a picture of the first two components, or with --format\n"
    "table the numbers; a pipe gets the numbers. With --out the extension of the file says what it "
    "is: a picture (.svg, .png), a map\n"
    "to explore in a browser, with the nearest words of each (.html, of 2 or 3 components), or "
    "data\n"
    "(.csv, .tsv, .json, .ndjson, or .npy, which comes with the words in NAME.vocab.txt).\n"
    "Where the model has n-grams, a word that is not in the vocabulary has the vector that is\n"
    "built from its own. A word that is given twice counts once, and a note names it.\n";

class Pca final : public Command {
 public:
  explicit Pca(PngWriter write_png) : write_png_(write_png) {}

  void define(OptionSet& options) override {
    words_.define(options);
    options.add_number("-c,--components N", components_, whole_number(1, kMaxDim),
                       "Components to compute (default: 2)");
    options.add_option("--fit FILE", fit_file_,
                       "Find the components of the words in FILE, and project the others on them");
    options.add_option("-o,--out FILE", out_, "The file to write; - for standard output");
    picture_.define(options);
    neighbors_option_ = options.add_number(
        "--neighbors N", neighbors_, whole_number(0, kMaxExplorerNeighbors),
        "Of .html: nearest words that each word comes with (default: 10; 0: none)");
    model_.define(options);
    model_.define_case(options);
    output_.define(options);
    run_.define(options);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    words_.check();
    picture_.parse();
    check_standard_input(false);
    const std::optional<PictureKind> picture = picture_kind();
    if (picture) {
      check_picture(*picture);
      if (picture == PictureKind::png && write_png_ == nullptr) {
        become_program(kPngProgram, context.arguments);
      }
    } else if (const std::string option = picture_.first_given(); !option.empty()) {
      throw Error(ErrorCode::usage, option + " is for pictures: write one with --out to " +
                                        picture_extensions() +
                                        ", or show one on a terminal without --out and --format");
    }
    if (neighbors_option_.is_given() && picture != PictureKind::html) {
      throw Error(ErrorCode::usage,
                  "--neighbors is for a map to explore: write one with --out to .html");
    }
    const bool to_npy = has_extension(out_, kNpyExtension);
    const OutputFormat format = picture || to_npy
                                    ? OutputFormat::csv
                                    : output_.format_for(out_, ".npy, " + picture_extensions());
    if (to_npy) refuse_format();

    Messages& messages = context.messages;
    const Model model = model_.open(context, run_.threads());
    check_standard_input(model.took_standard_input());
    std::vector<std::string> files_read = model_.files(model);
    files_read.insert(files_read.end(), {words_.file(), fit_file_, picture_.color_by()});
    refuse_to_replace(out_, files_read);
    int status = kAllAnswered;
    if (words_.top() > 0) warn_of_row_order(model, words_.top(), "--top", messages);
    const ChosenWords words =
        words_.choose(model.embeddings(), model_.matching(), messages, status);
    const auto write_none = [&](const std::string& problem, QueryError error) {
      if (picture || (!out_.empty() && out_ != "-")) return;
      write_no_points(words, error, problem, static_cast<std::size_t>(components_), format,
                      output_.style(messages));
    };
    if (const std::size_t least = fit_file_.empty() ? 2 : 1; words.size() < least) {
      const std::string problem = "PCA needs at least " + std::to_string(least) +
                                  (least == 1 ? " word" : " words") + ", found " +
                                  std::to_string(words.size());
      write_none(problem, QueryError::too_few_words);
      if (status == kAllAnswered) throw Error(ErrorCode::usage, problem);
      messages.error("{}", problem);
      return status;
    }
    std::optional<ChosenWords> fitted;
    if (!fit_file_.empty()) {
      fitted =
          find_chosen_words(read_word_list(fit_file_, messages), printable(input_name(fit_file_)),
                            model.embeddings(), model_.matching(), messages, status);
      if (fitted->size() < 2) {
        const std::string problem = "PCA needs at least 2 words, found " +
                                    std::to_string(fitted->size()) + " of the model in " +
                                    in_quotes(fit_file_);
        write_none(problem, QueryError::too_few_words);
        throw Error(ErrorCode::usage, problem);
      }
    }
    PcaResult result;
    try {
      result = fit(words, fitted ? *fitted : words);
    } catch (const PointOverflowError& error) {
      write_none(error.message(), QueryError::overflow);
      throw;
    }
    if (picture) {
      ScatterPlot plot = picture_.plot(words, std::move(result.points), result, model_.matching(),
                                       run_.threads(), messages, status);
      plot.fitted_on_others = !fit_file_.empty();
      write_picture(*picture, plot, words, model.embeddings(), messages);
    } else {
      const WordPoints points{words, result.points, result.components};
      if (to_npy) {
        write_npy(points, out_, run_.threads());
      } else {
        write_points(points, format, output_.style(messages), out_);
      }
    }
    report_variance(result, messages);
    return status;
  }

 private:
  // nullopt: the result is data.
  std::optional<PictureKind> picture_kind() const {
    if (!out_.empty()) return picture_kind_of_extension(out_);
    const bool wants_numbers = output_.format() || output_.without_header() || components_ < 2;
    if (wants_numbers || !is_terminal(kStandardOutput)) return std::nullopt;
    return PictureKind::terminal;
  }

  void check_standard_input(bool is_model) const {
    refuse_second_reader({{is_model, "the model"},
                          {words_.reads_standard_input(), "the words", true},
                          {fit_file_ == "-", "--fit"},
                          {picture_.reads_standard_input(), "--color-by"}});
  }

  void check_picture(PictureKind kind) const {
    refuse_format();
    picture_.check_for(kind);
    if (components_ < 2) {
      throw Error(ErrorCode::usage,
                  "a picture needs at least 2 components, found " + std::to_string(components_));
    }
    if (kind != PictureKind::html) return;
    if (components_ > 3) {
      throw Error(ErrorCode::usage,
                  "a map to explore has 2 or 3 components, found " + std::to_string(components_));
    }
  }

  void refuse_format() const {
    if (!output_.format()) return;
    throw Error(ErrorCode::usage, "--format has no meaning for " + in_quotes(out_) + ": a " +
                                      out_.substr(out_.rfind('.')) +
                                      " file has a format of its own");
  }

  // The components of `fitted`, which may be `words` too, with the points of `words`.
  PcaResult fit(const ChosenWords& words, const ChosenWords& fitted) const {
    const PcaOptions options{static_cast<std::size_t>(components_), run_.threads()};
    PcaResult result = pca(fitted.matrix, fitted.rows, options);
    if (&fitted != &words) {
      result.points = project(result, words.matrix, words.rows, run_.threads());
    }
    return result;
  }

  void write_picture(PictureKind kind, const ScatterPlot& plot, const ChosenWords& words,
                     const Embeddings& embeddings, Messages& messages) const {
    switch (kind) {
      case PictureKind::svg:
        return write_svg_file(plot, picture_.style(), out_, messages);
      case PictureKind::png:
        return write_png_(plot, picture_.style(), picture_.scale(), out_, messages);
      case PictureKind::html:
        return write_explorer_file(plot, words, embeddings, static_cast<std::size_t>(neighbors_),
                                   picture_.theme().value_or(Theme::automatic), out_,
                                   run_.threads(), messages);
      case PictureKind::terminal:
        return show_on_terminal(plot, messages);
    }
  }

  static void report_variance(const PcaResult& result, Messages& messages) {
    if (result.varying == 0) {
      messages.warning("the vectors are all equal: no component explains anything, all are zeros");
    } else if (result.varying < result.components) {
      messages.warning(
          "the vectors vary in {} {} only: {}", result.varying,
          result.varying == 1 ? "direction" : "directions",
          result.varying + 1 == result.components
              ? fmt::format("component {} explains nothing and is zeros", result.components)
              : fmt::format("components {} to {} explain nothing and are zeros", result.varying + 1,
                            result.components));
    }
    std::string ratios;
    double total = 0;
    for (const double ratio : result.explained_variance_ratio) {
      ratios += fmt::format(" {:.8f}", ratio);
      total += ratio;
    }
    messages.note("explained variance ratio:{} (together {:.1f} %)", ratios, total * 100);
  }

  PngWriter write_png_;
  WordChoice words_;
  std::uint64_t components_ = 2;
  std::string fit_file_;
  std::string out_;
  PictureOptions picture_;
  std::uint64_t neighbors_ = 10;
  Option neighbors_option_;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

std::unique_ptr<Command> make_pca(PngWriter write_png) {
  return std::make_unique<Pca>(write_png);
}

const CommandEntry kPcaCommand = {"pca", "Project words to a few dimensions, and draw them",
                                  kPcaExamples, kPcaDetails, [] { return make_pca(nullptr); }};

}  // namespace wordvec::cli
