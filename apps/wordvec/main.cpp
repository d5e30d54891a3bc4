// Finds the command that is asked for, and runs it.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "commands/commands.h"
#include "program.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"

namespace wordvec::cli {
namespace {

std::string leading_options() {
  std::string text;
  std::size_t column = 0;
  const auto options = make_leading_options();
  for (const Option& option : options->options()) {
    const std::string name = option.names().front();
    constexpr std::size_t kColumns = 98;
    if (column + name.size() > kColumns) {
      text += ",\n";
      column = 0;
    }
    text += (column == 0 ? "" : ", ") + name;
    column += name.size() + 2;
  }
  return "Those that commands share may also stand before the command, as\n"
         "`wordvec -m glove.6B.300d nearest king`:\n  " +
         text + "\n\n";
}

std::string overview() {
  std::string text =
      "Word vectors: look up, find neighbours, solve analogies, measure, project, convert, "
      "download.\n\n"
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
      "  --version   Show the version\n\n" +
      leading_options() +
      "Exit status: 0 all answered; 1 something was not found; 2 wrong usage; 3 a file could not\n"
      "be read or written, or is malformed.\n";
  return text;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const CommandEntry* entry : commands()) names.emplace_back(entry->name);
  return names;
}

bool has_option(const CommandEntry& entry, const std::string& name) {
  for (const CommandEntry* topic : entry.topics) {
    if (has_option(*topic, name)) return true;
  }
  if (!entry.topics.empty()) return false;
  const auto command = entry.make();
  return make_options(entry, *command)->find(name).has_value();
}

constexpr const char* kLists = " (`wordvec --help` lists them)";

[[noreturn]] void fail_without_command(const std::string& found) {
  const bool is_long = found.starts_with("--");
  const std::string name = is_long ? found.substr(0, found.find('=')) : found.substr(0, 2);
  const bool is_of_a_command =
      std::any_of(commands().begin(), commands().end(),
                  [&](const CommandEntry* entry) { return has_option(*entry, name); });
  throw Error(ErrorCode::usage,
              "expected a command, found " + in_quotes(found) +
                  (is_of_a_command ? ", an option that stands after the command's name" : "") +
                  kLists);
}

int run(const std::vector<std::string>& arguments, Messages& messages) {
  if (arguments.empty()) {
    messages.error("no command (`wordvec --help` lists them)");
    return kWrongUsage;
  }
  const std::vector<std::string> names = command_names();
  const LeadingArguments leading = find_leading(arguments, names);
  const auto name = arguments.begin() + static_cast<std::ptrdiff_t>(leading.count);
  if (name == arguments.end()) {
    throw Error(ErrorCode::usage, "expected a command" + leading.doubt + kLists);
  }
  if (*name == "-h" || *name == "--help" || (*name == "help" && name + 1 == arguments.end())) {
    print(overview());
    return kAllAnswered;
  }
  if (*name == "--version") {
    print("wordvec " WORDVEC_VERSION "\n");
    return kAllAnswered;
  }
  if (*name == "help") {
    std::vector<std::string> rest(name + 2, arguments.end());
    rest.emplace_back("--help");
    return run_command(find_command(name[1]), rest, messages);
  }
  if (name->starts_with('-')) fail_without_command(*name);
  if (!leading.doubt.empty() && std::find(names.begin(), names.end(), *name) == names.end()) {
    throw Error(ErrorCode::usage,
                "there is no command " + in_quotes(*name) + leading.doubt + kLists);
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
