#include "commands/commands.h"

#include <array>

namespace wordvec::cli {
namespace {

constexpr std::array<const CommandEntry*, 10> kCommands = {
    &kConvertCommand, &kLookupCommand, &kNearestCommand, &kAnalogyCommand, &kPcaCommand,
    &kInfoCommand,    &kIndexCommand,  &kFetchCommand,   &kModelsCommand,  &kCompletionCommand,
};

}  // namespace

std::span<const CommandEntry* const> commands() {
  return kCommands;
}

}  // namespace wordvec::cli
