// The options and arguments of a command: how they are declared, parsed, and shown in its help.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// CLI11 does the work, and option_set.cpp alone includes it: its headers take seconds to compile,
// and each file that has them makes their constant objects anew when the program starts.
namespace CLI {
class Option;
}

namespace wordvec::cli {

// Says what is wrong with a value; empty: nothing. It may write it as it is to be read.
using Check = std::function<std::string(std::string& value)>;

// An option, or an argument, of an OptionSet that outlives it. A copy is the same option.
class Option {
 public:
  Option() = default;  // none yet: to be assigned to

  Option required();
  Option check(Check check);
  Option excludes(Option other);
  // The heading that the option stands under in help.
  Option group(const std::string& title);
  Option hide();  // from help and completion

  // As they are typed: "-m"; "--model"; and both.
  std::vector<std::string> short_names() const;
  std::vector<std::string> long_names() const;
  std::vector<std::string> names() const;
  std::string description() const;
  std::string value_name() const;
  bool is_positional() const;
  bool is_hidden() const;
  // How many values it can have at a time; 0: it is a flag.
  std::size_t most_values() const;
  bool takes_value() const { return most_values() > 0; }

  // Once arguments have been parsed.
  bool is_given() const;
  const std::vector<std::string>& values() const;  // of each time that it was given

 private:
  friend class OptionSet;
  explicit Option(CLI::Option* option) : option_(option) {}

  CLI::Option* option_ = nullptr;
};

// What help shows besides the options. The texts outlive it.
struct HelpText {
  std::string command;  // "wordvec nearest"
  std::string_view summary;
  std::string_view examples;
  std::string_view details;
};

enum class ParseStatus {
  parsed,
  asks_for_help,
  left_over,  // there are arguments too many, or options that are none of these
  wrong,
};

struct ParseOutcome {
  ParseStatus status = ParseStatus::parsed;
  std::vector<std::string> left_over;  // such arguments, in their order
  std::string problem;                 // what is wrong
};

class OptionSet {
 public:
  OptionSet();                               // without help
  explicit OptionSet(const HelpText& text);  // with the flag --help
  OptionSet(const OptionSet&) = delete;
  OptionSet& operator=(const OptionSet&) = delete;
  ~OptionSet();

  // `names`: of an option as help shows them, "-k,--count N", behind which it tells what value it
  // takes, or which ("mean|sum"), or each of several ("--between FROM TO"); "FILE" of an argument,
  // in its place. What is read goes into the variable, which outlives this. Of an option that is
  // given again, the last value is taken; a vector takes all, and of arguments any number. An empty
  // value is refused.
  Option add_option(const std::string& names, std::string& value, const std::string& help);
  Option add_option(const std::string& names, std::vector<std::string>& values,
                    const std::string& help);
  Option add_option(const std::string& names, std::function<void(const std::string& value)> take,
                    const std::string& help);
  // CLI11 alone would read "-1" as 2^64 - 1, so each has a check (numbers.h).
  Option add_number(const std::string& names, unsigned& value, Check check,
                    const std::string& help);
  Option add_number(const std::string& names, unsigned long& value, Check check,
                    const std::string& help);
  Option add_number(const std::string& names, unsigned long long& value, Check check,
                    const std::string& help);
  Option add_number(const std::string& names, float& value, Check check, const std::string& help);
  Option add_number(const std::string& names, double& value, Check check, const std::string& help);
  Option add_number(const std::string& names, std::optional<std::size_t>& value, Check check,
                    const std::string& help);
  Option add_number(const std::string& names, std::optional<double>& value, Check check,
                    const std::string& help);
  // An int counts how often the flag is given.
  Option add_flag(const std::string& names, bool& value, const std::string& help);
  Option add_flag(const std::string& names, int& count, const std::string& help);
  Option add_flag(const std::string& names, std::function<void()> set, const std::string& help);
  // Any number of arguments, behind all others, each a word as it is: a word that looks like an
  // option stands behind "--".
  void add_words(const std::string& name, std::vector<std::string>& words, const std::string& help);

  // "wordvec nearest"; empty where there is no help.
  const std::string& command() const;
  std::vector<Option> options() const;  // in the order of their declaration
  // "--count", "-k", "FILE".
  std::optional<Option> find(const std::string& name) const;

  // To be called once, when all options are declared. Throws what take() and set() throw.
  ParseOutcome parse(const std::vector<std::string>& arguments);
  std::string help() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// "-x", "--xyz"; but "-", "- man + king" and "-0.5 man + king" are queries.
bool looks_like_option(std::string_view argument);

}  // namespace wordvec::cli
