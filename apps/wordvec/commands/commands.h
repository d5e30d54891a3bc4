// All commands of `wordvec`.
#pragma once

#include <span>
#include <string>

#include "command.h"

namespace wordvec::cli {

// In the order in which help lists them.
std::span<const CommandEntry* const> commands();

// Throws Error(usage), which names the nearest one.
const CommandEntry& find_command(const std::string& name);

extern const CommandEntry kConvertCommand;
extern const CommandEntry kLookupCommand;
extern const CommandEntry kNearestCommand;
extern const CommandEntry kAnalogyCommand;
extern const CommandEntry kPcaCommand;
extern const CommandEntry kEmbedCommand;
extern const CommandEntry kExplainCommand;
extern const CommandEntry kTourCommand;
extern const CommandEntry kInfoCommand;
extern const CommandEntry kIndexCommand;
extern const CommandEntry kFetchCommand;
extern const CommandEntry kModelsCommand;
extern const CommandEntry kCompletionCommand;

}  // namespace wordvec::cli
