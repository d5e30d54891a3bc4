// A file of rows beside the results.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "options/option_set.h"
#include "output/row_writer.h"
#include "output/text_output.h"

namespace wordvec::cli {

// An option that names such a file, as --errors, and the file itself, in the format that its
// extension names. Where the option is not given, check() and open() do nothing.
class RowFile {
 public:
  // `flags`: the names that are typed, "-o,--out"; `help` says what is written.
  void define(OptionSet& options, const std::string& flags, const std::string& help);

  bool is_asked_for() const { return !path_.empty(); }
  // Throws Error(usage) where the file is one of those that are read, or cannot be one of rows.
  void check(std::span<const std::string> files_read) const;
  // check(), and begins the file, so that what cannot be written is an error before the work and
  // not after it. Nothing is seen of it until finish(). Throws Error(io).
  void open(std::span<const std::string> files_read);

  // After open(), where is_asked_for(). The writer is to finish first.
  std::unique_ptr<RowWriter> make_writer(std::vector<Column> columns, const RowStyle& style);
  void finish() { output_->finish(); }

 private:
  std::string name_;  // of the option
  std::string path_;
  std::unique_ptr<TextOutput> output_;
};

}  // namespace wordvec::cli
