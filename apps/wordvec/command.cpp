#include "command.h"

#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>

namespace wordvec::cli {
namespace {

// Help that starts with examples.
class HelpFormatter final : public CLI::Formatter {
 public:
  explicit HelpFormatter(const CommandEntry& entry) : entry_(entry) { column_width(28); }

  std::string make_help(const CLI::App* app, std::string /*name*/,
                        CLI::AppFormatMode mode) const override {
    std::string help = std::string(entry_.summary) + "\n\nExamples:\n";
    help += entry_.examples;
    help += "\nUsage: " + app->get_name() + usage_words(*app) + " [OPTIONS]\n";
    if (!entry_.details.empty()) help += '\n' + std::string(entry_.details);
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

  const CommandEntry& entry_;
};

}  // namespace

std::string_view topic_name(const CommandEntry& topic) {
  return topic.name.substr(topic.name.rfind(' ') + 1);
}

std::vector<std::string> topic_names(const CommandEntry& entry) {
  std::vector<std::string> names;
  for (const CommandEntry* topic : entry.topics) names.emplace_back(topic_name(*topic));
  return names;
}

std::string topics_help(const CommandEntry& entry) {
  std::string help =
      fmt::format("{}\n\nExamples:\n{}\nUsage: wordvec {} TOPIC [OPTIONS]\n\nTopics:\n",
                  entry.summary, entry.examples, entry.name);
  for (const CommandEntry* topic : entry.topics) {
    help += fmt::format("  {:<12}{}\n", topic_name(*topic), topic->summary);
  }
  help += fmt::format(
      "\nOptions:\n"
      "  -h,--help                   Show this help and exit\n\n"
      "`wordvec {} TOPIC --help` shows the options of a topic.\n",
      entry.name);
  return help;
}

std::unique_ptr<CLI::App> make_app(const CommandEntry& entry, Command& command) {
  auto app =
      std::make_unique<CLI::App>(std::string(entry.summary), "wordvec " + std::string(entry.name));
  app->formatter(std::make_shared<HelpFormatter>(entry));
  app->set_help_flag("-h,--help", "Show this help and exit");
  command.define(*app);
  for (CLI::Option* option : app->get_options()) {
    // An empty value is a shell variable that was not set, not a wish for the default.
    option->check(CLI::Validator(
        [](const std::string& value) {
          return value.empty() ? std::string("found an empty value") : std::string();
        },
        ""));
    const bool takes_one = option->get_items_expected_max() == 1 && !option->get_positional();
    if (takes_one) option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  return app;
}

}  // namespace wordvec::cli
