#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "commands/commands.h"
#include "options/file_options.h"
#include "options/input_checks.h"
#include "options/model_options.h"
#include "options/numbers.h"
#include "options/output_options.h"
#include "options/query_reports.h"
#include "options/row_file.h"
#include "options/row_order_warning.h"
#include "options/run_options.h"
#include "options/word_input.h"
#include "output/field_writer.h"
#include "output/progress_bar.h"
#include "output/row_writer.h"
#include "wordvec/analysis/procrustes.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/neighbor_overlap.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kCompareExamples =
    "  wordvec compare old.safetensors new.safetensors            a summary\n"
    "  wordvec compare old.safetensors new.safetensors cell gay   how far these words moved\n"
    "  wordvec compare old.safetensors new.safetensors --moved 100 > moved.tsv\n"
    "  wordvec compare old.safetensors new.safetensors --out words.csv   every word\n"
    "  wordvec compare glove.6B.50d glove.6B.300d -f json | jq .mean_jaccard\n"
    "  wordvec compare old.zip new.safetensors --member-a vectors.txt\n";

constexpr std::string_view kCompareDetails =
    "Compared are the words that both models have, as they are written or by a canonically\n"
    "equivalent spelling (not with --exact-case), in A's order, the first 10,000 unless "
    "--top-rows\n"
    "tells otherwise. What is printed:\n"
    "  coverage  the share of a model's words that the other has too\n"
    "  cosine    of a word's two vectors, once A is turned onto B: orthogonal Procrustes\n"
    "            (Schoenemann 1966) of rows at unit length, not centred (Hamilton et al. 2016);\n"
    "            residual is the length of all that is left, |A R - B|\n"
    "  jaccard   of the word's k nearest neighbours among the compared words in A and in B: how\n"
    "            many are the same, divided by how many there are in all; exact\n"
    "A terminal shows the summary and the words that moved most, with the lowest cosine. A pipe\n"
    "gets the summary, or with --moved, or words, rows of a word each, which begin with the word "
    "as\n"
    "it was asked, if it was. --out writes a row for "
    "each\n"
    "compared word, in A's order, to a .csv, .tsv, .json or .ndjson file. Models of different\n"
    "dimension have no alignment: then jaccard says which words moved most. A WORD that a model "
    "has\n"
    "not is looked up in lower case, where that model's vocabulary is.\n";

constexpr std::uint64_t kDefaultTopRows = 10'000;
constexpr std::uint64_t kDefaultMoved = 10;

// What is known of each compared word.
struct Comparison {
  SharedWords words;
  std::optional<Alignment> alignment;  // nullopt: the dimensions differ
  std::vector<double> jaccard;
};

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

class Compare final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_option("A", a_, "A model: a file or a name").required();
    options.add_option("B", b_, "Another model").required();
    const auto refuse_model = [](const std::string& /*name*/) -> void {
      throw Error(ErrorCode::usage,
                  "compare has no --model: the two models are its first arguments, A and B");
    };
    options.add_option("-m,--model PATH|NAME", refuse_model, "").hide();
    options.add_words("WORD", words_, "Words to show");
    options.add_option("--words FILE", words_file_, "Show the words in FILE, one a line");
    moved_option_ =
        options.add_number("--moved N", moved_, whole_number(1),
                           "Show the N words that moved most (default: 10, in a table)");
    case_.define(options);
    options.add_number("-k,--count N", k_, whole_number(1),
                       "Neighbours that are compared (default: 10)");
    options.add_number("--top-rows N", top_rows_, whole_number(2),
                       "Compare the first N words of A that B has too (default: 10000)");
    out_.define(options, "-o,--out", "Write all compared words to FILE");
    file_a_.define(options, "A", "-a");
    file_b_.define(options, "B", "-b");
    output_.define(options);
    run_.define(options);
  }

  int run(Context& context) override {
    Messages& messages = context.messages;
    run_.apply(messages);
    const OutputFormat format = output_.format_or_auto();
    const std::vector<std::string> asked = words_to_show(context.messages);
    out_.open(std::vector<std::string>{a_, b_, words_file_, file_a_.vocab(), file_b_.vocab()});
    const Model a = open_model(a_, file_a_, context, run_.threads());
    const Model b = open_model(b_, file_b_, context, run_.threads());
    out_.check(std::vector<std::string>{a.path(), b.path()});

    warn_of_row_order(a, top_rows_, "--top-rows", messages);
    Comparison comparison;
    comparison.words = shared_words(a.embeddings(), b.embeddings(), top_rows_, case_.matching());
    report_other_spellings(comparison.words.other_spellings,
                           fmt::format("{} shared words", comparison.words.shared),
                           printable(b.name()), "--exact-case", messages);
    const bool shows_words = !asked.empty() || !words_file_.empty();
    if (const std::string why = why_not_compared(comparison.words, a, b); !why.empty()) {
      messages.error("{}", why);
      write_no_comparison(why, asked, shows_words, format, messages);
      return kNotFound;
    }
    compare(a.embeddings(), b.embeddings(), comparison, messages);

    int status = kAllAnswered;
    const auto out = make_standard_output();
    if (!shows_words && (!moved_option_.is_given() || format == OutputFormat::table)) {
      write_fields(summary(a, b, comparison), format, output_.style(messages), *out);
      if (format == OutputFormat::table) out->buffer() += '\n';
    }
    if (shows_words) {
      const bool has_query = format != OutputFormat::table;
      write_asked(find_asked(asked, a, b, comparison.words, messages, status),
                  a.embeddings().vocabulary, comparison, has_query,
                  *make_row_writer(format, columns(has_query), output_.style(messages), *out));
    } else if (moved_option_.is_given() || format == OutputFormat::table) {
      write_rows(most_moved(comparison), a.embeddings().vocabulary, comparison,
                 *make_row_writer(format, columns(), output_.style(messages), *out));
    }
    out->finish();
    if (out_.is_asked_for()) {
      std::vector<std::size_t> all(comparison.words.size());
      std::iota(all.begin(), all.end(), std::size_t{0});
      write_rows(all, a.embeddings().vocabulary, comparison,
                 *out_.make_writer(columns(), output_.style(messages)));
      out_.finish();
    }
    return status;
  }

 private:
  std::vector<std::string> words_to_show(Messages& messages) const {
    refuse_second_reader({{a_ == "-", "A"},
                          {file_a_.vocab() == "-", "--vocab-a"},
                          {b_ == "-", "B"},
                          {file_b_.vocab() == "-", "--vocab-b"},
                          {words_file_ == "-", "--words"}});
    if (moved_option_.is_given() && !(words_.empty() && words_file_.empty())) {
      throw Error(ErrorCode::usage, "words and --moved exclude each other: give one of them");
    }
    if (words_file_.empty()) return words_;
    if (!words_.empty()) {
      throw Error(ErrorCode::usage, "words and --words exclude each other: give one of them");
    }
    return read_word_list(words_file_, messages);
  }

  // Empty: they can be compared.
  static std::string why_not_compared(const SharedWords& words, const Model& a, const Model& b) {
    const std::string models = printable(a.name()) + " and " + printable(b.name());
    if (words.shared == 0) {
      return models + " have no word in common: there is nothing to compare";
    }
    if (words.size() >= 2) return {};
    return fmt::format("{}: words in common: {}, with a direction: {}; a comparison needs 2",
                       models, words.shared, words.size());
  }

  // A record for each word that was asked, or of the two models.
  void write_no_comparison(const std::string& why, const std::vector<std::string>& asked,
                           bool shows_words, OutputFormat format, Messages& messages) const {
    const bool shows_rows = shows_words || moved_option_.is_given();
    // In place of the summary, which is one object: no array around it.
    const OutputFormat written = !shows_rows && is_json(format) ? OutputFormat::ndjson : format;
    const auto out = make_standard_output();
    RowStyle style = output_.style(messages);
    style.header = style.header && shows_rows;
    const bool has_query = shows_words && written != OutputFormat::table;
    const auto writer = make_row_writer(written, columns(has_query), style, *out);
    if (!shows_words) writer->error({a_ + " / " + b_, QueryError::too_few_words, why});
    for (const std::string& word : asked) {
      writer->error({word, QueryError::too_few_words, why});
    }
    writer->finish();
    out->finish();
  }

  void compare(const Embeddings& a, const Embeddings& b, Comparison& comparison,
               Messages& messages) const {
    const SharedWords& words = comparison.words;
    if (a.dim() == b.dim()) {
      comparison.alignment =
          align({a.matrix, words.first}, {b.matrix, words.second}, run_.threads());
      if (words.size() <= a.dim()) {
        messages.warning(
            "{} words in {} dimensions: an alignment fits so few too well to say anything",
            words.size(), a.dim());
      } else if (comparison.alignment->rank < a.dim()) {
        messages.warning(
            "the vectors of {} words span {} of {} dimensions: many alignments fit them as well",
            words.size(), comparison.alignment->rank, a.dim());
      }
    } else {
      if (words.size() <= std::max(a.dim(), b.dim())) {
        messages.warning(
            "{} words in {} and {} dimensions: so few say little of how alike the models are",
            words.size(), a.dim(), b.dim());
      }
      messages.note("vectors of {} and {} values have no alignment: neighbours are compared",
                    a.dim(), b.dim());
    }
    report_k(words.size(), messages);
    ProgressBar progress("comparing", messages.verbosity() != Verbosity::quiet, 0,
                         ProgressBar::Unit::words);
    OverlapOptions options;
    options.k = k_;
    options.threads = run_.threads();
    options.progress = [&](std::size_t done, std::size_t all) { progress.update(done, all); };
    comparison.jaccard = neighbor_overlap(a, b, words, options);
  }

  // Of so few words that all others are neighbours, or more are asked for than there are.
  void report_k(std::size_t words, Messages& messages) const {
    const std::uint64_t most = words - 1;
    if (k_ > most) {
      messages.note("k is {} instead of {}: each of the {} words that are compared has {} {}", most,
                    k_, words, most, most == 1 ? "other" : "others");
    }
    if (k_ >= most) {
      messages.warning(
          "the k = {} nearest of {} words are all others, in any model: jaccard is 1 whatever the "
          "vectors are",
          most, words);
    }
  }

  std::vector<Field> summary(const Model& a, const Model& b, const Comparison& comparison) const {
    const SharedWords& words = comparison.words;
    const auto share = [&](const Model& model) {
      return static_cast<double>(words.shared) / static_cast<double>(model.embeddings().rows());
    };
    std::vector<Field> fields = {
        {"a", a.path()},
        {"b", b.path()},
        {"a_words", std::uint64_t{a.embeddings().rows()}},
        {"b_words", std::uint64_t{b.embeddings().rows()}},
        {"a_dim", std::uint64_t{a.embeddings().dim()}},
        {"b_dim", std::uint64_t{b.embeddings().dim()}},
        {"shared_words", words.shared},
        {"a_coverage", share(a)},
        {"b_coverage", share(b)},
        {"compared_words", std::uint64_t{words.size()}},
        {"without_direction", words.without_direction},
    };
    if (comparison.alignment) {
      fields.push_back({"mean_cosine", mean_of(comparison.alignment->cosines)});
      fields.push_back({"residual", comparison.alignment->residual});
    }
    fields.push_back({"k", std::min<std::uint64_t>(k_, words.size() - 1)});
    fields.push_back({"mean_jaccard", mean_of(comparison.jaccard)});
    return fields;
  }

  struct AskedWord {
    ErrorRecord error;                 // with the word as it was asked, also where it is no error
    std::optional<std::size_t> place;  // among those that are compared; nullopt: it has none
  };

  // Each word once.
  std::vector<AskedWord> find_asked(const std::vector<std::string>& asked, const Model& a,
                                    const Model& b, const SharedWords& words, Messages& messages,
                                    int& status) const {
    std::vector<AskedWord> places;
    std::unordered_map<std::size_t, int> counts;
    std::vector<std::string> repeated;
    if (asked.empty()) {
      messages.warning("{}: found no words, so none is shown", printable(input_name(words_file_)));
      status = std::max<int>(status, kNotFound);
    }
    for (const std::string& word : asked) {
      AskedWord& next = places.emplace_back();
      next.error.query = word;
      const auto row = find_shared(word, a, b, messages, next.error);
      const auto found =
          row ? std::lower_bound(words.first.begin(), words.first.end(), *row) : words.first.end();
      if (found != words.first.end() && *found == row) {
        const auto place = static_cast<std::size_t>(found - words.first.begin());
        next.place = place;
        const int count = ++counts[place];
        if (count > 1) places.pop_back();
        if (count == 2) repeated.emplace_back(a.embeddings().vocabulary.word(*row));
        continue;
      }
      status = std::max<int>(status, kNotFound);
      if (!row) continue;  // that has been told
      next.error.error = QueryError::not_compared;
      next.error.message = fmt::format(
          "{} is not among the {} words that are compared: it comes later in {} (--top-rows N "
          "compares more), or has no direction",
          in_quotes(word), words.size(), printable(a.name()));
      messages.error("{}", next.error.message);
    }
    report_repeated(repeated, "the words", messages);
    return places;
  }

  // The row in A of a word that both models have, or else of another spelling of it that both have;
  // nullopt: not both have it, which is told, also in `missing`.
  std::optional<Row> find_shared(std::string_view word, const Model& a, const Model& b,
                                 Messages& messages, ErrorRecord& missing) const {
    const Vocabulary& of_a = a.embeddings().vocabulary;
    const Vocabulary& of_b = b.embeddings().vocabulary;
    const auto in_a = find_word(of_a, word, case_.matching());
    const auto in_b = find_word(of_b, word, case_.matching());
    const bool is_in_a = in_a && !in_a->case_folded;
    if (is_in_a && shared_row(of_a, in_a->row, of_b, case_.matching())) return in_a->row;
    for (const auto& [match, model] : {std::pair(in_a, &a), std::pair(in_b, &b)}) {
      if (!match || !match->case_folded) continue;
      const Vocabulary& vocabulary = model->embeddings().vocabulary;
      const std::string_view other = vocabulary.word(match->row);
      auto row = of_a.find(other);
      if (!row && model == &b) row = shared_row(of_b, match->row, of_a, case_.matching());
      if (!row || !shared_row(of_a, *row, of_b, case_.matching())) continue;
      report_folded(vocabulary, word, match->row, case_.matching(), messages,
                    printable(model->name()));
      return row;
    }
    const bool is_missing_in_b = in_a && (!in_b || is_in_a);
    add_missing(missing, word,
                report_unknown(is_missing_in_b ? of_b : of_a, word, messages,
                               printable((is_missing_in_b ? b : a).name())));
    return std::nullopt;
  }

  std::vector<std::size_t> most_moved(const Comparison& comparison) const {
    const std::vector<double>& values =
        comparison.alignment ? comparison.alignment->cosines : comparison.jaccard;
    std::vector<std::size_t> places(values.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    const auto count = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(moved_, places.size()));
    std::partial_sort(places.begin(), places.begin() + count, places.end(),
                      [&](std::size_t x, std::size_t y) {
                        return values[x] != values[y] ? values[x] < values[y] : x < y;
                      });
    places.resize(static_cast<std::size_t>(count));
    return places;
  }

  // Rows of words that were asked for have a column of these, but in a table.
  static std::vector<Column> columns(bool has_query = false) {
    std::vector<Column> columns = {{"word"}, {"cosine"}, {"jaccard"}};
    if (has_query) columns.insert(columns.begin(), {"query"});
    return columns;
  }

  // Rows of the words that were asked for.
  static void write_asked(const std::vector<AskedWord>& asked, const Vocabulary& vocabulary,
                          const Comparison& comparison, bool has_query, RowWriter& writer) {
    for (const AskedWord& word : asked) {
      if (!word.place) {
        writer.error(word.error);
        continue;
      }
      std::vector<Cell> cells = cells_of(*word.place, vocabulary, comparison);
      if (has_query) cells.insert(cells.begin(), std::string_view(word.error.query));
      writer.row(cells);
    }
    writer.finish();
  }

  static std::vector<Cell> cells_of(std::size_t place, const Vocabulary& vocabulary,
                                    const Comparison& comparison) {
    const Cell cosine = comparison.alignment ? Cell(comparison.alignment->cosines[place]) : Cell();
    return {vocabulary.word(comparison.words.first[place]), cosine, comparison.jaccard[place]};
  }

  static void write_rows(std::span<const std::size_t> places, const Vocabulary& vocabulary,
                         const Comparison& comparison, RowWriter& writer) {
    for (const std::size_t place : places) writer.row(cells_of(place, vocabulary, comparison));
    writer.finish();
  }

  std::string a_;
  std::string b_;
  FileOptions file_a_;
  FileOptions file_b_;
  std::vector<std::string> words_;
  std::string words_file_;
  CaseOptions case_;
  std::uint64_t moved_ = kDefaultMoved;
  Option moved_option_;
  std::uint64_t k_ = 10;
  std::uint64_t top_rows_ = kDefaultTopRows;
  RowFile out_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kCompareCommand = {
    "compare", "Compare two models: what is shared, and what has moved", kCompareExamples,
    kCompareDetails, []() -> std::unique_ptr<Command> { return std::make_unique<Compare>(); }};

}  // namespace wordvec::cli
