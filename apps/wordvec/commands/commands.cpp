#include "commands/commands.h"

#include <array>

namespace wordvec::cli {
namespace {

constexpr std::array<const CommandEntry*, 11> kCommands = {
    &kConvertCommand, &kLookupCommand, &kNearestCommand,    &kAnalogyCommand,
    &kPcaCommand,     &kEmbedCommand,  &kInfoCommand,       &kIndexCommand,
    &kFetchCommand,   &kModelsCommand, &kCompletionCommand,
};

}  // namespace

std::span<const CommandEntry* const> commands() {
  return kCommands;
}

}  // namespace wordvec::cli
