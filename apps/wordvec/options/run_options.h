// Options that every command has: how it runs, not what it does.
#pragma once

#include <string>

#include "options/option_set.h"
#include "output/messages.h"

namespace wordvec::cli {

class RunOptions {
 public:
  void define(OptionSet& options);
  // Chooses the kernels (--isa, $WORDVEC_ISA) and the verbosity. Throws Error(usage).
  void apply(Messages& messages) const;

  // What was asked for; 0: nothing.
  unsigned threads() const { return threads_; }

 private:
  bool quiet_ = false;
  int verbose_ = 0;
  unsigned threads_ = 0;
  std::string isa_;
};

}  // namespace wordvec::cli
