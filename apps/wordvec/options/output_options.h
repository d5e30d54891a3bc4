// How results are printed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "options/option_set.h"
#include "output/row_writer.h"

namespace wordvec::cli {

class OutputOptions {
 public:
  // `auto_means`: what "auto" is, where it is not the usual.
  void define(OptionSet& options,
              const std::string& auto_means = "a table on a terminal, else tsv");

  // nullopt: auto. Throws Error(usage) for a name that is no format.
  std::optional<OutputFormat> format() const;
  // A table on a terminal, else TSV.
  OutputFormat format_or_auto() const;
  // Of what goes to the file `path`, "" or "-" being standard output: that of --format, else the
  // one that the extension names. Throws Error(usage), naming `more` extensions that the command
  // knows.
  OutputFormat format_for(const std::string& path, std::string_view more = {}) const;
  // Of a file beside the results, which `option` names: the one that its extension names. Throws
  // Error(usage) for another, and for "-".
  static OutputFormat format_beside(const std::string& option, const std::string& path);
  bool without_header() const { return no_header_; }
  // `messages` must outlive the rows.
  RowStyle style(Messages& messages) const { return {!no_header_, csv_safe_, &messages}; }

 private:
  std::string format_ = "auto";
  bool no_header_ = false;
  bool csv_safe_ = false;
};

// The format that a file's extension names; nullopt: none.
std::optional<OutputFormat> output_format_of_extension(const std::string& path);

}  // namespace wordvec::cli
