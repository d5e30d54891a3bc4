// Finds the command that is asked for, and runs it.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "commands/commands.h"
#include "program.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"

namespace wordvec::cli {
namespace {

std::string overview() {
  std::string text =
      "Word vectors: look up, find neighbours, solve analogies, measure, project, convert, download.\n\n"
      "Examples:\n"
      "  wordvec lookup king queen\n"
      "  wordvec nearest king - man + woman\n"
      "  wordvec analogy king man woman\n"
      "  wordvec similarity king queen\n"
      "  wordvec pca king queen man woman --out words.svg\n"
      "  wordvec convert glove.6B.300d.txt\n"
      "  wordvec fetch glove.6B.300d\n\n"
      "Usage: wordvec COMMAND [OPTIONS]\n";
  for (const CommandGroup& group : command_groups()) {
    text += fmt::format("\n{}:\n", group.title);
    for (const CommandEntry* entry : group.commands) {
      text += fmt::format("  {:<12}{}\n", entry->name, entry->summary);
    }
  }
  text +=
      "\nOptions:\n"
      "  -h, --help  Show this help, or `wordvec COMMAND --help` a command's\n"
      "  --version   Show the version\n\n"
      "Exit status: 0 all answered; 1 something was not found; 2 wrong usage; 3 a file could not\n"
      "be read or written, or is malformed.\n";
  return text;
}

int run(const std::vector<std::string>& arguments, Messages& messages) {
  if (arguments.empty()) {
    messages.error("no command (`wordvec --help` lists them)");
    return kWrongUsage;
  }
  const std::string& first = arguments.front();
  // Flags that every command has may stand before it.
  const auto name = std::find_if_not(arguments.begin(), arguments.end(), is_common_flag);
  const std::string asked = name == arguments.end() ? std::string() : *name;
  if (asked == "-h" || asked == "--help" || (first == "help" && arguments.size() == 1)) {
    print(overview());
    return kAllAnswered;
  }
  if (asked == "--version") {
    print("wordvec " WORDVEC_VERSION "\n");
    return kAllAnswered;
  }
  if (first == "help") {
    std::vector<std::string> rest(arguments.begin() + 2, arguments.end());
    rest.emplace_back("--help");
    return run_command(find_command(arguments[1]), rest, messages);
  }
  if (name == arguments.end() || name->starts_with('-')) {
    throw Error(ErrorCode::usage,
                "expected a command" +
                    (name == arguments.end() ? std::string() : ", found " + in_quotes(*name)) +
                    " (`wordvec --help` lists them)");
  }
  std::vector<std::string> rest(arguments.begin(), name);
  rest.insert(rest.end(), name + 1, arguments.end());
  return run_command(find_command(*name), rest, messages);
}

}  // namespace
}  // namespace wordvec::cli

int main(int argc, char** argv) {
  using namespace wordvec::cli;
  ignore_signals_of_writing();
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return guarded_run([&](Messages& messages) { return run(arguments, messages); });
}
