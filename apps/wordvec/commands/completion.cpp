#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/commands.h"
#include "options/choices.h"
#include "output/text_output.h"
#include "program.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/open/convert.h"
#include "wordvec/open/model.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kCompletionExamples =
    "  source <(wordvec completion bash)      for this shell\n"
    "  wordvec completion bash > ~/.local/share/bash-completion/completions/wordvec\n"
    "  wordvec completion zsh > ~/.zfunc/_wordvec\n"
    "  wordvec completion fish > ~/.config/fish/completions/wordvec.fish\n";

// What can be offered in a place.
struct Values {
  std::string words;    // a list
  std::string command;  // or what prints one a line, in any shell
  bool only = false;    // no file can stand there
};

struct OptionNames {
  std::vector<std::string> flags;  // "--model", "-m"
  std::string description;
  Choices choices;  // of its value
};

// Every option of a set, from the same definition that parses them.
std::vector<OptionNames> names_of(const OptionSet& options) {
  std::vector<OptionNames> all;
  for (const Option& option : options.options()) {
    if (option.is_positional() || option.is_hidden()) continue;
    OptionNames names{option.long_names(), option.description(), choices_of(option)};
    for (std::string& name : option.short_names()) names.flags.push_back(std::move(name));
    all.push_back(std::move(names));
  }
  return all;
}

// Of a command; of one with topics only what it has itself.
std::vector<OptionNames> options_of(const CommandEntry& entry) {
  if (!entry.topics.empty()) return {{{"--help", "-h"}, "Show this help and exit", {}}};
  const auto command = entry.make();
  return names_of(*make_options(entry, *command));
}

// Those that may stand before a command.
std::vector<OptionNames> leading_options() {
  return names_of(*make_leading_options());
}

// "--model|-m|…": those of them behind which a value stands.
std::string leading_options_with_values(const char* between) {
  std::vector<std::string> names;
  const auto options = make_leading_options();
  for (const Option& option : options->options()) {
    if (!option.takes_value()) continue;
    for (std::string& name : option.names()) names.push_back(std::move(name));
  }
  return fmt::format("{}", fmt::join(names, between));
}

std::string command_names() {
  std::string names;
  for (const CommandEntry* entry : commands()) {
    names += (names.empty() ? "" : " ") + std::string(entry->name);
  }
  return names;
}

std::string flags_of(const std::vector<OptionNames>& options) {
  std::string flags;
  for (const OptionNames& option : options) {
    for (const std::string& flag : option.flags) flags += (flags.empty() ? "" : " ") + flag;
  }
  return flags;
}

// Values and what they stand behind: options, or commands.
struct KnownValues {
  std::vector<std::string> after;
  Values values;
  bool repeated = false;  // each argument of the command is one, not the first alone
};

constexpr const char* kModels = "wordvec -q models --format tsv --no-header 2>/dev/null | cut -f 1";

// Of options that mean the same in every command.
std::vector<KnownValues> values_of_options() {
  return {{{"--model", "-m", "--merge"}, {"", kModels, false}},
          {{"--default"}, {"", kModels, true}},
          {{"--from", "--from-a", "--from-b"},
           {fmt::format("{}", fmt::join(format_names(), " ")), "", true}},
          {{"--to"}, {fmt::format("{}", fmt::join(written_format_names(), " ")), "", true}},
          {{"--format", "-f"}, {"auto table tsv csv json ndjson", "", true}}};
}

std::vector<KnownValues> values_of_arguments() {
  std::vector<KnownValues> known = {
      {{"index"}, {"", kModels, false}},
      {{"compare"}, {"", kModels, false}, true},
      {{"fetch"},
       {"", "wordvec fetch --list --format tsv --no-header 2>/dev/null | cut -f 1", true}},
      {{"completion"}, {"bash zsh fish", "", true}},
      {{"help"}, {command_names(), "", true}}};
  for (const CommandEntry* entry : commands()) {
    if (entry->topics.empty()) continue;
    known.push_back({{std::string(entry->name)},
                     {fmt::format("{}", fmt::join(topic_names(*entry), " ")), "", true}});
  }
  return known;
}

std::optional<Values> find_values(const std::vector<KnownValues>& known, const std::string& word) {
  for (const KnownValues& entry : known) {
    if (std::find(entry.after.begin(), entry.after.end(), word) != entry.after.end()) {
      return entry.values;
    }
  }
  return std::nullopt;
}

std::optional<Values> values_of(const OptionNames& option) {
  if (!option.choices.names.empty()) {
    return Values{fmt::format("{}", fmt::join(option.choices.names, " ")), "", option.choices.only};
  }
  const auto known = values_of_options();
  for (const std::string& flag : option.flags) {
    if (auto values = find_values(known, flag)) return values;
  }
  return std::nullopt;
}

std::string bash_case(const std::string& patterns, const Values& values) {
  const std::string source =
      values.command.empty() ? "words='" + values.words + '\'' : "names=$(" + values.command + ')';
  return fmt::format("    {}) {}{} ;;\n", patterns, source, values.only ? " files=" : "");
}

std::string bash_option_cases() {
  std::string cases;
  for (const KnownValues& entry : values_of_options()) {
    cases += bash_case(fmt::format("{}", fmt::join(entry.after, "|")), entry.values);
  }
  return cases;
}

std::string bash_argument_cases() {
  std::string cases;
  for (const KnownValues& entry : values_of_arguments()) {
    const std::string_view more = entry.repeated ? "*" : "";
    for (const std::string& command : entry.after) {
      cases += bash_case(fmt::format("'{} '{}", command, more), entry.values);
    }
  }
  return cases;
}

// What can follow options of a command or topic, whose words `command` matches.
std::string bash_choice_cases(const std::vector<OptionNames>& options, const std::string& command) {
  std::string cases;
  for (const OptionNames& option : options) {
    if (option.choices.names.empty()) continue;
    std::string patterns;
    for (const std::string& flag : option.flags) {
      patterns += fmt::format("{}{}' {}'", patterns.empty() ? "" : "|", command, flag);
    }
    cases += bash_case(patterns, *values_of(option));
  }
  return cases;
}

// Bash takes --option=value apart at the '=', where COMP_WORDBREAKS has one; zsh never does. What
// is a name and no file must not be taken for one, which a folder of the same name would make it.
// Names come from outside: nothing may expand or split them, as compgen -W and $(...) in an array
// would, or leave a line that does. Readline quotes what is offered beside files or in an open
// quote, but for a $ or ` in what is no file. It takes a word to begin after an open quote. Zsh
// quotes all, and matches in its own way.
std::string bash_script(std::string_view list_files = "compgen -f -- \"$current\"") {
  std::string cases;
  std::string topic_cases;
  std::string choice_cases = bash_choice_cases(leading_options(), "' '");
  for (const CommandEntry* entry : commands()) {
    const std::vector<OptionNames> options = options_of(*entry);
    cases += fmt::format("    {}) words='{}' ;;\n", entry->name, flags_of(options));
    choice_cases += bash_choice_cases(options, fmt::format("'{} '*", entry->name));
    for (const CommandEntry* topic : entry->topics) {
      const std::vector<OptionNames> of_topic = options_of(*topic);
      topic_cases += fmt::format("    '{}') words='{}' ;;\n", topic->name, flags_of(of_topic));
      choice_cases += bash_choice_cases(of_topic, fmt::format("'{}'", topic->name));
    }
  }
  return fmt::format(R"--(# bash completion for wordvec
_wordvec() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} option= prefix= words_only= command= topic=
  local word words= names= files=yes quote= typed= zsh=${{ZSH_VERSION-}}
  for word in "${{COMP_WORDS[@]:1:$((COMP_CWORD - 1))}}"; do
    if [[ -z $words_only && $word == '--' ]]; then
      words_only=yes option=
    elif [[ -z $words_only && $word == -* ]]; then
      option=$word
    elif [[ -z $option || $word != '=' ]]; then
      # What follows other options may be the command, or their value, and they come after it.
      case $option in
        {0}) ;;
        *) if [[ -z $command ]]; then command=$word; elif [[ -z $topic ]]; then topic=$word; fi ;;
      esac
      option=
    fi
  done
  if [[ -n $option && $current == '=' ]]; then
    current=
  elif [[ -z $words_only && $current == --*=* ]]; then
    option=${{current%%=*}} prefix=${{current%%=*}}= current=${{current#*=}}
  elif [[ -z $words_only && $current == -* ]]; then
    files=
  elif [[ -z $command ]]; then
    case $option in
      {0}) ;;
      *) files= ;;
    esac
  fi
  if [[ -z $files ]]; then
    case $command in
      '')
        words='{1} help --help --version'
        [[ $current != -* ]] || words="$words {2}"
        ;;
{3}    esac
    case "$command $topic" in
{4}    esac
  elif [[ -n $option ]]; then
    case $option in
{5}    esac
    case "$command $topic $option" in
{6}    esac
  else
    case "$command $topic" in
{7}    esac
  fi
  [[ -z $words ]] || names=${{words// /$'\n'}}
  case $current in
    [\'\"]*)
      quote=${{current:0:1}} current=${{current:1}}
      [[ -n $zsh ]] || prefix=
      ;;
  esac
  typed=$current
  # Without -r, read takes the backslashes away.
  [[ $quote == \' ]] || IFS= read typed <<< "$current"
  [[ -z $files ]] || files=$({8})
  COMPREPLY=()
  while IFS= read -r word; do
    [[ -n $word && ( -n $zsh || $word == "$typed"* ) ]] || continue
    if [[ -z $quote$files$zsh ]]; then
      printf -v word %q "$word"
    elif [[ -z $zsh && $word == *[\`\$]* ]]; then
      continue
    fi
    COMPREPLY+=("$prefix$word")
  done <<< "$names"
  [[ -n $quote$files ]] || compopt +o filenames 2>/dev/null
  while IFS= read -r word; do
    [[ -z $word ]] || COMPREPLY+=("$prefix$word")
  done <<< "$files"
}}
complete -o filenames -o bashdefault -F _wordvec wordvec
)--",
                     leading_options_with_values("|"), command_names(), flags_of(leading_options()),
                     cases, topic_cases, bash_option_cases(), choice_cases, bash_argument_cases(),
                     list_files);
}

std::string zsh_script() {
  // Its compgen makes a pattern of $PREFIX.
  constexpr std::string_view kListFiles =
      "[[ $current != \\~/* ]] || current=$HOME${current#?}; "
      "IPREFIX= PREFIX=\"${(b)${(Q)current}}\" compgen -f";
  return "#compdef wordvec\nautoload -U +X bashcompinit && bashcompinit\n" +
         bash_script(kListFiles) +
         "# At the first TAB a file that is loaded by its name is the completion itself.\n"
         "if [[ $funcstack[1] == _wordvec ]]; then\n"
         "  _bash_complete -o filenames -o bashdefault -F _wordvec\n"
         "fi\n";
}

std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish_list(const Values& values) {
  return " -a " +
         fish_quoted(values.command.empty() ? values.words : fmt::format("({})", values.command));
}

// Options that may stand where `condition` holds.
std::string fish_options(const std::vector<OptionNames>& options, const std::string& condition) {
  std::string script;
  for (const OptionNames& option : options) {
    script += fmt::format("complete -c wordvec -n '{}'", condition);
    for (const std::string& flag : option.flags) {
      script += flag.starts_with("--") ? " -l " + flag.substr(2) : " -s " + flag.substr(1);
    }
    script += " -d " + fish_quoted(option.description);
    if (const auto values = values_of(option)) {
      script += (values->only ? " -x" : " -r") + fish_list(*values);
    }
    script += '\n';
  }
  return script;
}

std::string fish_script() {
  std::string with_topics;
  for (const CommandEntry* entry : commands()) {
    if (!entry->topics.empty()) with_topics += ' ' + std::string(entry->name);
  }
  std::string script = fmt::format(R"(# fish completion for wordvec
function __wordvec_is
    set -l words
    set -l option
    for word in (commandline -opc)[2..-1]
        if contains -- "$option" {0}
            set option
        else if string match -q -- '-*' $word
            set option $word
        else
            set option
            set -a words $word
        end
    end
    contains -- "$words[1]" {1}; or set words $words[1]
    test "$words[1..2]" = "$argv"
end
complete -c wordvec -n __wordvec_is -l help -s h -d 'Show this help and exit'
complete -c wordvec -n __wordvec_is -l version -d 'Show the version'
complete -c wordvec -n __wordvec_is -f -a help -d 'Show the help of a command'
)",
                                   leading_options_with_values(" "), with_topics.substr(1));
  script += fish_options(leading_options(), "__wordvec_is");
  for (const CommandEntry* entry : commands()) {
    script += fmt::format("complete -c wordvec -n __wordvec_is -f -a {} -d {}\n", entry->name,
                          fish_quoted(std::string(entry->summary)));
    const auto of = [](const CommandEntry& command) {
      return fish_options(options_of(command), fmt::format("__wordvec_is {}", command.name));
    };
    script += of(*entry);
    for (const CommandEntry* topic : entry->topics) script += of(*topic);
  }
  for (const KnownValues& known : values_of_arguments()) {
    for (const std::string& command : known.after) {
      script += fmt::format("complete -c wordvec -n '__wordvec_is {}'{}{}\n", command,
                            known.values.only ? " -f" : "", fish_list(known.values));
    }
  }
  return script;
}

class Completion final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_option("SHELL", shell_, "bash, zsh or fish").required();
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
    "completion", "Print a shell's completion script", kCompletionExamples, "",
    []() -> std::unique_ptr<Command> { return std::make_unique<Completion>(); }};

}  // namespace wordvec::cli
