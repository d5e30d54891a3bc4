#include <filesystem>
#include <optional>

#include "commands/eval.h"
#include "options/choices.h"
#include "options/eval_options.h"
#include "options/model_options.h"
#include "options/output_options.h"
#include "options/row_file.h"
#include "options/row_order_warning.h"
#include "options/run_options.h"
#include "output/progress_bar.h"
#include "output/row_writer.h"
#include "output/text_output.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/eval/analogy_accuracy.h"
#include "wordvec/formats/input.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kExamples =
    "  wordvec eval analogies questions-words.txt\n"
    "  wordvec eval analogies questions-words.txt --counting word2vec\n"
    "  wordvec eval analogies questions-words.txt --method mul --errors wrong.tsv\n";

constexpr std::string_view kDetails =
    "A FILE has four words a line, A B C D, under lines `: NAME` that begin sections (Google's\n"
    "questions-words.txt). A question is right when the word nearest to B - A + C is D: A is to B "
    "as\n"
    "C is to D. Methods: add (3CosAdd) and mul (3CosMul, Levy and Goldberg 2014). A row a section, "
    "then\n"
    "semantic, syntactic (sections named gram…) and total; unknown counts questions with a word\n"
    "that the vocabulary does not have, bad lines that have not four words. Counting:\n"
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
    "            an error\n";

std::vector<std::string> counting_names() {
  std::vector<std::string> names;
  for (const AnalogyCounting& counting : analogy_countings()) names.emplace_back(counting.name);
  return names;
}

std::string_view name_of(SectionKind kind) {
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

class EvalAnalogies final : public Command {
 public:
  void define(CLI::App& app) override {
    sets_.define(app, "as --counting says");
    add_choice(
        app, "--counting", counting_names(),
        [this](std::size_t i) { counting_ = &analogy_countings()[i]; },
        fmt::format("Whose way to count (default: {})", counting_->name));
    add_choice<AnalogyMethod>(app, "--method", method_,
                              {{"add", AnalogyMethod::add}, {"mul", AnalogyMethod::mul}},
                              "How the three are put together (default: add)");
    errors_.define(app, "--errors",
                   "Write each question that counts as wrong to FILE, with the answer and the rank "
                   "of the right word");
    model_.define(app);
    output_.define(app);
    run_.define(app);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    sets_.check();
    const AnalogyCounting& counting = *counting_;
    AnalogyEvaluation evaluation;
    evaluation.method = method_;
    evaluation.top_rows = sets_.top_rows();
    evaluation.threads = run_.threads();
    const OutputFormat format = output_.format_or_auto();
    errors_.open(sets_.files());
    const Model model = model_.open(context, run_.threads());
    sets_.check(model);
    errors_.check(model_.files(model));
    const std::vector<AnalogySection> sections = read_sections(counting, context.messages);
    const Embeddings& embeddings = model.embeddings();

    const AnalogyAccuracy accuracy = with_progress(
        "solving analogies", evaluation, context.messages,
        [&] { return evaluate_analogies(embeddings, sections, counting, evaluation); });
    write(accuracy, format, counting, model);
    warn_of_row_order(model, evaluation.top_rows_of(counting), "--top-rows", context.messages);
    if (errors_.is_asked_for()) {
      const auto ranks = with_progress("ranking right words", evaluation, context.messages, [&] {
        return rank_right_words(embeddings, accuracy, counting, evaluation);
      });
      write_errors(sections, accuracy, ranks, embeddings.vocabulary);
    }
    return report(accuracy, counting, evaluation, embeddings, context.messages);
  }

 private:
  std::vector<AnalogySection> read_sections(const AnalogyCounting& counting,
                                            Messages& messages) const {
    std::vector<AnalogySection> sections;
    for (const std::string& file : sets_.files()) {
      const std::string name = input_name(file);
      std::optional<std::string> unnamed;
      if (counting.file_is_section) unnamed = std::filesystem::path(file).stem().string();
      for (AnalogySection& section :
           parse_analogy_questions(read_test_set(open_input(file, "")), name, unnamed)) {
        const BadLines& bad = section.bad_lines;
        if (bad.count > 0 && counting.bad_line_is_error) {
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

  void write(const AnalogyAccuracy& accuracy, OutputFormat format, const AnalogyCounting& counting,
             const Model& model) const {
    const auto out = make_standard_output();
    const auto rows = make_result_writer(format,
                                         {{"section"},
                                          {"kind"},
                                          {"accuracy"},
                                          {"correct"},
                                          {"counted"},
                                          {"unknown"},
                                          {"bad"},
                                          {"method"},
                                          {"counting"}},
                                         output_.header(), model, *out);
    const std::string_view method = method_ == AnalogyMethod::add ? "add" : "mul";
    const auto row = [&](std::string_view name, std::string_view kind,
                         const AnalogyCounts& counts) {
      const std::optional<double> share = counts.accuracy();
      rows->row({name, kind, share ? Cell(*share) : Cell(), counts.correct, counts.counted,
                 counts.unknown, counts.bad, method, counting.name});
    };
    bool has_kinds = false;
    for (const SectionAccuracy& section : accuracy.sections) {
      row(section.name, name_of(section.kind), section.counts);
      has_kinds = has_kinds || section.kind != SectionKind::none;
    }
    if (has_kinds) {
      row("semantic", "sum", accuracy.of(SectionKind::semantic));
      row("syntactic", "sum", accuracy.of(SectionKind::syntactic));
    }
    row("total", "sum", accuracy.total());
    rows->finish();
    out->finish();
  }

  void write_errors(const std::vector<AnalogySection>& sections, const AnalogyAccuracy& accuracy,
                    const std::vector<std::optional<AnalogyRank>>& ranks,
                    const Vocabulary& vocabulary) {
    const auto rows = errors_.make_writer({{"section"},
                                           {"line"},
                                           {"a"},
                                           {"b"},
                                           {"c"},
                                           {"right"},
                                           {"answer"},
                                           {"score"},
                                           {"right_rank"},
                                           {"right_score"}},
                                          output_.header());
    for (std::size_t i = 0; i < accuracy.wrong.size(); ++i) {
      const AnsweredAnalogy& wrong = accuracy.wrong[i];
      const AnalogySection& section = sections[wrong.section];
      const AnalogyQuestion& question = section.questions[wrong.question];
      const auto& answer = wrong.answer;
      rows->row({std::string_view(section.name), question.line, std::string_view(question.words[0]),
                 std::string_view(question.words[1]), std::string_view(question.words[2]),
                 std::string_view(question.words[3]),
                 answer ? Cell(vocabulary.word(answer->row)) : Cell(),
                 answer ? Cell(answer->score) : Cell(), ranks[i] ? Cell(ranks[i]->rank) : Cell(),
                 ranks[i] ? Cell(ranks[i]->score) : Cell()});
    }
    rows->finish();
    errors_.finish();
  }

  static int report(const AnalogyAccuracy& accuracy, const AnalogyCounting& counting,
                    const AnalogyEvaluation& evaluation, const Embeddings& embeddings,
                    Messages& messages) {
    const AnalogyCounts counts = accuracy.total();
    messages.note("counted as {} does: {}; {}", counting.name, counting.summary,
                  rows_that_stand_for_words(evaluation.top_rows_of(counting), embeddings.rows()));
    const std::uint64_t known =
        counting.unknown_is_wrong ? counts.counted - counts.unknown : counts.counted;
    report_unknown_words(accuracy.unknown_words, counts.unknown, known + counts.unknown,
                         "questions", messages);
    if (known > 0) return counts.bad == 0 ? kAllAnswered : kNotFound;
    messages.error("no question could be asked: each has a word that is not in the vocabulary");
    return kNotFound;
  }

  TestSetOptions sets_;
  const AnalogyCounting* counting_ = &analogy_countings().front();
  AnalogyMethod method_ = AnalogyMethod::add;
  RowFile errors_;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kEvalAnalogies = {
    "eval analogies", "Count the analogies that the vectors solve", kExamples, kDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<EvalAnalogies>(); }};

}  // namespace wordvec::cli
