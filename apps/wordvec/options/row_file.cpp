#include "options/row_file.h"

#include <utility>

#include "options/input_checks.h"
#include "options/output_options.h"

namespace wordvec::cli {

void RowFile::define(OptionSet& options, const std::string& flags, const std::string& help) {
  name_ = flags.substr(flags.find("--"));
  options.add_option(flags + " FILE", path_, help + " (.tsv, .csv, .json or .ndjson)");
}

void RowFile::check(std::span<const std::string> files_read) const {
  if (!is_asked_for()) return;
  OutputOptions::format_beside(name_, path_);
  refuse_to_replace(path_, files_read);
}

void RowFile::open(std::span<const std::string> files_read) {
  check(files_read);
  if (is_asked_for()) output_ = make_file_output(path_);
}

std::unique_ptr<RowWriter> RowFile::make_writer(std::vector<Column> columns,
                                                const RowStyle& style) {
  return make_row_writer(OutputOptions::format_beside(name_, path_), std::move(columns), style,
                         *output_);
}

}  // namespace wordvec::cli
