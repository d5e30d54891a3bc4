#include "command.h"

#include <fmt/format.h>

#include <string>

namespace wordvec::cli {

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

std::unique_ptr<OptionSet> make_options(const CommandEntry& entry, Command& command) {
  auto options = std::make_unique<OptionSet>(
      HelpText{"wordvec " + std::string(entry.name), entry.summary, entry.examples, entry.details});
  command.define(*options);
  return options;
}

}  // namespace wordvec::cli
