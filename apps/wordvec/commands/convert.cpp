#include "wordvec/open/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

#include "commands/commands.h"
#include "options/file_options.h"
#include "options/input_checks.h"
#include "options/model_options.h"
#include "options/numbers.h"
#include "options/query_reports.h"
#include "options/run_options.h"
#include "options/word_input.h"
#include "output/conversion_warnings.h"
#include "output/progress_bar.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/word_file.h"
#include "wordvec/open/model.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kConvertExamples =
    "  wordvec convert glove.6B.300d.txt      to glove.6B.300d.safetensors, here\n"
    "  wordvec convert vectors.bin vectors.vec\n"
    "  wordvec convert glove.6B.zip --member glove.6B.300d.txt\n"
    "  tar -xOf vectors.tar.gz vectors.txt | wordvec convert - vectors.safetensors\n"
    "  wordvec convert big.txt small.safetensors --limit 100000\n"
    "  wordvec convert big.txt small.safetensors --remove-components 3 --reduce 100 --normalize\n"
    "  wordvec convert a.safetensors ab.safetensors --merge b.safetensors\n"
    "  wordvec convert vectors.txt v.safetensors --counts vocab.txt\n"
    "  wordvec convert a.safetensors a.npy --dtype f16\n";

constexpr std::string_view kConvertDetails =
    "IN may be - for standard input; its format is told by content, also within a file of gzip,\n"
    "bzip2, xz or zstd, or a zip archive, of which --member names the file. OUT's extension says\n"
    "its format: .safetensors is a container, which opens at once; .txt GloVe text; .vec word2vec\n"
    "text; .bin word2vec binary; .npy a NumPy array and .tsv the Embedding Projector's values, "
    "with\n"
    "the words in a file beside; .txt.gz, .vec.gz and so on are compressed with gzip. The file\n"
    "appears when it is whole; an existing one is replaced.\n"
    "A container has search codes, which make `nearest` and `analogy` many times faster and change "
    "no\n"
    "answer; `wordvec index` adds them to one that has none. It keeps the n-grams of a model that "
    "has\n"
    "vectors for them, from which words that are not in the vocabulary get theirs.\n"
    "Vectors are edited in this order, whatever that of the options: --words, --limit, --merge,\n"
    "--center, --remove-components, --reduce, --normalize, --dtype. --remove-components N is\n"
    "all-but-the-top (Mu and Viswanath 2018): rows are centred, and lose what lies along the N\n"
    "directions in which they vary most. --reduce projects them on the DIM first components, as "
    "pca\n"
    "does. --merge keeps the words that both have, in IN's order, and puts the other model's row\n"
    "behind each, or with --merge-by average the mean of both in its place. N-grams that stay are\n"
    "edited with the rows. The note at the end names what was done, and a container keeps it, "
    "which\n"
    "`wordvec info` shows.\n"
    "A container also keeps how often each word occurred, where IN has that (fastText models,\n"
    "containers) or --counts FILE, such as GloVe's or word2vec's vocabulary: `embed --pool sif` "
    "weighs\n"
    "words by it.\n";

class Convert final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_option("IN", input_, "The file to read; - for standard input").required();
    options.add_option("OUT", output_, "The file to write; - for standard output");
    file_.define(options, "IN");
    options.add_option("--to FORMAT", options_.to,
                       fmt::format("OUT's format: {}", fmt::join(written_format_names(), ", ")));
    options.add_number("--limit N", options_.limit, whole_number(1), "Only the first N rows");
    options.add_option("--words FILE", words_file_,
                       "Only the words in FILE, one a line, in that order");
    options.add_option("--merge PATH|NAME", merge_, "Merge with another model, a file or a name");
    merge_by_option_ =
        options.add_option("--merge-by concatenate|average", merge_by_,
                           "How the two rows of a word are merged (default: concatenate)");
    options.add_flag("--center", options_.edits.center, "Subtract the mean row from each");
    options.add_number("--remove-components N", options_.edits.remove_components,
                       whole_number(1, kMaxDim),
                       "Centre, and remove the N first principal components");
    options.add_number("--reduce DIM", options_.edits.reduce, whole_number(1, kMaxDim),
                       "To DIM values: the first components of PCA");
    options.add_flag("--normalize", options_.edits.normalize, "Scale each row to unit length");
    options.add_option("--dtype f32|f16", dtype_,
                       "Of values; f16 is for npy and safetensors (default: f32)");
    options.add_flag("--skip-bad", options_.read.skip_bad, "Drop bad rows, and count them");
    options.add_flag("--trust-rows", options_.read.trust_rows,
                     "Accept another number of rows than the header promises");
    options.add_flag("--strict-utf8", options_.read.strict_utf8,
                     "A word that is not UTF-8 makes a bad row");
    options.add_flag("--no-index", no_index_,
                     "A container without search codes: over a quarter smaller, slower to search");
    options.add_flag(
        "--no-subwords", no_subwords_,
        "A container without n-grams: smaller, but words that are not in it get no vector");
    options.add_option(
        "--counts FILE", counts_file_,
        "How often words occur, for a container: the counts of FILE, which has a word "
        "and its count a line");
    options.add_option("--license TEXT", options_.license,
                       "The vectors' licence, to note in a container");
    options.add_option("--citation TEXT", options_.citation,
                       "What to cite, to note in a container");
    run_.define(options);
  }

  int run(Context& context) override {
    Messages& messages = context.messages;
    run_.apply(messages);
    options_.read.threads = run_.threads();
    options_.from = file_.format();
    file_.apply(options_.read);
    parse_merge_by();
    options_.half = parse_half();
    refuse_second_reader({{input_ == "-", "IN"},
                          {file_.vocab() == "-", "--vocab"},
                          {words_file_ == "-", "--words"},
                          {counts_file_ == "-", "--counts"},
                          {merge_ == "-", "--merge"}});
    if (!words_file_.empty()) {
      options_.words = read_word_list(words_file_, messages);
      std::vector<std::string> listed = *options_.words;  // which are told of as they were listed
      keep_each_once(listed, printable(input_name(words_file_)), messages);
    }
    if (!counts_file_.empty()) options_.counts.emplace().name = file_name_of(counts_file_);

    // What the names and options alone can refuse, before another model is read.
    const ConvertPlan plan = plan_conversion(input_, output_, options_);
    refuse_to_replace(plan.output_path, std::vector<std::string>{words_file_, counts_file_});
    refuse_terminal(plan.output_path);
    if (options_.counts) read_counts(messages);
    if (!merge_.empty()) {
      options_.merge = Merge{open_model(merge_, {}, context, run_.threads()), by_};
    }
    const auto start = std::chrono::steady_clock::now();
    const bool shows_progress = messages.verbosity() != Verbosity::quiet;
    ProgressBar progress("converting", shows_progress);
    options_.progress = [&](std::uint64_t done, std::optional<std::uint64_t> all) {
      progress.update(done, all);
    };
    options_.codes = !no_index_;
    options_.subwords = !no_subwords_;
    std::optional<ProgressBar> indexing;
    options_.codes_progress = [&](std::uint64_t done, std::uint64_t all) {
      if (!indexing) {
        progress.clear();
        indexing.emplace("indexing", shows_progress);
      }
      indexing->update(done, all);
    };
    const ConvertReport report = convert(input_, output_, options_);
    progress.clear();
    indexing.reset();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

    warn_about_rows(report.read, report.counts.duplicates, report.counts.first_duplicate, messages);
    report_zero_rows(report, messages);
    for (const PoorStep& poor : report.poor_steps) report_poor_step(poor, messages);
    int status = kAllAnswered;
    if (!report.missing_words.empty()) {
      report_missing_words(report.missing_words.size(), report.missing_words.front(), words_file_,
                           messages, status);
    }
    report_other_spellings(report.words_spelt_otherwise,
                           "the words of " + printable(input_name(words_file_)), "the model", {},
                           messages);
    if (options_.merge) {
      report_other_spellings(report.merged_spelt_otherwise, "the words",
                             printable(options_.merge->model.name()), {}, messages);
      report_merge(report, messages);
    }
    report_other_spellings(report.counts_spelt_otherwise, fmt::format("{} words", report.rows),
                           printable(input_name(counts_file_)), {}, messages);
    if (report.rows == 0 && report.missing_counts > 0) {
      messages.error("none of the {} words has a count in {}, the first is {}: nothing was written",
                     report.missing_counts, printable(input_name(counts_file_)),
                     in_quotes(report.first_missing_count));
      return kNotFound;
    }
    if (report.missing_counts > 0) {
      messages.note("{} has no count of {} of {} words, the first is {}: their count is 0",
                    printable(input_name(counts_file_)), report.missing_counts, report.rows,
                    in_quotes(report.first_missing_count));
    }
    if (report.rows == 0) {
      if (report.merge_dropped == 0) {
        messages.error("none of the words was found: nothing was written");
      }
      return kNotFound;
    }
    if (report.read.has_subwords && !report.kept_subwords && !no_subwords_) {
      messages.note(
          "n-grams are left out, as {} has no place for them: words that are not in the "
          "vocabulary get no vector from {}",
          report.to, report.output_path == "-" ? "the output" : printable(report.output_path));
    }
    messages.note(
        "{} ({}) → {} ({}){}: {} {} of {} values{} in {:.1f} s", printable(input_name(input_)),
        report.from, report.output_path == "-" ? "standard output" : printable(report.output_path),
        report.to, report.words_path.empty() ? "" : ", words in " + printable(report.words_path),
        report.rows, report.rows == 1 ? "row" : "rows", report.dim,
        report.edits.empty() ? "" : " (" + printable(report.edits) + ")", seconds.count());
    return status;
  }

 private:
  void parse_merge_by() {
    constexpr std::array kWays = {MergeBy::concatenate, MergeBy::average};
    if (merge_.empty() && merge_by_option_.is_given()) {
      throw Error(ErrorCode::usage, "--merge-by says how models are merged: --merge names another");
    }
    const auto* const by = std::find_if(kWays.begin(), kWays.end(),
                                        [&](MergeBy way) { return name_of(way) == merge_by_; });
    if (by == kWays.end()) {
      throw Error(ErrorCode::usage, "unknown way to merge " + in_quotes(merge_by_) +
                                        ", expected concatenate or average");
    }
    by_ = *by;
  }

  void read_counts(Messages& messages) {
    WordList list = wordvec::read_word_list(
        counts_file_,
        {.rows = std::nullopt, .skip_blank = true, .expected = ListedNumbers::counts});
    if (!list.note.empty()) messages.note("{}", list.note);
    if (!list.warning.empty()) messages.warning("{}", list.warning);
    if (list.counts.empty()) {
      throw Error(ErrorCode::malformed,
                  "has no counts, expected a word and how often it occurred on each line, as "
                  "\"the 1061396\"",
                  input_name(counts_file_));
    }
    options_.counts->words = std::move(list.words);
    options_.counts->counts = std::move(list.counts);
  }

  bool parse_half() const {
    if (dtype_ == "f16" || dtype_ == "f32") return dtype_ == "f16";
    throw Error(ErrorCode::usage, "unknown type " + in_quotes(dtype_) + ", expected f32 or f16");
  }

  static void report_zero_rows(const ConvertReport& report, Messages& messages) {
    const bool is_one = report.zero_rows == 1;
    if (report.zero_rows > 0) {
      messages.note("{} {} all zeros: {} no direction and {} never a neighbour", report.zero_rows,
                    is_one ? "row is" : "rows are", is_one ? "it has" : "they have",
                    is_one ? "is" : "are");
    }
    if (report.half_zero_rows > 0) {
      messages.warning(
          "{} all zeros as float16, whose smallest value is 6e-8: no direction is left of {} "
          "(--normalize keeps it, and so does --dtype f32)",
          report.half_zero_rows == 1 ? "1 row becomes"
                                     : fmt::format("{} rows become", report.half_zero_rows),
          report.half_zero_rows == 1 ? "it" : "them");
    }
    if (report.centred_zero_rows > 0) {
      messages.warning("{} of zeros {} in the mean that was subtracted, and {} a direction now",
                       report.centred_zero_rows == 1
                           ? "1 row"
                           : fmt::format("{} rows", report.centred_zero_rows),
                       report.centred_zero_rows == 1 ? "counts" : "count",
                       report.centred_zero_rows == 1 ? "has" : "have");
    }
  }

  static void report_poor_step(const PoorStep& poor, Messages& messages) {
    messages.warning(
        "--{}: {}: {}", poor.step,
        poor.directions == 0 ? std::string("all rows are equal, or there is one")
                             : fmt::format("the rows vary in {} {} only", poor.directions,
                                           poor.directions == 1 ? "direction" : "directions"),
        poor.leaves_nothing ? "nothing is left of them" : "the other values are zeros");
  }

  void report_merge(const ConvertReport& report, Messages& messages) const {
    const std::string other = printable(options_.merge->model.name());
    if (report.rows == 0 && report.merge_dropped > 0) {
      messages.error("{} has none of the {} words: nothing was written", other,
                     report.merge_dropped);
    } else if (report.merge_dropped > 0) {
      messages.note("{} {} not in {} and left out", report.merge_dropped,
                    report.merge_dropped == 1 ? "word is" : "words are", other);
    }
  }

  std::string input_;
  std::string output_;
  std::string words_file_;
  std::string counts_file_;
  bool no_index_ = false;
  bool no_subwords_ = false;
  std::string merge_;
  std::string merge_by_ = "concatenate";
  Option merge_by_option_;
  MergeBy by_ = MergeBy::concatenate;
  std::string dtype_ = "f32";
  ConvertOptions options_;
  FileOptions file_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kConvertCommand = {
    "convert", "Convert word vectors from any format to another", kConvertExamples, kConvertDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Convert>(); }};

}  // namespace wordvec::cli
