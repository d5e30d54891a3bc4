// Finds the command, parses its options, and turns every error into one line and an exit status.
#include <unistd.h>

#include <CLI/Error.hpp>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "command.h"
#include "options/word_input.h"
#include "output/text_output.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/spelling.h"

namespace wordvec::cli {
namespace {

void print(const std::string& text) {
  const auto out = make_standard_output();
  out->buffer() += text;
  out->finish();
}

std::string overview() {
  std::string text =
      "Word vectors: look up, find neighbours, solve analogies, project, convert.\n\n"
      "Examples:\n"
      "  wordvec lookup king queen\n"
      "  wordvec nearest king - man + woman\n"
      "  wordvec analogy king man woman\n"
      "  wordvec pca --out points.csv\n"
      "  wordvec convert glove.6B.300d.txt\n\n"
      "Usage: wordvec COMMAND [OPTIONS]\n\nCommands:\n";
  for (const CommandEntry* entry : commands()) {
    text += fmt::format("  {:<12}{}\n", entry->name, entry->summary);
  }
  text +=
      "\nOptions:\n"
      "  -h, --help  Show this help, or `wordvec COMMAND --help` a command's\n"
      "  --version   Show the version\n\n"
      "Exit status: 0 all answered; 1 something was not found; 2 wrong usage; 3 a file could not\n"
      "be read or written, or is malformed.\n";
  return text;
}

// The closest of `candidates`, as "; did you mean 'nearest'?"; empty when none is close.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  constexpr std::size_t kMostPatternBytes = 64;
  const std::string* best = nullptr;
  std::size_t best_distance = word.size() / 3 + 2;
  if (word.empty() || word.size() > kMostPatternBytes) return {};
  for (const std::string& candidate : candidates) {
    const std::size_t distance =
        candidate.starts_with(word) ? 1 : spelling_distance(word, candidate);
    if (distance < best_distance) {
      best = &candidate;
      best_distance = distance;
    }
  }
  return best == nullptr ? std::string() : "; did you mean " + in_quotes(*best) + "?";
}

const CommandEntry& find_command(const std::string& name) {
  std::vector<std::string> names;
  for (const CommandEntry* entry : commands()) {
    if (entry->name == name) return *entry;
    names.emplace_back(entry->name);
  }
  throw Error(ErrorCode::usage, "there is no command " + in_quotes(name) +
                                    did_you_mean(name, names) + " (`wordvec --help` lists them)");
}

[[noreturn]] void fail_parse(const CLI::App& app, const CLI::ParseError& error) {
  std::string text = error.what();
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ArgumentMismatch)) {
    // The library's text begins with the option's name.
    text = "the option " + text.substr(0, text.find(':')) + " needs a value";
  }
  const std::vector<std::string> extra = app.remaining();
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError) && !extra.empty()) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    const auto option = std::find_if(extra.begin(), extra.end(), looks_like_option);
    text = option != extra.end() ? "there is no option " + in_quotes(*option) +
                                       did_you_mean(option->substr(0, option->find('=')), names)
                                 : "the argument " + in_quotes(extra.front()) + " is one too many";
  }
  throw Error(ErrorCode::usage, text + " (see `" + app.get_name() + " --help`)");
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// The installed tree and the build tree have the same shape, so the sample is where the program is.
std::string bundled_sample() {
  std::string path(4096, '\0');
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) return {};
  path.resize(static_cast<std::size_t>(size));
  path.resize(path.rfind('/'));
  return path + "/../share/wordvec/sample.safetensors";
}

ModelSearch model_search() {
  std::string data_home = environment("XDG_DATA_HOME");
  if (data_home.empty() && !environment("HOME").empty()) {
    data_home = environment("HOME") + "/.local/share";
  }
  return {environment("WORDVEC_MODEL"), data_home.empty() ? data_home : data_home + "/wordvec",
          bundled_sample()};
}

int run_command(const CommandEntry& entry, std::vector<std::string> arguments, Messages& messages) {
  const auto command = entry.make();
  const auto app = make_app(entry, *command);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 takes them
  try {
    app->parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    print(app->help());
    return kAllAnswered;
  } catch (const CLI::ParseError& error) {
    fail_parse(*app, error);
  }
  Context context{messages, model_search(), {}};
  try {
    return command->run(context);
  } catch (const Error& error) {
    // What is found wrong while a model is used, is wrong with its file.
    if (error.code() != ErrorCode::malformed || !error.path().empty()) throw;
    throw Error(ErrorCode::malformed, error.message(), context.model_path);
  }
}

bool is_common_flag(const std::string& argument) {
  return argument == "-q" || argument == "--quiet" || argument == "-v" || argument == "-vv" ||
         argument == "--verbose";
}

int run(const std::vector<std::string>& arguments, Messages& messages) {
  if (arguments.empty()) {
    messages.error("no command (`wordvec --help` lists them)");
    return kWrongUsage;
  }
  const std::string& first = arguments.front();
  if (first == "-h" || first == "--help" || (first == "help" && arguments.size() == 1)) {
    print(overview());
    return kAllAnswered;
  }
  if (first == "--version") {
    print("wordvec " WORDVEC_VERSION "\n");
    return kAllAnswered;
  }
  if (first == "help") return run_command(find_command(arguments[1]), {"--help"}, messages);
  // Flags that every command has may stand before it.
  const auto name = std::find_if_not(arguments.begin(), arguments.end(), is_common_flag);
  if (name == arguments.end() || name->starts_with('-')) {
    throw Error(ErrorCode::usage,
                "expected a command" +
                    (name == arguments.end() ? std::string() : ", found " + in_quotes(*name)) +
                    " (`wordvec --help` lists them)");
  }
  std::vector<std::string> rest(arguments.begin(), name);
  rest.insert(rest.end(), name + 1, arguments.end());
  return run_command(find_command(*name), std::move(rest), messages);
}

int exit_status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
    case ErrorCode::query:
      return kWrongUsage;
    case ErrorCode::io:
    case ErrorCode::malformed:
      return kFileError;
    case ErrorCode::closed_pipe:
      return kAllAnswered;
  }
  return kFileError;
}

int guarded_run(const std::vector<std::string>& arguments) {
  Messages messages;
  try {
    return run(arguments, messages);
  } catch (const ClosedPipe&) {
    return kAllAnswered;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::closed_pipe) messages.error("{}", error.what());
    return exit_status_of(error.code());
  } catch (const std::bad_alloc&) {
    messages.error("out of memory");
    return kFileError;
  } catch (const std::exception& error) {
    messages.error("unexpected: {}", error.what());
    return kFileError;
  }
}

}  // namespace
}  // namespace wordvec::cli

int main(int argc, char** argv) {
  // Both become errors of write(), which name the file.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  return wordvec::cli::guarded_run({argv + 1, argv + argc});
}
