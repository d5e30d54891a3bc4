#include "commands/commands.h"

#include <array>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/spelling_distance.h"

namespace wordvec::cli {
namespace {

constexpr std::array kCommands = {
    &kConvertCommand, &kLookupCommand,  &kEmbedCommand,      &kNearestCommand, &kAnalogyCommand,
    &kPcaCommand,     &kExplainCommand, &kTourCommand,       &kInfoCommand,    &kIndexCommand,
    &kFetchCommand,   &kModelsCommand,  &kCompletionCommand,
};

}  // namespace

std::span<const CommandEntry* const> commands() {
  return kCommands;
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
