#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "commands/commands.h"
#include "options/choices.h"
#include "options/input_checks.h"
#include "options/model_options.h"
#include "options/output_options.h"
#include "options/query_reports.h"
#include "options/run_options.h"
#include "options/search_options.h"
#include "options/word_lines.h"
#include "output/answer_writer.h"
#include "wordvec/base/parallel.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/analogies.h"
#include "wordvec/search/nearest.h"
#include "wordvec/search/query.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kAnalogyExamples =
    "  wordvec analogy king man woman         king - man + woman: queen\n"
    "  wordvec analogy paris france england   london\n"
    "  wordvec analogy --method mul king man woman\n"
    "  wordvec analogy -k 1 < triples.txt     three words a line\n";

constexpr std::string_view kAnalogyDetails =
    "A is to B as the answer is to C: A - B + C. (word2vec's word-analogy tool takes its words in\n"
    "the order B A C.) The three words are no answers. Methods: add takes the words nearest to "
    "the\n"
    "sum of unit vectors (3CosAdd); mul takes the highest product of (1 + cosine) / 2 with A and "
    "C\n"
    "over that with B (3CosMul, Levy and Goldberg 2014). Without words (or with -) they come from\n"
    "standard input, three a line, between spaces, or between tabs where a line has one. Where "
    "the\n"
    "model has n-grams, a word that is not in the vocabulary has the vector built from its own.\n";

class AnalogyCommand final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_words("A B C", words_, "Three words, each as it is");
    add_choice<AnalogyMethod>(options, "--method", method_,
                              {{"add", AnalogyMethod::add}, {"mul", AnalogyMethod::mul}},
                              "How the three are put together (default: add)");
    search_.define(options);
    model_.define(options);
    model_.define_case(options);
    output_.define(options);
    run_.define(options);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    const bool from_stdin = words_.empty() || (words_.size() == 1 && words_[0] == "-");
    if (!from_stdin && words_.size() != 3) {
      throw expected_three_words(words_);
    }
    const OutputFormat format = output_.format_or_auto();
    const Model model = model_.open(context, run_.threads());
    if (search_.reads_standard_input()) {
      refuse_second_reader({{model.took_standard_input(), "the model"},
                            {from_stdin, "queries", true},
                            {true, "--among"}});
    }
    int status = kAllAnswered;
    const NearestOptions options =
        search_.resolve(model, model_.matching(), run_.threads(), context.messages, status);
    AnswerWriter writer(format, output_.style(context.messages));
    if (!from_stdin) {
      std::vector<Question> questions(1);
      questions[0].words = words_;
      answer(questions, model.embeddings(), options, writer, context.messages, status);
      writer.finish();
      return status;
    }
    QueryInput input({}, model);
    while (const auto batch = input.next_batch()) {
      std::vector<Question> questions;
      for (const InputLine& line : *batch) questions.push_back({line, split_line(line.text)});
      answer(questions, model.embeddings(), options, writer, context.messages, status);
      writer.flush();
    }
    writer.finish();
    return status;
  }

 private:
  struct Question {
    InputLine line;
    std::vector<std::string> words;
  };

  void answer(const std::vector<Question>& questions, const Embeddings& embeddings,
              const NearestOptions& options, AnswerWriter& writer, Messages& messages,
              int& status) const {
    struct Outcome {
      std::string name;
      std::optional<ErrorRecord> error;  // nullopt: one of `asked`
    };
    std::vector<Outcome> outcomes;
    std::vector<Asked> asked;
    for (const Question& question : questions) {
      Outcome& outcome = outcomes.emplace_back();
      outcome.name = name_of(question);
      try {
        auto resolved = prepare(question.words, outcome.name, embeddings, messages, status);
        if (auto* const prepared = std::get_if<Asked>(&resolved)) {
          asked.push_back(std::move(*prepared));
        } else {
          outcome.error = std::move(std::get<ErrorRecord>(resolved));
        }
      } catch (const Error& error) {
        outcome.error = report_bad_query(error, question.line, messages, status);
        outcome.error->query = outcome.name;
      }
    }
    const auto answers = answers_of(asked, embeddings, options);
    auto next = answers.begin();
    for (const Outcome& outcome : outcomes) {
      if (outcome.error) {
        writer.error(*outcome.error);
      } else if (const auto& answer = *next++; !answer.empty()) {
        writer.write(outcome.name, answer, embeddings.vocabulary);
      } else {
        writer.error(report_no_answer(outcome.name, search_.why_none(), messages));
      }
    }
  }

  static std::string name_of(const Question& question) {
    const auto& words = question.words;
    if (words.size() != 3) return question.line.text;
    return words[0] + " - " + words[1] + " + " + words[2];
  }

  // Three words in the vocabulary, or with vectors that are built.
  struct Asked {
    std::vector<ResolvedTerm> terms;
    std::vector<Row> inputs;
    std::vector<float> sum;  // of words that are not all in the vocabulary

    bool has_rows() const { return inputs.size() == terms.size(); }
    Analogy analogy() const { return {inputs[0], inputs[1], inputs[2]}; }
  };

  std::vector<std::vector<Neighbor>> answers_of(const std::vector<Asked>& asked,
                                                const Embeddings& embeddings,
                                                const NearestOptions& options) const {
    const bool is_sum = method_ == AnalogyMethod::add;
    std::vector<Analogy> of_rows;
    std::vector<const Asked*> of_vectors;
    for (const Asked& each : asked) {
      if (each.has_rows()) {
        of_rows.push_back(each.analogy());
      } else {
        of_vectors.push_back(&each);
      }
    }
    auto row_answers = (is_sum ? analogies : analogies_by_product)(
        embeddings, of_rows, search_.include_inputs(), options);
    auto vector_answers = is_sum ? answer_by_sum(of_vectors, embeddings, options)
                                 : answer_by_product(of_vectors, embeddings, options);
    std::vector<std::vector<Neighbor>> answers;
    auto next_of_rows = row_answers.begin();
    auto next_of_vectors = vector_answers.begin();
    for (const Asked& each : asked) {
      answers.push_back(std::move(each.has_rows() ? *next_of_rows++ : *next_of_vectors++));
    }
    return answers;
  }

  std::span<const Row> excluded(const Asked& asked) const {
    return search_.include_inputs() ? std::span<const Row>() : std::span(asked.inputs);
  }

  std::vector<std::vector<Neighbor>> answer_by_sum(const std::vector<const Asked*>& asked,
                                                   const Embeddings& embeddings,
                                                   const NearestOptions& options) const {
    std::vector<NearestQuery> queries;
    for (const Asked* each : asked) queries.push_back({each->sum, excluded(*each)});
    return nearest(embeddings, queries, options);
  }

  std::vector<std::vector<Neighbor>> answer_by_product(const std::vector<const Asked*>& asked,
                                                       const Embeddings& embeddings,
                                                       const NearestOptions& options) const {
    std::vector<std::vector<Neighbor>> answers(asked.size());
    NearestOptions each = options;
    if (asked.size() > 1) each.threads = 1;
    parallel_for(threads_or_default(options.threads), asked.size(), [&](std::size_t i) {
      const Asked& question = *asked[i];
      const std::array<std::span<const float>, 2> positives = {
          vector_of(embeddings, question.terms[0]), vector_of(embeddings, question.terms[2])};
      const std::span<const float> negative = vector_of(embeddings, question.terms[1]);
      answers[i] =
          nearest_by_product(embeddings, positives, {&negative, 1}, excluded(question), each);
    });
    return answers;
  }

  // A record: a word is unknown. Throws Error(query) where the words have no analogy: also for mul,
  // that of three words without a direction.
  std::variant<Asked, ErrorRecord> prepare(const std::vector<std::string>& words,
                                           const std::string& name, const Embeddings& embeddings,
                                           Messages& messages, int& status) const {
    if (words.size() != 3) {
      throw expected_three_words(words);
    }
    const Query query{{{1, words[0]}, {-1, words[1]}, {1, words[2]}}};
    ResolvedQuery resolved = resolve(query, embeddings, model_.matching());
    if (auto error = report_words(name, resolved, embeddings.vocabulary, model_.matching(),
                                  messages, status)) {
      return *std::move(error);
    }
    std::vector<float> sum = query_vector(embeddings, resolved.terms);
    Asked asked;
    asked.terms = std::move(resolved.terms);
    asked.inputs = rows_of(asked.terms);
    if (!asked.has_rows()) asked.sum = std::move(sum);
    return asked;
  }

  std::vector<std::string> words_;
  AnalogyMethod method_ = AnalogyMethod::add;
  SearchOptions search_;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kAnalogyCommand = {
    "analogy", "Complete an analogy: A - B + C", kAnalogyExamples, kAnalogyDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<AnalogyCommand>(); }};

}  // namespace wordvec::cli
