#include "commands/commands.h"

#include <array>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/spelling_distance.h"

namespace wordvec::cli {
namespace {

constexpr std::array kAsk = {&kLookupCommand, &kNearestCommand, &kAnalogyCommand};
constexpr std::array kMeasure = {&kSimilarityCommand, &kOddCommand,      &kRankCommand,
                                 &kCloserCommand,     &kDistanceCommand, &kAxisCommand};
constexpr std::array kShow = {&kEmbedCommand, &kPcaCommand, &kExplainCommand, &kTourCommand};
constexpr std::array kEvaluate = {&kEvalCommand, &kCompareCommand};
constexpr std::array kFiles = {&kConvertCommand, &kFetchCommand, &kModelsCommand,
                               &kInfoCommand,    &kIndexCommand, &kCompletionCommand};

constexpr std::array<CommandGroup, 5> kGroups = {{
    {"Ask", kAsk},
    {"Measure", kMeasure},
    {"Embed, draw and explain", kShow},
    {"Evaluate and compare", kEvaluate},
    {"Files and models", kFiles},
}};

}  // namespace

std::span<const CommandGroup> command_groups() {
  return kGroups;
}

std::span<const CommandEntry* const> commands() {
  static const std::vector<const CommandEntry*> all = [] {
    std::vector<const CommandEntry*> entries;
    for (const CommandGroup& group : kGroups) {
      entries.insert(entries.end(), group.commands.begin(), group.commands.end());
    }
    return entries;
  }();
  return all;
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

}  // namespace wordvec::cli
