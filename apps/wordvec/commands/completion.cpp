#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/commands.h"
#include "options/choices.h"
#include "output/text_output.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/open/convert.h"
#include "wordvec/open/model.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kExamples =
    "  source <(wordvec completion bash)      for this shell\n"
    "  wordvec completion bash > ~/.local/share/bash-completion/completions/wordvec\n"
    "  wordvec completion zsh > ~/.zfunc/_wordvec\n"
    "  wordvec completion fish > ~/.config/fish/completions/wordvec.fish\n";

struct OptionNames {
  std::vector<std::string> flags;  // "--model", "-m"
  std::string description;
  std::vector<std::string> choices;  // of its value, where they are few
};

// Every option of a command, from the same definition that parses them; of one with topics only
// what it has itself.
std::vector<OptionNames> options_of(const CommandEntry& entry) {
  if (!entry.topics.empty()) return {{{"--help", "-h"}, "Show this help and exit", {}}};
  const auto command = entry.make();
  const auto app = make_app(entry, *command);
  std::vector<OptionNames> options;
  for (const CLI::Option* option : app->get_options()) {
    if (option->get_positional() || option->get_group().empty()) continue;  // or hidden
    OptionNames names;
    for (const std::string& name : option->get_lnames()) names.flags.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.flags.push_back("-" + name);
    names.description = option->get_description();
    names.choices = choices_of(*option);
    options.push_back(std::move(names));
  }
  return options;
}

std::string command_names() {
  std::string names;
  for (const CommandEntry* entry : commands()) {
    names += (names.empty() ? "" : " ") + std::string(entry->name);
  }
  return names;
}

std::string flags_of(const CommandEntry& entry) {
  std::string flags;
  for (const OptionNames& option : options_of(entry)) {
    for (const std::string& flag : option.flags) flags += (flags.empty() ? "" : " ") + flag;
  }
  return flags;
}

// What can stand behind an option, or be the argument of a command (its name).
struct Values {
  std::vector<std::string> after;
  std::string words;    // a list
  std::string command;  // or what prints one a line, in any shell
};

Values topic_values(const CommandEntry& entry) {
  return {{std::string(entry.name)}, fmt::format("{}", fmt::join(topic_names(entry), " ")), ""};
}

std::vector<Values> known_values() {
  const std::string models = "wordvec -q models --format tsv --no-header 2>/dev/null | cut -f 1";
  std::vector<Values> values = {
      {{"--model", "-m", "--default", "--merge", "index", "compare"}, "", models},
      {{"fetch"}, "", "wordvec fetch --list --format tsv --no-header 2>/dev/null | cut -f 1"},
      {{"--from", "--from-a", "--from-b"}, fmt::format("{}", fmt::join(format_names(), " ")), ""},
      {{"--to"}, fmt::format("{}", fmt::join(written_format_names(), " ")), ""},
      {{"--format", "-f"}, "auto table tsv csv json ndjson", ""},
      {{"completion"}, "bash zsh fish", ""}};
  for (const CommandEntry* entry : commands()) {
    if (!entry->topics.empty()) values.push_back(topic_values(*entry));
  }
  return values;
}

// What can follow options of a command or topic, whose words `command` matches.
std::string bash_choice_cases(const CommandEntry& entry, const std::string& command) {
  std::string cases;
  for (const OptionNames& option : options_of(entry)) {
    if (option.choices.empty()) continue;
    std::string patterns;
    for (const std::string& flag : option.flags) {
      patterns += fmt::format("{}{}' {}'", patterns.empty() ? "" : "|", command, flag);
    }
    cases += fmt::format("    {}) words='{}' ;;\n", patterns, fmt::join(option.choices, " "));
  }
  return cases;
}

std::string bash_script() {
  std::string value_cases;
  for (const Values& values : known_values()) {
    std::string patterns;
    for (const std::string& word : values.after) {
      if (!patterns.empty()) patterns += '|';
      patterns += word;
    }
    value_cases += values.command.empty()
                       ? fmt::format("    {}) words='{}' ;;\n", patterns, values.words)
                       : fmt::format("    {}) words=$({}) ;;\n", patterns, values.command);
  }
  std::string cases;
  std::string topic_cases;
  std::string choice_cases;
  for (const CommandEntry* entry : commands()) {
    cases += fmt::format("    {}) words='{}' ;;\n", entry->name, flags_of(*entry));
    choice_cases += bash_choice_cases(*entry, fmt::format("'{} '*", entry->name));
    for (const CommandEntry* topic : entry->topics) {
      topic_cases += fmt::format("    '{}') words='{}' ;;\n", topic->name, flags_of(*topic));
      choice_cases += bash_choice_cases(*topic, fmt::format("'{}'", topic->name));
    }
  }
  return fmt::format(R"(# bash completion for wordvec
_wordvec() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} command= topic= word words
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    [[ $word == -* ]] && continue
    [[ -z $command ]] && {{ command=$word; continue; }}
    topic=$word
    break
  done
  case $command in
    '') words='{} help --help --version' ;;
{}  esac
  case "$command $topic" in
{}  esac
  if [[ -z $command || $current == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  words=
  case ${{COMP_WORDS[COMP_CWORD-1]}} in
{}  esac
  case "$command $topic ${{COMP_WORDS[COMP_CWORD-1]}}" in
{}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
}}
complete -o filenames -o bashdefault -F _wordvec wordvec
)",
                     command_names(), cases, topic_cases, value_cases, choice_cases);
}

std::string zsh_script() {
  return "#compdef wordvec\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script();
}

std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// The values behind an option, or behind a command that is given like one; nullopt: none are known.
std::optional<std::string> fish_values(const OptionNames& option) {
  const std::vector<std::string>& words = option.flags;
  if (!option.choices.empty()) {
    return fish_quoted(fmt::format("{}", fmt::join(option.choices, " ")));
  }
  for (const Values& values : known_values()) {
    for (const std::string& word : words) {
      if (std::find(values.after.begin(), values.after.end(), word) == values.after.end()) continue;
      return fish_quoted(values.command.empty() ? values.words
                                                : fmt::format("({})", values.command));
    }
  }
  return std::nullopt;
}

// The options of a command or topic, offered where `condition` holds.
std::string fish_options(const CommandEntry& entry, const std::string& condition) {
  std::string script;
  for (const OptionNames& option : options_of(entry)) {
    script += "complete -c wordvec -n '" + condition + "'";
    for (const std::string& flag : option.flags) {
      script += flag.starts_with("--") ? " -l " + flag.substr(2) : " -s " + flag.substr(1);
    }
    script += " -d " + fish_quoted(option.description);
    if (const auto values = fish_values(option)) script += " -x -a " + *values;
    script += '\n';
  }
  return script;
}

std::string fish_script() {
  std::string script = "# fish completion for wordvec\n";
  for (const CommandEntry* entry : commands()) {
    script += fmt::format("complete -c wordvec -n __fish_use_subcommand -a {} -d {}\n", entry->name,
                          fish_quoted(std::string(entry->summary)));
    const std::string seen = fmt::format("__fish_seen_subcommand_from {}", entry->name);
    script += fish_options(*entry, seen);
    for (const CommandEntry* topic : entry->topics) {
      script += fish_options(
          *topic, fmt::format("{}; and __fish_seen_subcommand_from {}", seen, topic_name(*topic)));
    }
    if (const auto values = fish_values({{std::string(entry->name)}, "", {}})) {
      script += fmt::format("complete -c wordvec -n '__fish_seen_subcommand_from {}' -a {}\n",
                            entry->name, *values);
    }
  }
  return script;
}

class Completion final : public Command {
 public:
  void define(CLI::App& app) override {
    app.add_option("SHELL", shell_, "bash, zsh or fish")->required()->type_name("");
  }

  int run(Context& /*context*/) override {
    std::string script;
    if (shell_ == "bash") {
      script = bash_script();
    } else if (shell_ == "zsh") {
      script = zsh_script();
    } else if (shell_ == "fish") {
      script = fish_script();
    } else {
      throw Error(ErrorCode::usage,
                  "unknown shell " + in_quotes(shell_) + ", expected bash, zsh or fish");
    }
    const auto out = make_standard_output();
    out->buffer() += script;
    out->finish();
    return kAllAnswered;
  }

 private:
  std::string shell_;
};

}  // namespace

const CommandEntry kCompletionCommand = {
    "completion", "Print a shell's completion script", kExamples, "",
    []() -> std::unique_ptr<Command> { return std::make_unique<Completion>(); }};

}  // namespace wordvec::cli
