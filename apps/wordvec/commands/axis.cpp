#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "commands/commands.h"
#include "options/model_options.h"
#include "options/numbers.h"
#include "options/output_options.h"
#include "options/query_reports.h"
#include "options/row_order_warning.h"
#include "options/run_options.h"
#include "options/word_lines.h"
#include "output/row_writer.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/weat.h"
#include "wordvec/search/word_sets.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kAxisExamples =
    "  wordvec axis --between man woman nurse captain teacher\n"
    "  wordvec axis --between 'bad evil' 'good kind' --top 1000\n"
    "  wordvec axis --between cold hot < words.txt\n"
    "  wordvec axis --weat 'rose lily' 'worm spider' 'joy peace' 'ugly evil'\n"
    "  wordvec axis --weat \"$(cat x.txt)\" \"$(cat y.txt)\" \"$(cat a.txt)\" \"$(cat b.txt)\"\n";

constexpr std::string_view kAxisDetails =
    "Words on the axis that leads from one list of words to another, the one furthest along "
    "first.\n"
    "The axis is the mean of the unit vectors of the second list, less that of the first (An, "
    "Kwak\n"
    "and Ahn 2018, SemAxis; for two words, Bolukbasi et al. 2016), and the score the cosine with\n"
    "it. Without words (or with -) they come from standard input, one a line.\n"
    "\n"
    "--weat X Y A B is the Word-Embedding Association Test (Caliskan, Bryson and Narayanan 2017) "
    "of\n"
    "target words X, Y and attribute words A, B:\n"
    "  s(w) = mean of cos(w, a) over A - mean of cos(w, b) over B\n"
    "  statistic = sum of s over X - sum of s over Y\n"
    "  effect_size = (mean of s over X - mean of s over Y) / standard deviation of s over X and Y\n"
    "  p_value = the share of the partitions of X and Y, in sets of their sizes, whose statistic\n"
    "            is as large or larger; of more than five million partitions, --samples are "
    "drawn,\n"
    "            and it is (1 + those as large or larger) / (1 + --samples)\n"
    "The deviation divides by the number less one. The paper counts larger statistics only, which\n"
    "can make its p zero. X and Y as given are a partition too, and count here, so that p is\n"
    "1 / partitions or more (Phipson and Smyth 2010, Permutation P-values should never be zero).\n"
    "x_words to b_words are the sizes of the sets.\n"
    "\n"
    "The lists are sets, as in these papers: a word that a list has twice counts once; one that\n"
    "two lists have counts in both. A note or a warning names them. Words of a list stand between\n"
    "spaces or line ends. Words to place are a set too. Those that are unknown, or whose vectors\n"
    "are all zeros, are named and left out. Where the model has n-grams, unknown words have the\n"
    "vector built from their own.\n";

// What many call significant is less.
constexpr double kUsualLevel = 0.05;

// The words of a list that have a direction, each once.
struct WordSet {
  std::string_view name;  // of the list, for messages
  std::vector<ResolvedTerm> terms;
};

// Where a list is the name of a file, in place of what the file holds.
std::string hint_of_file(const std::string& word) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(word, ignored)) return {};
  return "; a list's words come from a file by \"$(cat " + printable(word) + ")\"";
}

void warn_of_shared_words(const Embeddings& embeddings, std::span<const WordSet> sets,
                          Messages& messages) {
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (std::size_t j = i + 1; j < sets.size(); ++j) {
      const auto words = words_in_both(embeddings, sets[i].terms, sets[j].terms);
      if (words.empty()) continue;
      messages.warning("{} {} in both {} and {}, and {} in each", some_of(words),
                       words.size() == 1 ? "is" : "are", sets[i].name, sets[j].name,
                       words.size() == 1 ? "counts" : "count");
    }
  }
}

class Axis final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_words("WORD", words_, "Words to place on the axis, each as it is; - reads lines");
    options.add_option("--between FROM TO", ends_, "The axis from one list of words to another");
    options.add_number("--top N", top_, whole_number(1), "Place the first N words of the model");
    options.add_option("--weat X Y A B", weat_,
                       "The association test of two lists of target words and two of attributes");
    samples_ = options.add_number(
        "--samples N", weat_options_.samples, whole_number(1),
        "Partitions to draw where there are too many to count (default: 100000)");
    seed_ = options.add_number("--seed N", weat_options_.seed, whole_number(0),
                               "Which of them are drawn (default: 1)");
    model_.define(options);
    model_.define_case(options);
    output_.define(options);
    run_.define(options);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    if (!weat_.empty() && (!ends_.empty() || !words_.empty() || top_ > 0)) {
      throw Error(ErrorCode::usage,
                  "--weat takes its four lists of words: it does not go with words, --between or "
                  "--top");
    }
    if (weat_.empty() && ends_.empty()) {
      throw Error(ErrorCode::usage, "expected --between FROM TO, or --weat X Y A B");
    }
    if (weat_.empty() && (samples_.is_given() || seed_.is_given())) {
      throw Error(ErrorCode::usage, "--samples and --seed go with --weat only");
    }
    if (top_ > 0 && !words_.empty()) {
      throw Error(ErrorCode::usage, "words and --top exclude each other: give one of them");
    }
    const OutputFormat format = output_.format_or_auto();
    const Model model = model_.open(context, run_.threads());
    int status = kAllAnswered;
    if (weat_.empty()) {
      place_words(model, format, context.messages, status);
    } else {
      test(model.embeddings(), format, context.messages, status);
    }
    return status;
  }

 private:
  static std::vector<Column> place_columns() { return {{"rank"}, {"word"}, {"score"}}; }
  static std::vector<Column> test_columns() {
    return {{"statistic"}, {"effect_size"}, kPValueColumn, {"partitions"}, {"method"},
            {"x_words"},   {"y_words"},     {"a_words"},   {"b_words"}};
  }

  // The sets of as many lists. Throws Error(usage) for one without words; empty, after telling, and
  // with the whole of it in `missing`, when of one none is left.
  std::vector<WordSet> find_sets(std::span<const std::string> lists,
                                 std::span<const std::string_view> names,
                                 const Embeddings& embeddings, Messages& messages, int& status,
                                 ErrorRecord& missing) const {
    std::vector<WordSet> sets;
    std::string problem;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto words = split_list(lists[i]);
      if (words.empty()) {
        throw Error(ErrorCode::usage, fmt::format("found no words in {}, expected some", names[i]));
      }
      WordSet& set = sets.emplace_back();
      set.name = names[i];
      set.terms =
          resolve_directions(words, embeddings, model_.matching(), messages, status, missing);
      if (set.terms.empty()) {
        const std::string text = fmt::format("no word of {} is left: no answer", set.name);
        messages.error("{}{}", text, words.size() == 1 ? hint_of_file(words[0]) : std::string());
        problem += (problem.empty() ? "" : "; ") + text;
      }
      keep_each_once(set.terms, embeddings, set.name, messages);
    }
    if (!problem.empty()) {
      missing.error = QueryError::too_few_words;
      missing.message += "; " + problem;
      return {};
    }
    warn_of_shared_words(embeddings, sets, messages);
    return sets;
  }

  void place_words(const Model& model, OutputFormat format, Messages& messages, int& status) const {
    const Embeddings& embeddings = model.embeddings();
    constexpr std::array<std::string_view, 2> kNames = {"FROM (--between)", "TO (--between)"};
    ErrorRecord missing;
    const auto sets = find_sets(ends_, kNames, embeddings, messages, status, missing);
    if (sets.empty()) {
      write_no_axis(model, missing, format, messages);
      return;
    }
    std::vector<float> axis;
    try {
      axis = axis_between(embeddings, sets[0].terms, sets[1].terms);
    } catch (const Error& error) {
      write_no_axis(model, record_of(error, {}), format, messages);
      throw;
    }
    std::vector<ErrorRecord> left_out;
    if (top_ > 0) warn_of_row_order(model, top_, "--top", messages);
    const auto words =
        top_ > 0 ? first_words(embeddings) : read_words(model, messages, status, left_out);
    if (words.empty() && !left_out.empty()) {
      messages.error("no word is left to place on the axis: no answer");
    }

    const auto out = make_standard_output();
    const auto writer = make_row_writer(format, place_columns(), output_.style(messages), *out);
    std::uint64_t rank = 0;
    for (const ListedWord& placed : project_on_axis(embeddings, axis, words)) {
      writer->row({++rank, asked_word_of(embeddings, words[placed.position]), placed.score});
    }
    for (const ErrorRecord& record : left_out) writer->error(record);
    writer->finish();
    out->finish();
  }

  // Without an axis no word has a place: a record for each that was asked, or of the axis itself.
  void write_no_axis(const Model& model, ErrorRecord why, OutputFormat format,
                     Messages& messages) const {
    const auto out = make_standard_output();
    const auto writer = make_row_writer(format, place_columns(), output_.style(messages), *out);
    const auto write = [&](std::string query) {
      why.query = std::move(query);
      writer->error(why);
    };
    if (!is_json(format)) {
      // Nobody need read the words.
    } else if (top_ > 0) {
      write(fmt::format("{}", fmt::join(ends_, " / ")));
    } else {
      QueryInput input(words_, model);
      while (auto batch = input.next_batch()) {
        for (InputLine& line : *batch) write(std::move(line.text));
      }
    }
    writer->finish();
    out->finish();
  }

  // Those of the first rows that have a direction.
  std::vector<ResolvedTerm> first_words(const Embeddings& embeddings) const {
    std::vector<ResolvedTerm> words;
    for (std::size_t r = 0; r < std::min<std::size_t>(top_, embeddings.rows()); ++r) {
      ResolvedTerm term{1, static_cast<Row>(r)};
      if (has_direction(embeddings, term)) words.push_back(std::move(term));
    }
    return words;
  }

  std::vector<ResolvedTerm> read_words(const Model& model, Messages& messages, int& status,
                                       std::vector<ErrorRecord>& left_out) const {
    const Embeddings& embeddings = model.embeddings();
    std::vector<ResolvedTerm> words;
    QueryInput input(words_, model);
    while (const auto batch = input.next_batch()) {
      for (const InputLine& line : *batch) {
        ErrorRecord missing{line.text};
        auto found = resolve_directions({&line.text, 1}, embeddings, model_.matching(), messages,
                                        status, missing);
        if (found.empty()) {
          left_out.push_back(std::move(missing));
        } else {
          words.push_back(std::move(found.front()));
        }
      }
    }
    keep_each_once(words, embeddings, "the words", messages);
    return words;
  }

  void write_no_test(const ErrorRecord& why, OutputFormat format, Messages& messages) const {
    const auto out = make_standard_output();
    const auto writer = make_row_writer(format, test_columns(), output_.style(messages), *out);
    writer->error(why);
    writer->finish();
    out->finish();
  }

  void test(const Embeddings& embeddings, OutputFormat format, Messages& messages,
            int& status) const {
    constexpr std::array<std::string_view, 4> kNames = {"X (targets)", "Y (targets)",
                                                        "A (attributes)", "B (attributes)"};
    ErrorRecord missing{fmt::format("{}", fmt::join(weat_, " / "))};
    const auto sets = find_sets(weat_, kNames, embeddings, messages, status, missing);
    if (sets.empty()) {
      write_no_test(missing, format, messages);
      return;
    }
    if (sets[0].terms.size() != sets[1].terms.size()) {
      messages.note("X has {} words, Y has {}: the test is published for sets of equal size",
                    sets[0].terms.size(), sets[1].terms.size());
    }
    std::array<std::vector<std::span<const float>>, 4> vectors;
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      for (const ResolvedTerm& term : sets[i].terms) {
        vectors[i].push_back(vector_of(embeddings, term));
      }
    }
    WeatResult result;
    try {
      result = weat(vectors[0], vectors[1], vectors[2], vectors[3], weat_options_);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::query) {
        write_no_test(record_of(error, std::move(missing.query)), format, messages);
      }
      throw;
    }
    if (result.least_p_value >= kUsualLevel) {
      const std::string partitions =
          result.partitions == 1 ? "1 partition" : fmt::format("{} partitions", result.partitions);
      messages.note("{}: p is at least {:.2g}",
                    result.exact ? "there are only " + partitions
                                 : "only " + partitions +
                                       (result.partitions == 1 ? " was" : " were") + " drawn",
                    result.least_p_value);
    }
    const auto out = make_standard_output();
    const auto writer = make_row_writer(format, test_columns(), output_.style(messages), *out);
    const auto size_of = [&](std::size_t set) { return std::uint64_t{sets[set].terms.size()}; };
    writer->row({result.statistic, result.effect_size, result.p_value, result.partitions,
                 std::string_view(result.exact ? "exact" : "sampled"), size_of(0), size_of(1),
                 size_of(2), size_of(3)});
    writer->finish();
    out->finish();
  }

  std::vector<std::string> words_;
  std::vector<std::string> ends_;
  std::uint64_t top_ = 0;
  std::vector<std::string> weat_;
  WeatOptions weat_options_;
  Option samples_;
  Option seed_;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kAxisCommand = {
    "axis", "Place words between two sets of words; test associations", kAxisExamples, kAxisDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Axis>(); }};

}  // namespace wordvec::cli
