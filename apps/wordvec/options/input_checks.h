// Checks of inputs and outputs: uses of files that would lose something.
#pragma once

#include <initializer_list>
#include <span>
#include <string>

namespace wordvec::cli {

struct InputReader {
  bool reads = false;  // standard input
  const char* name = nullptr;
  bool may_be_arguments = false;  // instead
};

// Who reads standard input after another one finds nothing. Throws Error(usage) where there are
// two.
void refuse_second_reader(std::initializer_list<InputReader> readers);

// Throws Error(usage) where `output` is one of the files that are read.
void refuse_to_replace(const std::string& output, std::span<const std::string> inputs);

// Throws Error(usage) where `output` ("-": standard output) is a terminal: a file of vectors holds
// its words as they are, and so what a terminal would obey.
void refuse_terminal(const std::string& output);

}  // namespace wordvec::cli
