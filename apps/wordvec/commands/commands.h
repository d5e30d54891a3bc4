// All commands of `wordvec`.
#pragma once

#include <span>

#include "command.h"

namespace wordvec::cli {

// In the order in which help lists them.
std::span<const CommandEntry* const> commands();

extern const CommandEntry kConvertCommand;
extern const CommandEntry kLookupCommand;
extern const CommandEntry kNearestCommand;
extern const CommandEntry kAnalogyCommand;
extern const CommandEntry kPcaCommand;
extern const CommandEntry kEmbedCommand;
extern const CommandEntry kInfoCommand;
extern const CommandEntry kIndexCommand;
extern const CommandEntry kFetchCommand;
extern const CommandEntry kModelsCommand;
extern const CommandEntry kCompletionCommand;

}  // namespace wordvec::cli
