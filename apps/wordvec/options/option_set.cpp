#include "options/option_set.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Error.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cctype>
#include <iterator>
#include <limits>
#include <utility>

#include "wordvec/base/quote.h"

namespace wordvec::cli {
namespace {

constexpr int kMaxWords = std::numeric_limits<int>::max() / 2;

// Help that starts with examples.
class HelpFormatter final : public CLI::Formatter {
 public:
  explicit HelpFormatter(HelpText text) : text_(std::move(text)) { column_width(28); }

  std::string make_help(const CLI::App* app, std::string /*name*/,
                        CLI::AppFormatMode mode) const override {
    std::string help = std::string(text_.summary) + "\n\nExamples:\n";
    help += text_.examples;
    help += "\nUsage: " + app->get_name() + usage_words(*app) + " [OPTIONS]\n";
    if (!text_.details.empty()) help += '\n' + std::string(text_.details);
    help += make_positionals(app);
    help += make_groups(app, mode);
    return help;
  }

  // The type's name of an option with several values names each of them.
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_expected_min() > 1) return ' ' + option->get_type_name();
    return Formatter::make_option_opts(option);
  }

  // Wrapped, so that help fits a hundred columns; the base class indents what follows a line end.
  std::string make_option_desc(const CLI::Option* option) const override {
    constexpr std::size_t kColumns = 70;
    std::string text = option->get_description();
    std::size_t line_begin = 0;
    while (text.size() - line_begin > kColumns) {
      const std::size_t space = text.rfind(' ', line_begin + kColumns);
      if (space == std::string::npos || space <= line_begin) break;
      text[space] = '\n';
      line_begin = space + 1;
    }
    return text;
  }

 private:
  static std::string usage_words(const CLI::App& app) {
    std::string words;
    for (const CLI::Option* option : app.get_options()) {
      if (!option->get_positional()) continue;
      const bool many = option->get_items_expected_max() > 1;
      const std::string name = option->get_name() + (many ? "…" : "");
      words += option->get_required() ? ' ' + name : " [" + name + "]";
    }
    return words;
  }

  HelpText text_;
};

// An empty value is a shell variable that was not set, not a wish for the default.
constexpr const char* kEmptyValue = "found an empty value";
std::string refuse_empty(const std::string& value) {
  return value.empty() ? kEmptyValue : "";
}

// CLI11 takes "[a]" for a list in brackets where there may be several values, but it may be a
// file's name: a mark before the bracket hides it.
constexpr char kMark = '\x01';

std::string marked(const std::string& argument) {
  const bool is_hidden = argument.starts_with('[') || argument.starts_with(kMark);
  return is_hidden ? kMark + argument : argument;
}

std::string remove_mark(std::string& argument) {
  if (argument.starts_with(kMark)) argument.erase(0, 1);
  return {};  // as CLI11 is told that nothing is wrong
}

std::vector<std::string> left_over_of(const CLI::App& app) {
  std::vector<std::string> arguments = app.remaining();
  for (std::string& argument : arguments) remove_mark(argument);
  return arguments;
}

// CLI11 takes "-hello there" for -h, and "-v king" for -v and a word "- king"; they are words, or
// options misspelt.
std::optional<std::string> find_joined_flags(const std::vector<std::string>& arguments) {
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  const auto found = std::find_if(arguments.begin(), end, [](const std::string& argument) {
    const bool is_flag = argument.size() > 2 && argument[0] == '-' &&
                         std::string_view("hqv").find(argument[1]) != std::string_view::npos;
    return is_flag && argument.find_first_not_of("qv", 1) != std::string::npos;
  });
  return found == end ? std::nullopt : std::optional(*found);
}

// What is wrong with the value of an option in one argument, "--NAME=VALUE". CLI11 takes the next
// argument for the value of "--model=", which is a shell variable that was not set. For the value
// of a flag it takes numbers too, and ends with an exception of another kind where one is too
// large.
std::optional<std::string> find_bad_value(const std::vector<std::string>& arguments,
                                          const OptionSet& options) {
  for (const std::string& argument : arguments) {
    if (argument == "--") break;
    const std::size_t equals = argument.find('=');
    if (!argument.starts_with("--") || equals == std::string::npos) continue;
    const std::string name = argument.substr(0, equals);
    const std::string value = argument.substr(equals + 1);
    const std::optional<Option> option = options.find(name);
    if (!option) continue;
    if (option->takes_value()) {
      if (value.empty()) return name + ": " + kEmptyValue;
    } else if (value != "true" && value != "false") {
      return name + ": expected true or false, found " + in_quotes(value);
    }
  }
  return std::nullopt;
}

// What the library finds wrong, and what it does not say well.
std::string problem_of(const CLI::ParseError& error, const CLI::App& app) {
  std::string text = error.what();
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ArgumentMismatch)) return text;
  // The library's text begins with the option's name.
  const std::string name = text.substr(0, text.find(':'));
  const CLI::Option* const option = app.get_option_no_throw(name);
  const int values = option == nullptr ? 1 : option->get_items_expected_min();
  return fmt::format("the option {} needs {}", name,
                     values > 1 ? fmt::format("{} values", values) : "a value");
}

}  // namespace

Option Option::required() {
  option_->required();
  return *this;
}

Option Option::check(Check check) {
  option_->transform(CLI::Validator(std::move(check), ""));  // CLI11's check() would undo a change
  return *this;
}

Option Option::excludes(Option other) {
  option_->excludes(other.option_);
  return *this;
}

Option Option::group(const std::string& title) {
  option_->group(title);
  return *this;
}

Option Option::hide() {
  return group("");
}

std::vector<std::string> Option::short_names() const {
  std::vector<std::string> names;
  for (const std::string& name : option_->get_snames()) names.push_back("-" + name);
  return names;
}

std::vector<std::string> Option::long_names() const {
  std::vector<std::string> names;
  for (const std::string& name : option_->get_lnames()) names.push_back("--" + name);
  return names;
}

std::vector<std::string> Option::names() const {
  std::vector<std::string> names = short_names();
  for (std::string& name : long_names()) names.push_back(std::move(name));
  return names;
}

std::string Option::description() const {
  return option_->get_description();
}

std::string Option::value_name() const {
  return option_->get_type_name();
}

bool Option::is_positional() const {
  return option_->get_positional();
}

bool Option::is_hidden() const {
  return option_->get_group().empty();
}

std::size_t Option::most_values() const {
  return static_cast<std::size_t>(option_->get_items_expected_max());
}

bool Option::is_given() const {
  return option_->count() > 0;
}

const std::vector<std::string>& Option::values() const {
  return option_->results();
}

struct OptionSet::Parts {
  CLI::App app;

  // `add` declares the option by the names that are typed alone.
  template <class Add>
  static Option add_option(const std::string& names, const Add& add) {
    // What an argument takes, its name says already.
    const std::size_t typed = names.starts_with('-') ? names.find(' ') : std::string::npos;
    const std::string value = typed == std::string::npos ? "" : names.substr(typed + 1);
    CLI::Option* const option = add(names.substr(0, typed));
    option->type_name(value);
    const auto values = std::count(value.begin(), value.end(), ' ') + 1;
    if (values > 1) option->expected(static_cast<int>(values));
    return Option(option);
  }

  template <class Number>
  Option add_number(const std::string& names, Number& value, Check check, const std::string& help) {
    return add_option(names,
                      [&](const std::string& typed) { return app.add_option(typed, value, help); })
        .check(std::move(check));
  }
};

OptionSet::OptionSet() : parts_(std::make_unique<Parts>()) {
  parts_->app.set_help_flag();
}

OptionSet::OptionSet(const HelpText& text) : parts_(std::make_unique<Parts>()) {
  parts_->app.name(text.command);
  parts_->app.formatter(std::make_shared<HelpFormatter>(text));
  parts_->app.set_help_flag("-h,--help", "Show this help and exit");
}

OptionSet::~OptionSet() = default;

Option OptionSet::add_option(const std::string& names, std::string& value,
                             const std::string& help) {
  return parts_->add_option(
      names, [&](const std::string& typed) { return parts_->app.add_option(typed, value, help); });
}

Option OptionSet::add_option(const std::string& names, std::vector<std::string>& values,
                             const std::string& help) {
  return parts_->add_option(names, [&](const std::string& typed) {
    CLI::Option* const option = parts_->app.add_option(typed, values, help);
    // CLI11 would take what follows a value for another one. An argument takes more than one by
    // nothing else.
    return option->get_positional() ? option : option->allow_extra_args(false);
  });
}

Option OptionSet::add_option(const std::string& names,
                             std::function<void(const std::string& value)> take,
                             const std::string& help) {
  return parts_->add_option(names, [&](const std::string& typed) {
    return parts_->app.add_option_function(typed, take, help);
  });
}

Option OptionSet::add_number(const std::string& names, unsigned& value, Check check,
                             const std::string& help) {
  return parts_->add_number(names, value, std::move(check), help);
}

Option OptionSet::add_number(const std::string& names, unsigned long& value, Check check,
                             const std::string& help) {
  return parts_->add_number(names, value, std::move(check), help);
}

Option OptionSet::add_number(const std::string& names, unsigned long long& value, Check check,
                             const std::string& help) {
  return parts_->add_number(names, value, std::move(check), help);
}

Option OptionSet::add_number(const std::string& names, float& value, Check check,
                             const std::string& help) {
  return parts_->add_number(names, value, std::move(check), help);
}

Option OptionSet::add_number(const std::string& names, double& value, Check check,
                             const std::string& help) {
  return parts_->add_number(names, value, std::move(check), help);
}

Option OptionSet::add_number(const std::string& names, std::optional<std::size_t>& value,
                             Check check, const std::string& help) {
  return parts_->add_number(names, value, std::move(check), help);
}

Option OptionSet::add_number(const std::string& names, std::optional<double>& value, Check check,
                             const std::string& help) {
  return parts_->add_number(names, value, std::move(check), help);
}

Option OptionSet::add_flag(const std::string& names, bool& value, const std::string& help) {
  return Option(parts_->app.add_flag(names, value, help));
}

Option OptionSet::add_flag(const std::string& names, int& count, const std::string& help) {
  return Option(parts_->app.add_flag(names, count, help));
}

Option OptionSet::add_flag(const std::string& names, std::function<void()> set,
                           const std::string& help) {
  return Option(parts_->app.add_flag_callback(names, std::move(set), help));
}

void OptionSet::add_words(const std::string& name, std::vector<std::string>& words,
                          const std::string& help) {
  CLI::App& app = parts_->app;
  // CLI11 has options wherever they stand, and words that look like one are refused with a hint: so
  // the argument that help shows takes nothing, and the words are what is left over.
  app.add_option(name, help)->expected(0, kMaxWords)->allow_extra_args(false)->type_name("");
  app.allow_extras();
  app.callback([&app, &words] {
    bool words_only = false;
    for (std::string& argument : left_over_of(app)) {
      if (!words_only && argument == "--") {
        words_only = true;
      } else if (!words_only && looks_like_option(argument)) {
        throw CLI::ExtrasError({argument});
      } else {
        words.push_back(std::move(argument));
      }
    }
  });
}

const std::string& OptionSet::command() const {
  return parts_->app.get_name();
}

std::vector<Option> OptionSet::options() const {
  std::vector<Option> options;
  for (CLI::Option* option : parts_->app.get_options()) options.push_back(Option(option));
  return options;
}

std::optional<Option> OptionSet::find(const std::string& name) const {
  CLI::Option* const option = parts_->app.get_option_no_throw(name);
  return option == nullptr ? std::nullopt : std::optional(Option(option));
}

ParseOutcome OptionSet::parse(const std::vector<std::string>& arguments) {
  if (const auto flags = find_joined_flags(arguments)) {
    return {ParseStatus::left_over, {*flags}, {}};
  }
  if (auto problem = find_bad_value(arguments, *this)) {
    return {ParseStatus::wrong, {}, std::move(*problem)};
  }
  CLI::App& app = parts_->app;
  for (CLI::Option* option : app.get_options()) {
    option->check(refuse_empty);
    option->transform(CLI::Validator(remove_mark, ""));
    const bool takes_one = option->get_items_expected_max() == 1 && !option->get_positional();
    if (takes_one) option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  std::vector<std::string> reversed;  // as CLI11 takes them
  std::transform(arguments.rbegin(), arguments.rend(), std::back_inserter(reversed), marked);
  try {
    app.parse(std::move(reversed));
    return {};
  } catch (const CLI::CallForHelp&) {
    return {ParseStatus::asks_for_help, {}, {}};
  } catch (const CLI::ParseError& error) {
    const bool is_left_over =
        error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
    if (is_left_over) return {ParseStatus::left_over, left_over_of(app), {}};
    return {ParseStatus::wrong, {}, problem_of(error, app)};
  }
}

std::string OptionSet::help() const {
  return parts_->app.help();
}

bool looks_like_option(std::string_view argument) {
  if (argument.size() < 2 || argument[0] != '-') return false;
  const auto next = static_cast<unsigned char>(argument[1]);
  return next != ' ' && next != '.' && std::isdigit(next) == 0;
}

}  // namespace wordvec::cli
