#include <fmt/format.h>

#include "commands/commands.h"
#include "options/closer_options.h"
#include "options/numbers.h"
#include "options/query_reports.h"
#include "output/answer_writer.h"
#include "wordvec/base/quote.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kCloserExamples =
    "  wordvec closer cat kitten              the words closer to cat than kitten is\n"
    "  wordvec closer -k 5 king man           the five closest of them\n"
    "  wordvec closer < pairs.txt             two words a line\n";

constexpr std::string_view kCloserDetails =
    "The words whose cosine with A is higher than that of B, best first (gensim's closer_than). A\n"
    "is not among them, nor is a word with the same cosine as B. `wordvec rank A B` counts them.\n"
    "Without words (or with -) pairs come from standard input, two words a line, between spaces,\n"
    "or between tabs where a line has one. Where the model has n-grams, a word that is not in the\n"
    "vocabulary has the vector built from its own.\n";

class Closer final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_number("-k,--count N", options_.k(), whole_number(1),
                       "At most N words for each pair (default: all)");
    options_.define(options);
  }

  int run(Context& context) override {
    options_.apply(context.messages);
    AnswerWriter writer(options_.format(), options_.style(context.messages));
    const int status = options_.answer(
        context,
        [&](const CloserWords& found, const Vocabulary& vocabulary) {
          const WordLine& pair = *found.pair;
          if (!found.closer.empty()) {
            writer.write(pair.line.text, found.closer, vocabulary);
            return;
          }
          writer.error(report_no_answer(
              pair.line.text,
              fmt::format("no word{} is closer to {} than {}",
                          options_.has_top_rows() ? " of the first rows (--top-rows)" : "",
                          in_quotes(pair.words[0]), in_quotes(pair.words[1])),
              context.messages));
        },
        [&](const ErrorRecord& error, const WordLine&) { writer.error(error); },
        [&] { writer.flush(); });
    writer.finish();
    return status;
  }

 private:
  CloserOptions options_;
};

}  // namespace

const CommandEntry kCloserCommand = {
    "closer", "List the words closer to one word than another is", kCloserExamples, kCloserDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Closer>(); }};

}  // namespace wordvec::cli
