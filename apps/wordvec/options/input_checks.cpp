#include "options/input_checks.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "output/terminal.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_descriptor.h"
#include "wordvec/base/same_file.h"

namespace wordvec::cli {
namespace {

bool leads_to_terminal(const std::string& output) {
  if (output == "-") return is_terminal(kStandardOutput);
  struct stat status {};
  if (::stat(output.c_str(), &status) != 0 || !S_ISCHR(status.st_mode)) return false;
  const FileDescriptor device(::open(output.c_str(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  return device.is_open() && is_terminal(device.get());
}

}  // namespace

void refuse_second_reader(std::initializer_list<InputReader> readers) {
  std::string names;
  int count = 0;
  bool may_be_arguments = false;
  for (const InputReader& reader : readers) {
    if (!reader.reads) continue;
    names += (count++ == 0 ? "" : " and ") + std::string(reader.name);
    may_be_arguments = may_be_arguments || reader.may_be_arguments;
  }
  if (count > 1) {
    throw Error(ErrorCode::usage, names + (count == 2 ? " cannot both" : " cannot all") +
                                      " come from standard input: give " +
                                      (may_be_arguments ? "a file, or arguments," : "a file") +
                                      (count == 2 ? " for one of them" : " for all but one"));
  }
}

void refuse_to_replace(const std::string& output, std::span<const std::string> inputs) {
  for (const std::string& input : inputs) {
    if (is_same_file(input, output)) {
      throw Error(ErrorCode::usage, "is both input and output: give another name to write", output);
    }
  }
}

void refuse_terminal(const std::string& output) {
  if (!leads_to_terminal(output)) return;
  throw Error(ErrorCode::usage,
              "is a terminal: vectors are for a file or a pipe (`wordvec lookup` shows some)",
              output == "-" ? "standard output" : output);
}

}  // namespace wordvec::cli
