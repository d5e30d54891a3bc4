#include "wordvec/search/nearest.h"

#include <optional>
#include <string>
#include <vector>

#include "commands/commands.h"
#include "options/input_checks.h"
#include "options/model_options.h"
#include "options/output_options.h"
#include "options/query_reports.h"
#include "options/run_options.h"
#include "options/search_options.h"
#include "options/word_input.h"
#include "output/answer_writer.h"
#include "wordvec/search/query.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kNearestExamples =
    "  wordvec nearest king                   the ten nearest words\n"
    "  wordvec nearest king queen -k 3        three for each of two words\n"
    "  wordvec nearest king - man + woman     one query, words added and subtracted\n"
    "  wordvec nearest '0.7 paris + 0.3 london'\n"
    "  wordvec nearest -f json < queries.txt  one query a line\n";

constexpr std::string_view kNearestDetails =
    "The score is the cosine. Words of a sum are scaled to unit length, weighted and added. A "
    "query\n"
    "that is a word of the vocabulary as it stands (new york) is that word. Without operators "
    "each\n"
    "argument is a query of its own. Without queries (or with -) they come from standard input, "
    "one\n"
    "a line. Use -- before words that start with a hyphen. Where the model has n-grams, a word "
    "that\n"
    "is not in the vocabulary has the vector that is built from its own.\n";

class Nearest final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_words("QUERY", arguments_, "Words, or sums like king - man + woman");
    search_.define(options);
    model_.define(options);
    model_.define_case(options);
    output_.define(options);
    run_.define(options);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    const OutputFormat format = output_.format_or_auto();
    const Model model = model_.open(context, run_.threads());
    const bool from_lines = arguments_.empty() || (arguments_.size() == 1 && arguments_[0] == "-");
    if (search_.reads_standard_input()) {
      refuse_second_reader({{model.took_standard_input(), "the model"},
                            {from_lines, "queries", true},
                            {true, "--among"}});
    }
    int status = kAllAnswered;
    const NearestOptions options =
        search_.resolve(model, model_.matching(), run_.threads(), context.messages, status);
    AnswerWriter writer(format, output_.style(context.messages));
    // A lone "-" is standard input, also where "-" is a word.
    QueryInput input(arguments_.size() == 1 ? arguments_ : join_query_arguments(arguments_), model);
    while (const auto batch = input.next_batch()) {
      answer(*batch, model.embeddings(), options, writer, context.messages, status);
      writer.flush();
    }
    writer.finish();
    return status;
  }

 private:
  struct Prepared {
    const InputLine* line = nullptr;
    std::vector<float> vector;
    std::vector<Row> inputs;
    std::optional<ErrorRecord> error;
  };

  void answer(const std::vector<InputLine>& lines, const Embeddings& embeddings,
              const NearestOptions& options, AnswerWriter& writer, Messages& messages,
              int& status) const {
    std::vector<Prepared> prepared;
    for (const InputLine& line : lines) {
      Prepared& query = prepared.emplace_back();
      query.line = &line;
      try {
        const ResolvedQuery resolved =
            resolve(parse_query(line.text, embeddings.vocabulary), embeddings, model_.matching());
        query.error = report_words(line.text, resolved, embeddings.vocabulary, model_.matching(),
                                   messages, status);
        if (query.error) continue;
        query.vector = query_vector(embeddings, resolved.terms);
        query.inputs = rows_of(resolved.terms);
      } catch (const Error& error) {
        query.error = report_bad_query(error, line, messages, status);
      }
    }
    std::vector<NearestQuery> queries;
    for (const Prepared& query : prepared) {
      if (query.error) continue;
      queries.push_back({query.vector, search_.include_inputs() ? std::span<const Row>()
                                                                : std::span(query.inputs)});
    }
    const auto answers = nearest(embeddings, queries, options);
    auto next = answers.begin();
    for (const Prepared& query : prepared) {
      const std::string& text = query.line->text;
      if (query.error) {
        writer.error(*query.error);
      } else if (const auto& answer = *next++; !answer.empty()) {
        writer.write(text, answer, embeddings.vocabulary);
      } else {
        writer.error(report_no_answer(text, search_.why_none(), messages));
      }
    }
  }

  std::vector<std::string> arguments_;
  SearchOptions search_;
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kNearestCommand = {
    "nearest", "Find the nearest words of queries", kNearestExamples, kNearestDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Nearest>(); }};

}  // namespace wordvec::cli
