#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "commands/commands.h"
#include "options/model_options.h"
#include "options/numbers.h"
#include "options/output_options.h"
#include "options/query_reports.h"
#include "options/run_options.h"
#include "options/word_lines.h"
#include "output/row_writer.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/word_sets.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kOddExamples =
    "  wordvec odd cat dog mouse king         king, and all scores\n"
    "  wordvec odd -k 1 cat dog mouse king    the odd one only\n"
    "  wordvec odd -k 1 < sets.txt            a set of words a line\n";

constexpr std::string_view kOddDetails =
    "Which word does not belong: the one whose cosine with the mean of all words (each scaled to\n"
    "unit length) is lowest (gensim's doesnt_match). All words are printed, the oddest first, "
    "with\n"
    "that cosine as the score; the margin is by how much the next word's score is higher. Equal\n"
    "scores stand in the order given; a warning tells where several words are equally odd. A word\n"
    "that is given twice counts once, and a note names it. Without words (or with -) they come\n"
    "from standard input, a set a line, between spaces, or between tabs where a line has one.\n"
    "Unknown words, and those whose vectors are all zeros, are named and left out. Where the "
    "model\n"
    "has n-grams, unknown words have the vector built from their own.\n";

// "of four words two are left: no answer"
std::string what_is_left(std::size_t words, std::size_t left) {
  constexpr std::array<std::string_view, 11> kNumbers = {
      "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"};
  const auto number = [&](std::size_t n) {
    return n < kNumbers.size() ? std::string(kNumbers[n]) : fmt::format("{}", n);
  };
  return fmt::format("of {} words {} {} left: no answer, since three are needed", number(words),
                     number(left), left < 2 ? "is" : "are");
}

class Odd final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_words("WORD", words_, "Three words or more, each as it is; - reads lines");
    options.add_number("-k,--count N", k_, whole_number(1), "Only the N oddest (default: all)");
    model_.define(options);
    model_.define_case(options);
    output_.define(options);
    run_.define(options);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    const OutputFormat format = output_.format_or_auto();
    const Model model = model_.open(context, run_.threads());
    WordLines sets(words_, 0, "", "", model);
    const auto out = make_standard_output();
    const auto writer =
        make_row_writer(format, {{"query"}, {"rank"}, {"word"}, {"score"}, {"margin"}},
                        output_.style(context.messages), *out);
    int status = kAllAnswered;
    while (const auto batch = sets.next_batch()) {
      for (const WordLine& set : *batch) {
        try {
          answer(set, sets.source(), model.embeddings(), *writer, context.messages, status);
        } catch (const Error& error) {
          writer->error(sets.report_bad(error, set, context.messages, status));
        }
      }
      writer->flush();
    }
    writer->finish();
    out->finish();
    return status;
  }

 private:
  void answer(const WordLine& set, std::string_view source, const Embeddings& embeddings,
              RowWriter& writer, Messages& messages, int& status) const {
    check_quotes(set, embeddings);
    check_odd_words(set.words.size());
    ErrorRecord missing;
    auto terms =
        resolve_directions(set.words, embeddings, model_.matching(), messages, status, missing);
    keep_each_once(terms, embeddings, "the set", messages);
    if (terms.size() < kMinOddWords) {
      writer.error(report_too_few(std::move(missing), set.line,
                                  what_is_left(set.words.size(), terms.size()), messages, status,
                                  source));
      return;
    }
    const auto scores = odd_one_out(embeddings, terms);
    warn_of_tie(set.line.text, scores, terms, embeddings, messages);
    for (std::size_t i = 0; i < std::min<std::size_t>(k_, scores.size()); ++i) {
      const std::string_view word = asked_word_of(embeddings, terms[scores[i].position]);
      const bool is_last = i + 1 == scores.size();
      writer.row({set.line.text, std::uint64_t{i + 1}, word, scores[i].score,
                  is_last ? Cell() : Cell(scores[i + 1].score - scores[i].score)});
    }
  }

  static void warn_of_tie(std::string_view query, std::span<const ListedWord> scores,
                          std::span<const ResolvedTerm> terms, const Embeddings& embeddings,
                          Messages& messages) {
    const std::size_t tied = equally_odd(scores);
    if (tied < 2) return;
    std::vector<std::string> words;
    for (const ListedWord& word : scores.first(tied)) {
      words.emplace_back(asked_word_of(embeddings, terms[word.position]));
    }
    messages.warning(
        "query {}: {}: that one of them comes first says nothing (equal scores stand in the order "
        "given)",
        in_quotes(query),
        tied == scores.size() ? fmt::format("all {} words are equally odd, up to rounding", tied)
                              : fmt::format("{} are equally odd, up to rounding", some_of(words)));
  }

  // Throws Error(query) where quotes make one word of a set.
  void check_quotes(const WordLine& set, const Embeddings& embeddings) const {
    if (set.line.number != 0 || set.words.size() != 1) return;
    const std::vector<std::string> parts = split_list(set.words[0]);
    const bool are_words = std::all_of(parts.begin(), parts.end(), [&](const std::string& part) {
      return resolve({{{1, part}}}, embeddings, model_.matching()).unknown.empty();
    });
    if (parts.size() < kMinOddWords || !are_words) return;
    throw Error(ErrorCode::query, fmt::format("found 1 word, expected three or more; leave out the "
                                              "quotes, which make one word of {}",
                                              parts.size()));
  }

  std::vector<std::string> words_;
  std::uint64_t k_ = std::numeric_limits<std::uint64_t>::max();
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kOddCommand = {
    "odd", "Find the word that does not belong", kOddExamples, kOddDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Odd>(); }};

}  // namespace wordvec::cli
