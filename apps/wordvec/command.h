// What every command is made of.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "options/option_set.h"
#include "output/messages.h"
#include "wordvec/open/find_model.h"
#include "wordvec/open/model.h"

namespace wordvec::cli {

enum ExitStatus : int {
  kAllAnswered = 0,
  kNotFound = 1,  // ran, but something was not found
  kWrongUsage = 2,
  kFileError = 3,  // a file could not be read or written, or is malformed
};

// What a command gets from the program.
struct Context {
  Messages& messages;
  ModelSearch model_search;
  std::span<const std::string> arguments;  // of the command, as they were given
  std::string model_path;                  // of the model that was opened, for messages
  // The model, where who runs the command has opened it; nullptr: the command opens its own.
  const Model* open_model = nullptr;
};

// One run of one command.
class Command {
 public:
  Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  virtual ~Command() = default;

  // Adds the options, which write into members of this object.
  virtual void define(OptionSet& options) = 0;
  // Returns an ExitStatus. Throws Error.
  virtual int run(Context& context) = 0;
};

struct CommandEntry {
  std::string_view name;      // of a topic: with its command's, "explain onehot"
  std::string_view summary;   // one line, in the list of commands
  std::string_view examples;  // lines, at the top of the command's help
  std::string_view details;   // below the usage
  std::unique_ptr<Command> (*make)();
  // Not empty: the command is nothing by itself, its first argument names one of these, which gets
  // the others; make() is nullptr then.
  std::span<const CommandEntry* const> topics{};
};

// What is typed for a topic: "onehot".
std::string_view topic_name(const CommandEntry& topic);

// The names of a command's topics.
std::vector<std::string> topic_names(const CommandEntry& entry);

// The help of a command with topics, which lists them.
std::string topics_help(const CommandEntry& entry);

// The command's options, ready to parse. `command` must outlive them.
std::unique_ptr<OptionSet> make_options(const CommandEntry& entry, Command& command);

}  // namespace wordvec::cli
