#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "commands/eval.h"
#include "options/choices.h"
#include "options/eval_options.h"
#include "options/eval_topic.h"
#include "options/model_options.h"
#include "options/row_order_warning.h"
#include "output/progress_bar.h"
#include "output/row_writer.h"
#include "output/text_output.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/eval/analogy_accuracy.h"
#include "wordvec/formats/known_kind.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kEvalAnalogiesExamples =
    "  wordvec eval analogies questions-words.txt\n"
    "  wordvec eval analogies questions-words.txt --counting word2vec\n"
    "  wordvec eval analogies questions-words.txt --method mul --errors wrong.tsv\n"
    "  wordvec eval analogies questions-words.txt -m old -m new     is new better than old?\n";

constexpr std::string_view kEvalAnalogiesDetails =
    "A FILE has four words a line, A B C D, under lines `: NAME` that begin sections (Google's\n"
    "questions-words.txt). A question is right when the word nearest to B - A + C is D: A is to B "
    "as\n"
    "C is to D. Of words that are equally near, the one of the earliest row is taken. Methods: "
    "add\n"
    "(3CosAdd) and mul (3CosMul, Levy and Goldberg 2014). A row a section, then semantic, "
    "syntactic\n"
    "(sections named gram…) and total; unknown counts questions with a word that the vocabulary\n"
    "does not have, bad lines that have not four words. Counting:\n"
    "  gensim    words are the same in upper case; the first 300,000 rows; an answer that is an "
    "input\n"
    "            in another case is passed over; questions with unknown words do not count\n"
    "  word2vec  words are the same in upper case (ASCII); the first 30,000 rows; such an answer "
    "is\n"
    "            wrong; unknown as gensim; the first five sections are semantic\n"
    "  glove     words as they stand; all rows; unknown as gensim; the first five sections are\n"
    "            semantic, and a FILE without section lines is one\n"
    "  strict    words as they stand; all rows; questions with unknown words are wrong; a bad line "
    "is\n"
    "            an error\n"
    "With several -m each row of a later model is compared with the first's, of the questions "
    "that\n"
    "count for both: gained and lost are those that only this or only the first model gets right,\n"
    "difference is that of the accuracies, and its p-value McNemar's (1947), exact and two-sided\n"
    "(not corrected for several comparisons; a set\'s questions share words, for which it may be "
    "too\n"
    "small).\n";

std::vector<std::string> protocol_names() {
  std::vector<std::string> names;
  for (const AnalogyProtocol& protocol : analogy_protocols()) names.emplace_back(protocol.name);
  return names;
}

std::string_view kind_name(SectionKind kind) {
  switch (kind) {
    case SectionKind::none:
      return "";
    case SectionKind::semantic:
      return "semantic";
    case SectionKind::syntactic:
      return "syntactic";
  }
  return "";
}

// What `work` returns, with a bar that shows how far `evaluation` is.
template <class Work>
auto with_progress(const char* what, AnalogyEvaluation& evaluation, const Messages& messages,
                   Work work) {
  ProgressBar bar(what, messages.verbosity() != Verbosity::quiet, 0, ProgressBar::Unit::questions);
  evaluation.progress = [&](std::size_t done, std::size_t all) { bar.update(done, all); };
  auto result = work();
  evaluation.progress = {};
  return result;
}

class EvalAnalogies final : public EvalTopic {
 public:
  void define(OptionSet& options) override {
    sets_.define(options, "as --counting says");
    add_choice(
        options, "--counting", protocol_names(),
        [this](std::size_t i) { protocol_ = &analogy_protocols()[i]; },
        fmt::format("Whose way to count (default: {})", protocol_->name));
    add_choice<AnalogyMethod>(options, "--method", method_,
                              {{"add", AnalogyMethod::add}, {"mul", AnalogyMethod::mul}},
                              "How the three are put together (default: add)");
    define_rest(options, "--errors",
                "Write each question that counts as wrong to FILE, with the answer and the rank "
                "of the right word");
  }

  int run(Context& context) override {
    begin(context);
    const AnalogyProtocol& protocol = *protocol_;
    AnalogyEvaluation evaluation;
    evaluation.method = method_;
    evaluation.top_rows = sets_.top_rows();
    evaluation.threads = run_.threads();
    std::vector<AnalogySection> sections;
    std::optional<AnalogyAccuracy> first;
    return judge_each(
        context, columns_of_rows(), "questions",
        [&](int& /*status*/) { sections = read_sections(protocol, context.messages); },
        [&](const Judged& judged, int& status) {
          const Embeddings& embeddings = judged.model.embeddings();
          AnalogyAccuracy accuracy = with_progress(
              "solving analogies", evaluation, context.messages,
              [&] { return evaluate_analogies(embeddings, sections, protocol, evaluation); });
          write(accuracy, first ? pair_sections(*first, accuracy) : std::vector<PairedOutcomes>(),
                protocol, judged.rows);
          warn_of_row_order(judged.model, evaluation.top_rows_of(protocol), "--top-rows",
                            context.messages);
          if (judged.items != nullptr) {
            const auto ranks = with_progress(
                "ranking right words", evaluation, context.messages,
                [&] { return rank_right_words(embeddings, accuracy, protocol, evaluation); });
            write_errors(sections, accuracy, ranks, judged);
          }
          status = std::max(status, report(accuracy, protocol, evaluation, embeddings, judged.where,
                                           context.messages));
          if (judged.is_first) first = std::move(accuracy);
        });
  }

 private:
  static Columns columns_of_rows() {
    return {{{"section"},
             {"kind"},
             {"accuracy"},
             {"correct"},
             {"counted"},
             {"unknown"},
             {"bad"},
             {"method"},
             {"counting"}},
            1,
            paired_columns(),
            {{"section"},
             {"line"},
             {"a"},
             {"b"},
             {"c"},
             {"right"},
             {"answer"},
             {"score"},
             {"right_rank"},
             {"right_score"}}};
  }

  std::vector<AnalogySection> read_sections(const AnalogyProtocol& protocol,
                                            Messages& messages) const {
    std::vector<AnalogySection> sections;
    for (const std::string& file : sets_.files()) {
      const std::string name = input_name(file);
      std::optional<std::string> unnamed;
      if (protocol.file_is_section) unnamed = std::filesystem::path(file).stem().string();
      for (AnalogySection& section :
           parse_analogy_questions(read_dataset(open_text(file, "a test set")), name, unnamed)) {
        const BadLines& bad = section.bad_lines;
        if (bad.count > 0 && protocol.bad_line_is_error) {
          throw Error::at_line(name, bad.first_line, bad.first_problem);
        }
        if (bad.count > 0) {
          messages.warning("{}:{}: {}; {} of section {} left out", printable(name), bad.first_line,
                           bad.first_problem,
                           bad.count == 1 ? "a line" : fmt::format("{} lines", bad.count),
                           in_quotes(section.name));
        }
        sections.push_back(std::move(section));
      }
    }
    return sections;
  }

  // `paired`: with the first model, each section; empty: this is the first.
  void write(const AnalogyAccuracy& accuracy, const std::vector<PairedOutcomes>& paired,
             const AnalogyProtocol& protocol, ResultRows& rows) const {
    const std::string_view method = method_ == AnalogyMethod::add ? "add" : "mul";
    const auto row = [&](std::string_view name, std::string_view kind, const AnalogyCounts& counts,
                         const PairedOutcomes& outcomes) {
      const std::optional<double> share = counts.accuracy();
      rows.row({name, kind, share ? Cell(*share) : Cell(), counts.correct, counts.counted,
                counts.unknown, counts.bad, method, protocol.name},
               paired.empty() ? std::vector<Cell>() : paired_cells(outcomes));
    };
    bool has_kinds = false;
    std::map<SectionKind, PairedOutcomes> of_kind;
    PairedOutcomes of_all;
    for (std::size_t s = 0; s < accuracy.sections.size(); ++s) {
      const SectionAccuracy& section = accuracy.sections[s];
      const PairedOutcomes outcomes = paired.empty() ? PairedOutcomes() : paired[s];
      row(section.name, kind_name(section.kind), section.counts, outcomes);
      of_kind[section.kind] += outcomes;
      of_all += outcomes;
      has_kinds = has_kinds || section.kind != SectionKind::none;
    }
    if (has_kinds) {
      for (const SectionKind kind : {SectionKind::semantic, SectionKind::syntactic}) {
        row(kind_name(kind), "sum", accuracy.of(kind), of_kind[kind]);
      }
    }
    row("total", "sum", accuracy.total(), of_all);
  }

  void write_errors(const std::vector<AnalogySection>& sections, const AnalogyAccuracy& accuracy,
                    const std::vector<std::optional<AnalogyRank>>& ranks,
                    const Judged& judged) const {
    const Vocabulary& vocabulary = judged.model.embeddings().vocabulary;
    for (std::size_t i = 0; i < accuracy.wrong.size(); ++i) {
      const AnsweredAnalogy& wrong = accuracy.wrong[i];
      const AnalogySection& section = sections[wrong.section];
      const AnalogyQuestion& question = section.questions[wrong.question];
      const auto& answer = wrong.answer;
      write_item(judged,
                 {std::string_view(section.name), question.line,
                  std::string_view(question.words[0]), std::string_view(question.words[1]),
                  std::string_view(question.words[2]), std::string_view(question.words[3]),
                  answer ? Cell(vocabulary.word(answer->row)) : Cell(),
                  answer ? Cell(answer->score) : Cell(), ranks[i] ? Cell(ranks[i]->rank) : Cell(),
                  ranks[i] ? Cell(ranks[i]->score) : Cell()});
    }
  }

  static int report(const AnalogyAccuracy& accuracy, const AnalogyProtocol& protocol,
                    const AnalogyEvaluation& evaluation, const Embeddings& embeddings,
                    const std::string& where, Messages& messages) {
    const AnalogyCounts counts = accuracy.total();
    messages.note("{}counted as {} does: {}; {}", where, protocol.name, protocol.summary,
                  rows_that_stand_for_words(evaluation.top_rows_of(protocol), embeddings.rows()));
    const std::uint64_t known =
        protocol.unknown_is_wrong ? counts.counted - counts.unknown : counts.counted;
    report_unknown_words(accuracy.unknown_words, embeddings.vocabulary, counts.unknown,
                         known + counts.unknown, "questions", where, messages);
    report_other_spellings(accuracy.other_spellings, "the words", "the vocabulary", {}, messages,
                           where);
    if (known > 0) return counts.bad == 0 ? kAllAnswered : kNotFound;
    messages.error("{}no question could be asked: each has a word that is not in the vocabulary",
                   where);
    return kNotFound;
  }

  const AnalogyProtocol* protocol_ = &analogy_protocols().front();
  AnalogyMethod method_ = AnalogyMethod::add;
};

}  // namespace

const CommandEntry kEvalAnalogies = {
    "eval analogies", "Count the analogies that the vectors solve", kEvalAnalogiesExamples,
    kEvalAnalogiesDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<EvalAnalogies>(); }};

}  // namespace wordvec::cli
