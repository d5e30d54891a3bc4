#include "commands/commands.h"
#include "options/closer_options.h"
#include "options/query_reports.h"
#include "output/row_writer.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kRankExamples =
    "  wordvec rank king queen                which neighbour of king is queen?\n"
    "  wordvec rank cat dog cat king          of two pairs\n"
    "  wordvec rank < pairs.txt               two words a line\n";

constexpr std::string_view kRankDetails =
    "The rank of B among the neighbours of A: 1 + the number of words whose cosine with A is\n"
    "higher than that of B (gensim's rank). Words with the same cosine as B do not count, nor "
    "does\n"
    "A. `wordvec closer A B` names them. Without words (or with -) pairs come from standard "
    "input,\n"
    "two words a line, between spaces, or between tabs where a line has one. Where the model has\n"
    "n-grams, a word that is not in the vocabulary has the vector built from its own.\n";

class Rank final : public Command {
 public:
  void define(OptionSet& options) override { options_.define(options); }

  int run(Context& context) override {
    options_.apply(context.messages);
    const OutputFormat format = options_.format();
    const auto out = make_standard_output();
    const auto writer = make_row_writer(format, {{"word1"}, {"word2"}, {"rank"}, {"score"}},
                                        options_.style(context.messages), *out);
    const int status = options_.answer(
        context,
        [&](const CloserWords& found, const Vocabulary&) {
          const auto& words = found.pair->words;
          writer->row({words[0], words[1], std::uint64_t{found.closer.size() + 1}, found.score});
        },
        [&](const ErrorRecord& error, const WordLine& pair) {
          write_pair_error(*writer, error, pair.words);
        },
        [&] { writer->flush(); });
    writer->finish();
    out->finish();
    return status;
  }

 private:
  CloserOptions options_;
};

}  // namespace

const CommandEntry kRankCommand = {
    "rank", "Count which neighbour of one word another is", kRankExamples, kRankDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Rank>(); }};

}  // namespace wordvec::cli
