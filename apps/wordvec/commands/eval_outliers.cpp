#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "commands/eval.h"
#include "options/choices.h"
#include "options/eval_options.h"
#include "options/eval_topic.h"
#include "options/model_options.h"
#include "options/query_reports.h"
#include "output/row_writer.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/quote.h"
#include "wordvec/eval/dataset_lines.h"
#include "wordvec/eval/outliers.h"
#include "wordvec/formats/known_kind.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kEvalOutliersExamples =
    "  wordvec eval outliers 8-8-8_Dataset/*.txt\n"
    "  wordvec eval outliers 8-8-8_Dataset/*.txt --exact-case --unknown wrong\n"
    "  wordvec eval outliers 8-8-8_Dataset/*.txt --out cases.csv    each case, with its position\n";

constexpr std::string_view kEvalOutliersDetails =
    "A FILE is a topic: words that belong together, one a line, an empty line, and words that do\n"
    "not (the 8-8-8 set of Camacho-Collados and Navigli 2016). Each outlier is a case, with the n\n"
    "words: all are put in the order of the sum of their cosines with the others, of equal sums "
    "the\n"
    "outlier's first, so that nothing is detected in a tie. Accuracy is the share of cases whose\n"
    "outlier is the last, opp the mean of its position (0 to n) over n. A word of several parts "
    "that\n"
    "is not in the vocabulary has the mean of the vectors of those parts that are. A word without "
    "a\n"
    "vector: zero takes its cosines for 0 (as the authors' program; an unknown outlier is then\n"
    "easily found), skip leaves its cases out, wrong counts them with position 0. --out has a row\n"
    "a case: the number of words and the outlier's position among them, detected 1 or 0 (both "
    "empty\n"
    "where the case is left out), and its status: counted, unknown (a word has no vector), or\n"
    "no-direction (a vector is all zeros). With several -m each row of a later model is compared "
    "with\n"
    "the first's, of the cases that count for both: gained and lost are those that only this or "
    "only\n"
    "the first model detects, difference is that of the accuracies, and its p-value McNemar's "
    "(1947),\n"
    "exact and two-sided (not corrected for several comparisons; a topic\'s cases share their "
    "words,\n"
    "for which it may be too small).\n";

class EvalOutliers final : public EvalTopic {
 public:
  void define(OptionSet& options) override {
    sets_.define(options, "all");
    add_choice<UnknownOutliers>(options, "--unknown", unknown_,
                                {{"zero", UnknownOutliers::zero},
                                 {"skip", UnknownOutliers::skip},
                                 {"wrong", UnknownOutliers::wrong}},
                                "What becomes of a word without a vector (default: zero)");
    sets_.define_case(options);
    define_rest(options, "-o,--out", "Write each case to FILE, with the position of the outlier");
  }

  int run(Context& context) override {
    begin(context);
    OutlierEvaluation evaluation;
    evaluation.unknown = unknown_;
    evaluation.folding = sets_.folding();
    evaluation.top_rows = sets_.top_rows().value_or(evaluation.top_rows);
    std::vector<OutlierTopic> topics;
    std::optional<OutlierResult> first;
    const Columns columns = {
        {{"topic"}, {"accuracy"}, {"opp"}, {"detected"}, {"counted"}, {"unknown"}},
        1,
        paired_columns(),
        {{"topic"}, {"outlier"}, {"words"}, {"position"}, {"detected"}, {"status"}}};
    return judge_each(
        context, columns, "cases", [&](int& /*status*/) { topics = read_topics(context.messages); },
        [&](const Judged& judged, int& status) {
          OutlierResult result = evaluate_outliers(judged.model.embeddings(), topics, evaluation);
          write(topics, result, first, judged.rows);
          if (judged.items != nullptr) write_items(topics, result, judged);
          report_rows_of_words(judged.model, evaluation.folding, evaluation.top_rows, judged.where,
                               context.messages);
          report(topics, result, judged.where, judged.model.embeddings().vocabulary,
                 context.messages, status);
          if (judged.is_first) first = std::move(result);
        });
  }

 private:
  static void report(const std::vector<OutlierTopic>& topics, const OutlierResult& result,
                     const std::string& where, const Vocabulary& vocabulary, Messages& messages,
                     int& status) {
    const OutlierCounts total = result.total();
    std::uint64_t cases = 0;
    for (const OutlierTopic& topic : topics) cases += topic.outliers.size();
    report_unknown_words(result.unknown_words, vocabulary, total.unknown, cases, "cases", where,
                         messages);
    report_other_spellings(result.other_spellings, "the words", "the vocabulary", "--exact-case",
                           messages, where);
    report_directionless_words(result.directionless, where, "its cosines count as 0",
                               "their cosines count as 0", messages);
    if (total.unknown < cases) return;
    messages.error("{}each case has a word that is not in the vocabulary", where);
    status = kNotFound;
  }

  std::vector<OutlierTopic> read_topics(Messages& messages) const {
    std::vector<OutlierTopic> topics;
    for (const std::string& file : sets_.files()) {
      const std::string name = input_name(file);
      const OutlierTopic& topic = topics.emplace_back(
          parse_outlier_topic(read_dataset(open_text(file, "a test set")),
                              std::filesystem::path(file).stem().string(), name));
      report_repeated(topic.repeated, printable(name), messages);
      if (topic.in_both.empty()) continue;
      messages.warning("{}: {} {} both among the words that belong together and among the outliers",
                       printable(name), some_of(topic.in_both),
                       topic.in_both.size() == 1 ? "is" : "are");
    }
    return topics;
  }

  // `first`: the first model's result; nullopt: this is it.
  static void write(const std::vector<OutlierTopic>& topics, const OutlierResult& result,
                    const std::optional<OutlierResult>& first, ResultRows& rows) {
    const auto row = [&](std::string_view name, const OutlierCounts& counts,
                         const PairedOutcomes& paired) {
      const auto cell = [](const std::optional<double>& value) {
        return value ? Cell(*value) : Cell();
      };
      rows.row({name, cell(counts.accuracy()), cell(counts.opp()), counts.detected, counts.counted,
                counts.unknown},
               first ? paired_cells(paired) : std::vector<Cell>());
    };
    PairedOutcomes of_all;
    for (std::size_t t = 0; t < topics.size(); ++t) {
      const PairedOutcomes paired =
          first ? pair_outcomes(outcomes_of(first->cases[t]), outcomes_of(result.cases[t]))
                : PairedOutcomes();
      row(topics[t].name, result.topics[t], paired);
      of_all += paired;
    }
    row("total", result.total(), of_all);
  }

  void write_items(const std::vector<OutlierTopic>& topics, const OutlierResult& result,
                   const Judged& judged) const {
    for (std::size_t t = 0; t < topics.size(); ++t) {
      const OutlierTopic& topic = topics[t];
      for (std::size_t i = 0; i < topic.outliers.size(); ++i) {
        const OutlierCase& found = result.cases[t][i];
        const bool counts = found.position.has_value();
        write_item(judged, {std::string_view(topic.name), std::string_view(topic.outliers[i]),
                            std::uint64_t{topic.words.size()},
                            counts ? Cell(std::uint64_t{*found.position}) : Cell(),
                            counts ? Cell(std::uint64_t{found.detected ? 1U : 0U}) : Cell(),
                            name_of(found.status)});
      }
    }
  }

  UnknownOutliers unknown_ = UnknownOutliers::zero;
};

}  // namespace

const CommandEntry kEvalOutliers = {
    "eval outliers", "Find the word that does not belong", kEvalOutliersExamples,
    kEvalOutliersDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<EvalOutliers>(); }};

}  // namespace wordvec::cli
