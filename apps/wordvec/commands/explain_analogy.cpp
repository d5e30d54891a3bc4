#include "wordvec/search/explain_analogy.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "commands/explain.h"
#include "options/explain_options.h"
#include "options/numbers.h"
#include "options/query_reports.h"
#include "output/explanation.h"
#include "output/row_writer.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/query.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kExplainAnalogyExamples =
    "  wordvec explain analogy king man woman   the cosines, the sum, and why queen is the answer\n"
    "  wordvec explain analogy paris france england -k 3\n"
    "  wordvec explain analogy king man woman -f csv\n";

constexpr std::string_view kExplainAnalogyDetails =
    "The words of A - B + C are scaled to unit length and added; the answer is the word nearest "
    "to\n"
    "the sum, A, B and C left out. Shown are the cosines of A, B, C and the answer with each "
    "other\n"
    "and with the sum, the length of the sum, how parallel the steps B to A and C to the answer "
    "are,\n"
    "and the nearest words with A, B and C and without. Rows (--format) are the same as lines\n"
    "`query part first second rank value`.\n";

class ExplainAnalogy final : public Command {
 public:
  void define(OptionSet& options) override {
    options_.define_words(options, "A B C", "Three words, each as it is");
    options.add_number("-k,--count N", k_, whole_number(1), "Nearest words to show (default: 5)");
    options_.define_rest(options);
  }

  int run(Context& context) override {
    options_.apply(context.messages);
    const std::vector<std::string>& words = options_.words();
    options_.check_arguments();
    if (words.size() != 3) throw expected_three_words(words);
    const Model model = options_.open(context);
    const Embeddings& embeddings = model.embeddings();
    ExplanationOutput output =
        options_.output({{"query"}, {"part"}, {"first"}, {"second"}, {"rank"}, {"value"}});
    int status = kAllAnswered;
    const Query query{{{1, words[0]}, {-1, words[1]}, {1, words[2]}}};
    const ResolvedQuery resolved = resolve(query, embeddings, options_.matching());
    const std::string name = words[0] + " - " + words[1] + " + " + words[2];
    if (const auto unknown = report_words(name, resolved, embeddings.vocabulary,
                                          options_.matching(), context.messages, status)) {
      output.error(*unknown);
      output.finish();
      return status;
    }
    NearestOptions options;
    options.k = k_;
    options.threads = options_.threads();
    ExplainedAnalogy explained;
    try {
      explained = explain_analogy(embeddings, std::span(resolved.terms).first<3>(), options);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::query) throw;
      output.error(record_of(error, name));
      output.finish();
      throw;
    }
    const Shown shown = name_words(resolved, explained, embeddings.vocabulary);
    if (output.rows() != nullptr) {
      write_rows(name, shown, explained, embeddings.vocabulary, *output.rows());
    } else {
      output.text(explanation(shown, explained, embeddings.vocabulary));
    }
    output.finish();
    if (!explained.has_answer()) {
      context.messages.error("there is no answer: the model has no other words with a direction");
      return kNotFound;
    }
    return status;
  }

 private:
  // A, B, C and the answer, if there is one.
  struct Shown {
    std::vector<std::string> words;
    bool best_input_has_row = false;  // so that it could be an answer

    std::string sum() const { return words[0] + " - " + words[1] + " + " + words[2]; }
  };

  static Shown name_words(const ResolvedQuery& resolved, const ExplainedAnalogy& explained,
                          const Vocabulary& vocabulary) {
    Shown shown;
    for (const ResolvedTerm& term : resolved.terms) {
      shown.words.emplace_back(term.row ? vocabulary.word(*term.row) : std::string_view(term.word));
    }
    if (explained.has_answer()) {
      shown.words.emplace_back(vocabulary.word(explained.without_inputs.front().row));
    }
    shown.best_input_has_row = resolved.terms[explained.best_input].row.has_value();
    return shown;
  }

  static void write_rows(std::string_view query, const Shown& shown,
                         const ExplainedAnalogy& explained, const Vocabulary& vocabulary,
                         RowWriter& writer) {
    const auto& words = shown.words;
    const Cell none = std::monostate();
    for (std::size_t i = 0; i < words.size(); ++i) {
      for (std::size_t j = i + 1; j < words.size(); ++j) {
        writer.row({query, "before", words[i], words[j], none, explained.before[i][j]});
      }
    }
    const std::string sum = shown.sum();
    for (std::size_t i = 0; i < words.size(); ++i) {
      writer.row({query, "after", sum, words[i], none, explained.after[i]});
    }
    writer.row({query, "length", sum, none, none, explained.sum_length});
    if (explained.has_answer()) {
      const std::string from = words[0] + " - " + words[1];
      const std::string to = words[3] + " - " + words[2];
      writer.row({query, "steps", from, to, none, explained.step_cosine});
    }
    const auto write_nearest = [&](std::string_view part, const std::vector<Neighbor>& neighbors) {
      std::uint64_t rank = 0;
      for (const Neighbor& neighbor : neighbors) {
        writer.row({query, part, sum, vocabulary.word(neighbor.row), ++rank, neighbor.score});
      }
    };
    write_nearest("inputs included", explained.with_inputs);
    write_nearest("inputs excluded", explained.without_inputs);
  }

  static std::string explanation(const Shown& shown, const ExplainedAnalogy& explained,
                                 const Vocabulary& vocabulary) {
    const std::size_t columns = text_columns();
    std::vector<std::string> words;
    for (const std::string& word : shown.words) words.push_back(printable(word));
    std::string text = wrapped(
        fmt::format("{}: vectors of length 1, added and subtracted. The sum is {:.4f} long; "
                    "of three vectors at right angles it would be 1.7321.",
                    printable(shown.sum()), explained.sum_length),
        columns);
    text += "\n\nBefore: the cosines of the words with each other\n\n";
    std::vector<std::vector<std::string>> lines = {{""}};
    lines[0].insert(lines[0].end(), words.begin(), words.end());
    for (std::size_t i = 0; i < words.size(); ++i) {
      lines.push_back({words[i]});
      for (std::size_t j = 0; j < words.size(); ++j) {
        lines.back().push_back(fmt::format("{:.4f}", explained.before[i][j]));
      }
    }
    text += aligned(lines) + "\nAfter: the cosines of the sum with the words\n\n";
    lines = {{""}, {"sum"}};
    lines[0].insert(lines[0].end(), words.begin(), words.end());
    for (std::size_t i = 0; i < words.size(); ++i) {
      lines[1].push_back(fmt::format("{:.4f}", explained.after[i]));
    }
    text += aligned(lines) + "\nThe words nearest to the sum\n\n";
    lines = {{"", "with the three", "", "without them", ""}};
    for (std::size_t i = 0; i < explained.with_inputs.size(); ++i) {
      lines.push_back({std::to_string(i + 1)});
      for (const auto* neighbors : {&explained.with_inputs, &explained.without_inputs}) {
        if (i >= neighbors->size()) continue;
        lines.back().push_back(printable(vocabulary.word((*neighbors)[i].row)));
        lines.back().push_back(fmt::format("{:.4f}", (*neighbors)[i].score));
      }
    }
    text += aligned(lines) + '\n';
    return explained.has_answer() ? text + wrapped(reason(shown, words, explained), columns) + '\n'
                                  : text;
  }

  static std::string reason(const Shown& shown, const std::vector<std::string>& words,
                            const ExplainedAnalogy& explained) {
    const std::string& best = words[explained.best_input];
    const std::string& answer = words[3];
    std::string text;
    if (explained.input_wins) {
      text = fmt::format(
          "Why the three are left out: the sum is made of them, so it stays near them. '{}' scores "
          "{:.4f}, more than '{}' with {:.4f}",
          best, explained.after[explained.best_input], answer, explained.after[3]);
      text += shown.best_input_has_row
                  ? fmt::format(": were it allowed, '{}' would be the answer.", best)
                  : ", but is not in the vocabulary.";
    } else {
      text = fmt::format(
          "The three are left out, since a sum stays near what it is made of. Here it would change "
          "nothing: '{}' scores {:.4f}, more than '{}', the nearest of the three, with {:.4f}.",
          answer, explained.after[3], best, explained.after[explained.best_input]);
    }
    return text +
           fmt::format(
               " The step from '{}' to '{}' and that from '{}' to '{}' have the cosine {:.4f} "
               "(1: a parallelogram).",
               words[1], words[0], words[2], answer, explained.step_cosine);
  }

  std::uint64_t k_ = 5;
  ExplainOptions options_;
};

}  // namespace

const CommandEntry kExplainAnalogy = {
    "explain analogy", "Show what an analogy's arithmetic does", kExplainAnalogyExamples,
    kExplainAnalogyDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<ExplainAnalogy>(); }};

}  // namespace wordvec::cli
