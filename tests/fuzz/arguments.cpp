// Arguments of every command and topic: parsed, and not run. They are taken, or one sentence that a
// terminal can show says what is wrong with them.
// Hundreds of inputs a second: each declares all options of a command, and the leading ones, anew.
#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "commands/commands.h"
#include "fuzz/input.h"
#include "fuzz/shown_text.h"
#include "program.h"
#include "wordvec/base/error.h"

namespace wordvec::fuzz {
namespace {

const cli::CommandEntry* parsed_entry = nullptr;

// A command with all options of another, that does nothing.
class ParsedCommand final : public cli::Command {
 public:
  void define(cli::OptionSet& options) override { command_->define(options); }
  int run(cli::Context& /*context*/) override { return cli::kAllAnswered; }

 private:
  std::unique_ptr<cli::Command> command_ = parsed_entry->make();
};

std::unique_ptr<cli::Command> make_parsed() {
  return std::make_unique<ParsedCommand>();
}

// Commands, and topics of those that have some.
std::vector<const cli::CommandEntry*> entries() {
  std::vector<const cli::CommandEntry*> all;
  for (const cli::CommandEntry* command : cli::commands()) {
    if (command->topics.empty()) all.push_back(command);
    all.insert(all.end(), command->topics.begin(), command->topics.end());
  }
  return all;
}

void parse(const cli::CommandEntry& entry, const std::vector<std::string>& arguments) {
  parsed_entry = &entry;
  cli::CommandEntry parsed = entry;
  parsed.make = make_parsed;
  cli::Messages messages;
  messages.set_verbosity(cli::Verbosity::quiet);
  try {
    require(cli::run_command(parsed, arguments, messages) == cli::kAllAnswered);
  } catch (const Error& error) {
    require(error.code() == ErrorCode::usage && is_safe(error.what()));
  }
}

void find_leading(const std::vector<std::string>& arguments) {
  const std::vector<std::string> names = {"nearest", "lookup"};
  try {
    const cli::LeadingArguments leading = cli::find_leading(arguments, names);
    require(leading.count <= arguments.size() && is_safe(leading.doubt));
  } catch (const Error& error) {
    require(error.code() == ErrorCode::usage && is_safe(error.what()));
  }
}

// Where help goes.
void close_output() {
  const int fd = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  require(fd >= 0 && ::dup2(fd, STDOUT_FILENO) == STDOUT_FILENO);
  ::close(fd);
}

}  // namespace
}  // namespace wordvec::fuzz

// A byte that chooses the command, and the arguments with NUL between them, as the system has them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wordvec::fuzz;
  static const bool closed = (close_output(), true);
  static_cast<void>(closed);
  static const auto all = entries();
  Input input(data, size);
  const auto& entry = *all[input.byte() % all.size()];
  std::vector<std::string> arguments;
  while (!input.at_end()) arguments.push_back(input.text_to('\0'));
  parse(entry, arguments);
  find_leading(arguments);
  return 0;
}
