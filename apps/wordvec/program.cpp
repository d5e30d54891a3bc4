#include "program.h"

#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <new>
#include <optional>
#include <utility>

#include "options/model_options.h"
#include "options/output_options.h"
#include "options/run_options.h"
#include "output/text_output.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/spelling_distance.h"

namespace wordvec::cli {
namespace {

[[noreturn]] void fail_usage(const OptionSet& options, const std::string& text) {
  throw Error(ErrorCode::usage, text + " (see `" + options.command() + " --help`)");
}

[[noreturn]] void fail_option(const OptionSet& options, const std::string& argument) {
  std::vector<std::string> names;
  bool takes_words = false;
  for (const Option& option : options.options()) {
    for (std::string& name : option.long_names()) names.push_back(std::move(name));
    takes_words = takes_words || (option.is_positional() && option.most_values() > 1);
  }
  const std::string name = argument.substr(0, argument.find('='));
  const bool is_leading = make_leading_options()->find(name).has_value();
  std::string text = is_leading ? options.command() + " has no option " + in_quotes(name)
                                : "there is no option " + in_quotes(argument);
  text += did_you_mean(name, names);
  if (takes_words) text += "; -- goes before words that begin with -";
  fail_usage(options, text);
}

// Some of the arguments are none that the command takes.
[[noreturn]] void fail_left_over(const OptionSet& options,
                                 const std::vector<std::string>& arguments) {
  const auto option = std::find_if(arguments.begin(), arguments.end(), looks_like_option);
  if (option != arguments.end()) fail_option(options, *option);
  fail_usage(options, "the argument " + in_quotes(arguments.front()) + " is one too many");
}

// The values that an option has of each time it is given: "a" and "b", or 'a b' and 'c d'.
std::vector<std::string> values_of_each_time(const Option& option) {
  const std::vector<std::string>& results = option.values();
  const std::size_t at_once = std::max<std::size_t>(option.most_values(), 1);
  std::vector<std::string> values;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (i % at_once == 0) {
      values.push_back(in_quotes(results[i]));
    } else {
      values.back() += ' ' + in_quotes(results[i]);
    }
  }
  return values;
}

// Which of the values was meant cannot be known. A flag may be given again, where it says the same.
void refuse_repeated(const OptionSet& options) {
  for (const Option& option : options.options()) {
    if (option.is_positional()) continue;
    std::vector<std::string> values = values_of_each_time(option);
    const bool is_flag = !option.takes_value();
    const bool differ =
        std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) != values.end();
    if (values.size() < 2 || (is_flag && !differ)) continue;
    std::string last = "with " + values.back();
    values.pop_back();
    const std::string times =
        values.size() == 1 ? "twice" : fmt::format("{} times", values.size() + 1);
    fail_usage(options, fmt::format("the option {} is given {}, with {} and {}: give it once",
                                    fmt::join(option.names(), ", "), times,
                                    fmt::join(values, ", with "), last));
  }
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// The installed tree and the build tree have the same shape, so the sample is where the program is.
std::string bundled_sample() {
  const std::string folder = program_folder();
  if (folder.empty()) return folder;
  return (std::filesystem::path(folder) / "../share/wordvec/sample.safetensors").lexically_normal();
}

ModelSearch model_search() {
  std::string data_home = environment("XDG_DATA_HOME");
  if (data_home.empty() && !environment("HOME").empty()) {
    data_home = environment("HOME") + "/.local/share";
  }
  return {environment("WORDVEC_MODEL"), data_home.empty() ? data_home : data_home + "/wordvec",
          bundled_sample()};
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

int run_topic(const CommandEntry& entry, const std::vector<std::string>& arguments,
              Messages& messages, const Model* open_model) {
  const std::vector<std::string> names = topic_names(entry);
  const LeadingArguments leading = find_leading(arguments, names);
  const auto asked = arguments.begin() + static_cast<std::ptrdiff_t>(leading.count);
  const std::string lists = fmt::format(" (`wordvec {}` lists them)", entry.name);
  // Flags alone ask for nothing else, but who gave a value meant to ask.
  if (asked == arguments.end() && leading.have_values) {
    throw Error(ErrorCode::usage, "expected a topic" + leading.doubt + lists);
  }
  if (asked == arguments.end() || *asked == "-h" || *asked == "--help") {
    print(topics_help(entry));
    return kAllAnswered;
  }
  if (looks_like_option(*asked)) {
    throw Error(ErrorCode::usage, "expected a topic, found " + in_quotes(*asked) + lists);
  }
  for (const CommandEntry* topic : entry.topics) {
    if (topic_name(*topic) != *asked) continue;
    std::vector<std::string> rest(arguments.begin(), asked);
    rest.insert(rest.end(), asked + 1, arguments.end());
    return run_command(*topic, rest, messages, open_model);
  }
  throw Error(ErrorCode::usage,
              "there is no topic " + in_quotes(*asked) +
                  (leading.doubt.empty() ? did_you_mean(*asked, names) : leading.doubt) + lists);
}

}  // namespace

void print(const std::string& text) {
  const auto out = make_standard_output();
  out->buffer() += text;
  out->finish();
}

std::string program_folder() {
  std::string path(4096, '\0');
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) return {};
  path.resize(static_cast<std::size_t>(size));
  path.resize(path.rfind('/'));
  return path;
}

void become_program(const OtherProgram& program, std::span<const std::string> arguments) {
  std::vector<std::string> texts = {program.name};
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  const std::string beside = program_folder() + '/' + program.name;
  ::execv(beside.c_str(), argv.data());
  int reason = errno;
  if (reason == ENOENT) {
    ::execvp(program.name, argv.data());
    reason = errno;
  }
  const std::string name = program.name;
  if (reason != ENOENT) throw Error::from_errno(reason, name, "cannot run");
  throw Error(ErrorCode::io, "the program " + name + " is missing: it is neither at " + beside +
                                 " nor in $PATH (it is built and installed with wordvec unless " +
                                 program.build_option + " is OFF)");
}

std::unique_ptr<OptionSet> make_leading_options() {
  auto options = std::make_unique<OptionSet>();
  // What the values go into outlives the options.
  static ModelOptions model;
  static OutputOptions output;
  static RunOptions run;
  model.define(*options);
  output.define(*options);
  run.define(*options);
  return options;
}

LeadingArguments find_leading(const std::vector<std::string>& arguments,
                              std::span<const std::string> names) {
  LeadingArguments leading;
  if (arguments.empty() || !looks_like_option(arguments.front())) return leading;
  const auto options = make_leading_options();
  const auto is_name = [&](const std::string& text) {
    return std::find(names.begin(), names.end(), text) != names.end();
  };
  for (std::size_t& i = leading.count; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!looks_like_option(argument) || argument == "--") break;
    const bool is_long = argument.starts_with("--");
    const std::string name =
        is_long ? argument.substr(0, argument.find('=')) : argument.substr(0, 2);
    const std::optional<Option> option = options->find(name);
    if (!option) break;
    if (!option->takes_value()) {
      if (!is_long && argument.find_first_not_of("qv", 1) != std::string::npos) break;
      continue;
    }
    leading.have_values = true;
    if (argument != name) continue;  // --model=X, -mX
    if (i + 1 == arguments.size()) {
      throw Error(ErrorCode::usage, "the option " + name + " needs a value (see `wordvec --help`)");
    }
    ++i;
    if (is_name(arguments[i])) {
      leading.doubt =
          fmt::format("; the option {} took {} as its value", name, in_quotes(arguments[i]));
    }
  }
  return leading;
}

int run_command(const CommandEntry& entry, const std::vector<std::string>& arguments,
                Messages& messages, const Model* open_model) {
  if (!entry.topics.empty()) return run_topic(entry, arguments, messages, open_model);
  const auto command = entry.make();
  const auto options = make_options(entry, *command);
  const ParseOutcome outcome = options->parse(arguments);
  if (outcome.status == ParseStatus::asks_for_help) {
    print(options->help());
    return kAllAnswered;
  }
  refuse_repeated(*options);
  if (outcome.status == ParseStatus::left_over) fail_left_over(*options, outcome.left_over);
  if (outcome.status == ParseStatus::wrong) fail_usage(*options, outcome.problem);
  Context context{messages, model_search(), arguments, {}, open_model};
  try {
    return command->run(context);
  } catch (const Error& error) {
    // What is found wrong while a model is used, is wrong with its file.
    if (error.code() != ErrorCode::malformed || !error.path().empty() ||
        context.model_path.empty()) {
      throw;
    }
    throw Error(ErrorCode::malformed, error.message(), context.model_path);
  }
}

int guarded_run(const std::function<int(Messages& messages)>& run) {
  Messages messages;
  try {
    return run(messages);
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

void ignore_signals_of_writing() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace wordvec::cli
