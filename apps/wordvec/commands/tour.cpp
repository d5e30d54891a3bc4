#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/commands.h"
#include "commands/tour_texts.h"
#include "commands/tour_words.h"
#include "options/model_options.h"
#include "options/numbers.h"
#include "options/run_options.h"
#include "output/explanation.h"
#include "output/terminal.h"
#include "output/text_output.h"
#include "program.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kTourExamples =
    "  wordvec tour                           from a text to a picture, in nine steps\n"
    "  wordvec tour --lang zh                 in Chinese\n"
    "  wordvec tour --step 8                  one step\n"
    "  wordvec tour --model glove.6B.300d     with another model\n";

constexpr std::string_view kTourDetails =
    "The road that a learner takes: text, words, rows, one-hot, look-up, vectors, similarity,\n"
    "analogy, picture. Each step says why, shows a command, and runs it. On a terminal it waits\n"
    "after each step: Enter goes on, q ends. Where the model lacks the usual words, others stand\n"
    "in. The language is that of --lang, else that of LC_ALL, LC_MESSAGES or LANG.\n";

// The first of the variables that is set, as POSIX has it.
Language language_of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value).starts_with("zh") ? Language::chinese : Language::english;
  }
  return Language::english;
}

Language language_named(const std::string& name) {
  if (name.empty()) return language_of_environment();
  const auto found = std::find(kLanguageNames.begin(), kLanguageNames.end(), name);
  if (found == kLanguageNames.end()) {
    throw Error(ErrorCode::usage, "unknown language " + in_quotes(name) + ", expected en or zh");
  }
  return static_cast<Language>(found - kLanguageNames.begin());
}

// Waits for Enter; false: the person wants no more.
bool wants_more() {
  std::string line;
  for (;;) {
    char c = 0;
    const ssize_t n = ::read(kStandardInput, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    if (c == '\n') break;
    line += c;
  }
  return line.empty() || (line[0] != 'q' && line[0] != 'Q');
}

class Tour final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_option("--lang en|zh", language_,
                       "The language (default: that of the environment, else en)");
    options.add_number("--step N", only_step_, whole_number(1, tour_steps().size()),
                       "Only this step, 1 to 9");
    const std::size_t before = options.options().size();
    model_.define(options);
    const std::vector<Option> all = options.options();
    model_options_.assign(all.begin() + static_cast<std::ptrdiff_t>(before), all.end());
    run_.define(options);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    const Language language = language_named(language_);
    const Model model = model_.open(context, run_.threads());
    const TourWords words = choose_tour_words(model.embeddings());
    const Fields fields = fields_of(model.embeddings(), words);
    const bool pauses = only_step_ == 0 && is_terminal(kStandardInput) &&
                        is_terminal(kStandardOutput) && is_terminal(kStandardError);
    const auto steps = tour_steps();
    if (only_step_ == 0) say(filled(kTourBegin.in(language), fields));
    int status = kAllAnswered;
    for (std::size_t s = 0; s < steps.size(); ++s) {
      if (only_step_ != 0 && s + 1 != only_step_) continue;
      if (pauses && !pause(language)) return status;
      status = std::max(status, show(s, language, words, fields, model, context));
    }
    if (only_step_ == 0) say("\n" + std::string(kTourEnd.in(language)));
    return status;
  }

 private:
  // What stands for the names in braces.
  struct Fields {
    std::string rows;
    std::string dim;
    std::string n;
    std::string word;
    std::string row;
    std::string like;
    std::array<std::string, 3> analogy;
  };

  static Fields fields_of(const Embeddings& embeddings, const TourWords& words) {
    Fields fields;
    fields.rows = grouped(embeddings.rows());
    fields.dim = grouped(embeddings.dim());
    fields.n = grouped(words.of_sentence.size());
    if (const auto word = shown_word(words)) {
      fields.word = printable(*word);
      if (const auto match = find_word(embeddings.vocabulary, *word, false)) {
        fields.row = fmt::format("{}", match->row);
      }
    }
    fields.like = printable(words.like);
    if (words.analogy) {
      for (std::size_t i = 0; i < 3; ++i) fields.analogy[i] = printable((*words.analogy)[i]);
    }
    return fields;
  }

  // The last word of the sentence that is no punctuation mark.
  static std::optional<std::string> shown_word(const TourWords& words) {
    for (auto word = words.of_sentence.rbegin(); word != words.of_sentence.rend(); ++word) {
      if (*word != "?") return *word;
    }
    return std::nullopt;
  }

  static std::string filled(std::string_view text, const Fields& fields) {
    return fmt::format(fmt::runtime(text), fmt::arg("rows", fields.rows),
                       fmt::arg("dim", fields.dim), fmt::arg("n", fields.n),
                       fmt::arg("word", fields.word), fmt::arg("row", fields.row),
                       fmt::arg("like", fields.like), fmt::arg("a", fields.analogy[0]),
                       fmt::arg("b", fields.analogy[1]), fmt::arg("c", fields.analogy[2]));
  }

  static void say(const std::string& text) { print(wrapped(text, text_columns()) + "\n"); }

  // The command of a step, its name first; empty: the model has not the words.
  static std::vector<std::string> command_of(Station station, const TourWords& words) {
    const auto with = [](std::vector<std::string> arguments, const std::vector<std::string>& more) {
      if (more.empty()) return std::vector<std::string>();
      arguments.insert(arguments.end(), more.begin(), more.end());
      return arguments;
    };
    switch (station) {
      case Station::text:
        if (words.sentence.empty()) return {};
        return {"embed", words.sentence};
      case Station::words:
        if (words.joined.empty()) return {};
        return {"embed", words.joined};
      case Station::rows:
        return with({"lookup", "--rows"}, words.of_sentence);
      case Station::onehot:
        if (const auto word = shown_word(words)) return {"explain", "onehot", *word};
        return {};
      case Station::lookup:
        return with({"lookup"}, words.of_sentence);
      case Station::vectors:
        return with({"lookup"}, words.vectors);
      case Station::similarity:
        if (words.like.empty()) return {};
        return {"nearest", words.like, "-k", "5"};
      case Station::analogy:
        if (!words.analogy) return {};
        return {"analogy", (*words.analogy)[0], (*words.analogy)[1], (*words.analogy)[2], "-k",
                "3"};
      case Station::picture:
        return with({"pca"}, words.points);
    }
    return {};
  }

  int show(std::size_t s, Language language, const TourWords& words, const Fields& fields,
           const Model& model, Context& context) const {
    const TourStep& step = tour_steps()[s];
    const std::vector<std::string> command = command_of(step.station, words);
    const bool bold = use_colour(kStandardOutput);
    print(fmt::format("{}{}{}/{} {}{}\n", only_step_ == 0 ? "\n" : "", bold ? "\x1b[1m" : "", s + 1,
                      tour_steps().size(), step.title.in(language), bold ? "\x1b[0m" : ""));
    if (command.empty()) {
      say(std::string(kTourLeftOut.in(language)));
      return kAllAnswered;
    }
    say(filled(step.why.in(language), fields) + "\n");
    return run_shown(command, model, context);
  }

  // Shows the command as one would type it, and runs it.
  int run_shown(const std::vector<std::string>& command, const Model& model,
                Context& context) const {
    std::vector<std::string> arguments(command.begin() + 1, command.end());
    for (const Option& option : model_options_) {
      if (!option.is_given()) continue;
      arguments.push_back(option.long_names().front());
      arguments.push_back(option.values().back());
    }
    // Into a pipe commands write for programs; this is for a reader all the same.
    const bool explains = command.front() == "explain";
    if (!is_terminal(kStandardOutput) && !explains) {
      arguments.insert(arguments.end(), {"--format", "table"});
    }
    std::string line = "$ wordvec " + command.front();
    for (const std::string& argument : arguments) line += ' ' + shell_word(printable(argument));
    print(line + '\n');
    try {
      return run_command(find_command(command.front()), arguments, context.messages, &model);
    } catch (const Error& error) {
      // The road goes on where one step of it is barred.
      if (error.code() != ErrorCode::query && error.code() != ErrorCode::usage) throw;
      context.messages.error("{}", error.what());
      return kWrongUsage;
    }
  }

  static bool pause(Language language) {
    const bool wipes = takes_escapes(kStandardError);
    const std::string prompt = "\n" + std::string(kTourPrompt.in(language)) + " ";
    tell(prompt);
    const bool more = wants_more();
    // The person's Enter has moved the cursor to the next line.
    if (wipes && more) tell("\x1b[A\r\x1b[K\x1b[A");
    return more;
  }

  static void tell(const std::string& text) {
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
  }

  std::string language_;
  std::uint64_t only_step_ = 0;
  std::vector<Option> model_options_;
  ModelOptions model_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kTourCommand = {
    "tour", "Take the road from a text to a picture, in nine steps", kTourExamples, kTourDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Tour>(); }};

}  // namespace wordvec::cli
