#include "options/run_options.h"

#include <cstdlib>

#include "options/numbers.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec::cli {
namespace {

constexpr unsigned kMaxThreads = 1024;

std::string instruction_sets(bool supported_only, std::string_view between = ", ") {
  std::string names;
  for (const simd::Kernels* kernels : simd::built_kernels()) {
    if (supported_only && !simd::is_supported(*kernels)) continue;
    if (!names.empty()) names += between;
    names += kernels->name;
  }
  return names;
}

void select_kernels(const std::string& name, const std::string& where) {
  if (simd::select(name)) return;
  throw Error(ErrorCode::usage, where + " names the instruction set " + in_quotes(name) +
                                    ", expected one of " + instruction_sets(false) +
                                    " (this machine runs " + instruction_sets(true) + ")");
}

}  // namespace

void RunOptions::define(OptionSet& options) {
  const std::string group = "Running";
  options
      .add_number("--threads N", threads_, whole_number(1, kMaxThreads),
                  "Threads to use (default: those that make it faster)")
      .group(group);
  options
      .add_option("--isa " + instruction_sets(false, "|"), isa_,
                  "Instruction set (default: the fastest)")
      .group(group);
  options.add_flag("-q,--quiet", quiet_, "No notes and warnings, only errors").group(group);
  options.add_flag("-v,--verbose", verbose_, "More of what happens; -vv for all of it")
      .group(group);
}

void RunOptions::apply(Messages& messages) const {
  if (quiet_) {
    messages.set_verbosity(Verbosity::quiet);
  } else if (verbose_ > 0) {
    messages.set_verbosity(verbose_ > 1 ? Verbosity::debug : Verbosity::verbose);
  }
  const char* const from_environment = std::getenv("WORDVEC_ISA");
  if (!isa_.empty()) {
    select_kernels(isa_, "--isa");
  } else if (from_environment != nullptr && *from_environment != '\0') {
    select_kernels(from_environment, "WORDVEC_ISA");
  }
  messages.debug("kernels: {}", simd::active().name);
}

}  // namespace wordvec::cli
