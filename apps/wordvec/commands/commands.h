// All commands of `wordvec`.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "command.h"

namespace wordvec::cli {

// In the order in which help lists them.
std::span<const CommandEntry* const> commands();

// Those that help lists under one title.
struct CommandGroup {
  std::string_view title;
  std::span<const CommandEntry* const> commands;
};
std::span<const CommandGroup> command_groups();

// Throws Error(usage), which names the nearest one.
const CommandEntry& find_command(const std::string& name);

extern const CommandEntry kLookupCommand;
extern const CommandEntry kNearestCommand;
extern const CommandEntry kAnalogyCommand;
extern const CommandEntry kSimilarityCommand;
extern const CommandEntry kOddCommand;
extern const CommandEntry kRankCommand;
extern const CommandEntry kCloserCommand;
extern const CommandEntry kDistanceCommand;
extern const CommandEntry kAxisCommand;
extern const CommandEntry kEmbedCommand;
extern const CommandEntry kPcaCommand;
extern const CommandEntry kExplainCommand;
extern const CommandEntry kTourCommand;
extern const CommandEntry kEvalCommand;
extern const CommandEntry kCompareCommand;
extern const CommandEntry kConvertCommand;
extern const CommandEntry kFetchCommand;
extern const CommandEntry kModelsCommand;
extern const CommandEntry kInfoCommand;
extern const CommandEntry kIndexCommand;
extern const CommandEntry kCompletionCommand;

}  // namespace wordvec::cli
