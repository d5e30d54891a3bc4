// What the programs share: they parse a command's options, run it, and turn every error into one
// line and an exit status.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "command.h"
#include "options/option_set.h"

namespace wordvec::cli {

// Writes `text` to standard output, all of it.
void print(const std::string& text);

// The folder of the running program; empty where the system does not tell.
std::string program_folder();

// A program that does a part of a command, so that what it is linked with slows no other start.
struct OtherProgram {
  const char* name;
  const char* build_option;  // of CMake, which leaves it out
};
// Becomes that program, which is in this one's folder or in $PATH. Throws Error(io).
[[noreturn]] void become_program(const OtherProgram& program,
                                 std::span<const std::string> arguments);

// The options that may stand before the name of a command or a topic too: those of the model, of
// the output, and of how a command runs.
std::unique_ptr<OptionSet> make_leading_options();

// What stands before a name.
struct LeadingArguments {
  std::size_t count = 0;  // of the arguments that are leading options, and their values
  bool have_values = false;
  // "; the option -m took "nearest" as its value", where that is one of the `names` that may have
  // been meant; else empty.
  std::string doubt;
};
// Throws Error(usage) for an option without its value.
LeadingArguments find_leading(const std::vector<std::string>& arguments,
                              std::span<const std::string> names);

// Parses `arguments`, and runs the command, or its topic that they name, or prints the help of
// either. `open_model`: as Context has it. Returns an ExitStatus; throws Error.
int run_command(const CommandEntry& entry, const std::vector<std::string>& arguments,
                Messages& messages, const Model* open_model = nullptr);

// What `run` returns; where it throws, the error's exit status, with its line on standard error.
int guarded_run(const std::function<int(Messages& messages)>& run);

// Makes what would be a signal an error of write(), which names the file.
void ignore_signals_of_writing();

}  // namespace wordvec::cli
