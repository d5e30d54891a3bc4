#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "commands/eval.h"
#include "options/choices.h"
#include "options/eval_options.h"
#include "options/eval_topic.h"
#include "options/model_options.h"
#include "options/numbers.h"
#include "output/row_writer.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/eval/similarity.h"
#include "wordvec/formats/known_kind.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kEvalSimilarityExamples =
    "  wordvec eval similarity wordsim353.tsv simlex999.txt\n"
    "  wordvec eval similarity SimLex-999.txt --columns word1,word2,SimLex999\n"
    "  wordvec eval similarity SimVerb-3500.txt --columns 1,2,4 --unknown mean\n"
    "  wordvec eval similarity simlex999.txt --out pairs.csv        each pair, with its cosine\n"
    "  wordvec eval similarity simlex999.txt -m old -m new          is new better than old?\n";

constexpr std::string_view kEvalSimilarityDetails =
    R"(A FILE has two words and a number a line, between tabs, semicolons, commas or blanks:
whichever gives most lines these, and the first of them where several do. The number has a decimal
point, no comma. Lines that begin with # are passed over unless they look like the others (#hashtags
do, a # and a blank do not), and so is a first line of names. Compared
with the cosine of the words: Spearman's rank correlation (equal values share their mean rank) and
Pearson's; each with its two-sided p-value (Student's t with n - 2 degrees of freedom) and a 95 %
interval (percentiles of the correlations of pairs drawn with replacement). Words are the same in
upper case, as for gensim's evaluate_word_pairs; --exact-case takes them as they stand. A pair with
an unknown word: skip leaves it out (gensim's default), zero takes its similarity for 0 (gensim's
dummy4unknown), mean puts the mean of the first --top-rows vectors in the word's place. A vector of
zeros has the cosine 0, as in gensim. Every line counts, also of a pair that is there again, in
either order: a note tells. --out has a row a pair: its cosine and the average ranks, 1 the least,
that Spearman's correlation is of (empty where the pair is left out), and its status: counted,
unknown (a word is), or no-direction (a vector is all zeros).
With several -m each row of a later model is compared with the first's, of the pairs that count for
both: the difference of the correlations, with a 95 % interval and a two-sided p-value by the paired
bootstrap (Efron and Tibshirani 1993; Koehn 2004): both models' correlations of the same --resamples
samples, drawn by --seed. P-values are not corrected for several comparisons, and never below
2 / (--resamples + 1).
)";

class EvalSimilarity final : public EvalTopic {
 public:
  void define(OptionSet& options) override {
    sets_.define(options, "300000, as gensim");
    options.add_option(
        "--columns A,B,N", columns_,
        "The columns of the words and the number, by number, from 1, or name (default: "
        "1,2,3)");
    add_choice<UnknownPairs>(
        options, "--unknown", unknown_,
        {{"skip", UnknownPairs::skip}, {"zero", UnknownPairs::zero}, {"mean", UnknownPairs::mean}},
        "What becomes of a pair with an unknown word (default: skip)");
    options.add_number("--resamples N", resamples_, whole_number(1, 10'000'000),
                       "Samples behind an interval (default: 10000)");
    options.add_number("--seed N", seed_, whole_number(0), "Of the samples (default: 1)");
    sets_.define_case(options);
    define_rest(options, "-o,--out",
                "Write each pair to FILE, with its cosine and the ranks of both numbers");
  }

  int run(Context& context) override {
    begin(context);
    const PairColumns pair_columns =
        columns_.empty() ? kFirstColumns : parse_pair_columns(columns_);
    SimilarityEvaluation evaluation;
    evaluation.unknown = unknown_;
    evaluation.folding = sets_.folding();
    evaluation.top_rows = sets_.top_rows().value_or(evaluation.top_rows);
    evaluation.bootstrap = {resamples_, seed_, run_.threads()};
    std::vector<WordPairs> sets;
    std::vector<SimilarityResult> first;
    return judge_each(
        context, columns_of_rows(), "pairs",
        [&](int& status) { sets = read_sets(pair_columns, context.messages, status); },
        [&](const Judged& judged, int& status) {
          for (std::size_t i = 0; i < sets.size(); ++i) {
            const std::string& file = sets_.files()[i];
            const WordPairs& pairs = sets[i];
            SimilarityResult result =
                evaluate_similarity(judged.model.embeddings(), pairs, evaluation);
            std::optional<SimilarityComparison> versus;
            if (!judged.is_first) {
              versus = compare_similarity(pairs, first[i], result, evaluation.bootstrap);
            }
            write(file, result, pairs, versus, judged.rows);
            if (judged.items != nullptr) write_items(file, pairs, result, judged);
            report(judged.where + printable(input_name(file)) + ": ", judged.where,
                   judged.model.embeddings().vocabulary, result, pairs, context.messages, status);
            if (judged.is_first) first.push_back(std::move(result));
          }
          report_rows_of_words(judged.model, evaluation.folding, evaluation.top_rows, judged.where,
                               context.messages);
        });
  }

 private:
  static Columns columns_of_rows() {
    return {{{"file"},
             {"measure"},
             {"value"},
             kPValueColumn,
             {"low"},
             {"high"},
             {"coverage"},
             {"counted"},
             {"unknown"},
             {"bad"}},
            2,
            {{"paired"},
             {"difference"},
             {"difference_low"},
             {"difference_high"},
             {"difference_p_value", 0, 2}},
            {{"file"},
             {"line"},
             {"word1"},
             {"word2"},
             {"rating"},
             {"cosine"},
             {"rating_rank"},
             {"cosine_rank"},
             {"status"}}};
  }

  std::vector<WordPairs> read_sets(const PairColumns& columns, Messages& messages,
                                   int& status) const {
    std::vector<WordPairs> sets;
    for (const std::string& file : sets_.files()) {
      sets.push_back(
          parse_word_pairs(read_dataset(open_text(file, "a test set")), columns, input_name(file)));
    }
    for (std::size_t i = 0; i < sets.size(); ++i) {
      const std::string& file = sets_.files()[i];
      report_hash_lines(file, sets[i].hash_lines, messages);
      if (report_bad_lines(file, sets[i].bad_lines, messages)) status = kNotFound;
      if (const RepeatedPairs& repeated = sets[i].repeated; repeated.count > 0) {
        messages.note("{}:{}: the two words are those of line {} too{}: every line counts",
                      printable(input_name(file)), repeated.first_line, repeated.earlier_line,
                      repeated.count == 1
                          ? std::string()
                          : fmt::format(", and {} more {} there again", repeated.count - 1,
                                        repeated.count == 2 ? "is" : "are"));
      }
      if (!columns_.empty() || !sets[i].decimal_comma) continue;
      const DecimalComma& comma = *sets[i].decimal_comma;
      messages.warning(
          "{}:{}: the numbers may have decimal commas: found {} and read {}, expected a decimal "
          "point (--columns 1,2,3 says that they have none)",
          printable(input_name(file)), comma.line, in_quotes(comma.text),
          comma.text.substr(0, comma.text.find(',')));
    }
    return sets;
  }

  void write_items(std::string_view file, const WordPairs& pairs, const SimilarityResult& result,
                   const Judged& judged) const {
    for (std::size_t i = 0; i < pairs.pairs.size(); ++i) {
      const WordPair& pair = pairs.pairs[i];
      const ComparedPair& found = result.pairs[i];
      const auto cell = [&](double PairNumbers::*number) {
        return found.numbers ? Cell(*found.numbers.*number) : Cell();
      };
      write_item(judged,
                 {file, pair.line, std::string_view(pair.first), std::string_view(pair.second),
                  pair.rating, cell(&PairNumbers::cosine), cell(&PairNumbers::rating_rank),
                  cell(&PairNumbers::cosine_rank), name_of(found.status)});
    }
  }

  static Cell cell(const std::optional<double>& value) { return value ? Cell(*value) : Cell(); }

  // `versus`: against the first model; nullopt: this is it.
  static void write(std::string_view file, const SimilarityResult& result, const WordPairs& pairs,
                    const std::optional<SimilarityComparison>& versus, ResultRows& rows) {
    const auto all = static_cast<double>(pairs.pairs.size());
    const auto row = [&](std::string_view measure, const Correlation& correlation,
                         const CorrelationDifference& difference) {
      const auto& interval = correlation.interval;
      std::vector<Cell> comparison;
      if (versus) {
        const auto& between = difference.interval;
        comparison = {versus->pairs, cell(difference.value), between ? Cell(between->low) : Cell(),
                      between ? Cell(between->high) : Cell(), cell(difference.p_value)};
      }
      rows.row({file, measure, cell(correlation.value), cell(correlation.p_value),
                interval ? Cell(interval->low) : Cell(), interval ? Cell(interval->high) : Cell(),
                (all - static_cast<double>(result.unknown)) / all, result.counted, result.unknown,
                pairs.bad_lines.count},
               comparison);
    };
    const SimilarityComparison none;
    const SimilarityComparison& compared = versus ? *versus : none;
    row("spearman", result.spearman, compared.spearman);
    row("pearson", result.pearson, compared.pearson);
  }

  // ": their cosines are all 1", of some pairs at least.
  static std::string what_is_constant(const SimilarityResult& result, const WordPairs& pairs) {
    std::vector<double> numbers;
    std::vector<double> cosines;
    for (std::size_t i = 0; i < result.pairs.size(); ++i) {
      if (!result.pairs[i].numbers) continue;
      numbers.push_back(pairs.pairs[i].rating);
      cosines.push_back(result.pairs[i].numbers->cosine);
    }
    std::string text;
    const auto add = [&](const std::vector<double>& values, std::string_view name) {
      const bool differ =
          std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end();
      if (differ) return;
      text += fmt::format("{}{} are all {}", text.empty() ? ": their " : ", and their ", name,
                          values.front());
    };
    add(numbers, "numbers");
    add(cosines, "cosines");
    return text;
  }

  static void report(const std::string& where, const std::string& of_model,
                     const Vocabulary& vocabulary, const SimilarityResult& result,
                     const WordPairs& pairs, Messages& messages, int& status) {
    constexpr std::uint64_t kFewPairs = 10;
    report_unknown_words(result.unknown_words, vocabulary, result.unknown, pairs.pairs.size(),
                         "pairs", of_model, messages);
    report_other_spellings(result.other_spellings, "the words", "the vocabulary", "--exact-case",
                           messages, where);
    report_directionless_words(result.directionless, where, "its cosines count as 0",
                               "their cosines count as 0", messages);
    if (result.unknown == pairs.pairs.size()) {
      messages.error("{}no pair could be compared: each has a word that is not in the vocabulary",
                     where);
      status = kNotFound;
    } else if (!result.spearman.value) {
      messages.error("{}the {} counted {} no correlation{}, expected two or more that differ",
                     where, result.counted, result.counted == 1 ? "has" : "have",
                     result.counted == 1 ? "" : what_is_constant(result, pairs));
      status = kNotFound;
    } else if (result.counted < kFewPairs) {
      messages.warning("{}{} pairs: the intervals and p-values of so few say little", where,
                       result.counted);
    }
  }

  std::string columns_;
  UnknownPairs unknown_ = UnknownPairs::skip;
  std::uint64_t resamples_ = Bootstrap{}.resamples;
  std::uint64_t seed_ = Bootstrap{}.seed;
};

}  // namespace

const CommandEntry kEvalSimilarity = {
    "eval similarity", "Compare similarities with people's judgements", kEvalSimilarityExamples,
    kEvalSimilarityDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<EvalSimilarity>(); }};

}  // namespace wordvec::cli
