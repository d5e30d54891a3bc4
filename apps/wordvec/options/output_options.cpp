#include "options/output_options.h"

#include <array>
#include <string_view>
#include <utility>

#include "output/terminal.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/quote.h"

namespace wordvec::cli {
namespace {

constexpr std::array<std::pair<std::string_view, OutputFormat>, 5> kFormats = {{
    {"table", OutputFormat::table},
    {"tsv", OutputFormat::tsv},
    {"csv", OutputFormat::csv},
    {"json", OutputFormat::json},
    {"ndjson", OutputFormat::ndjson},
}};
constexpr std::string_view kAuto = "auto";

std::string format_list() {
  std::string names(kAuto);
  for (const auto& [name, format] : kFormats) names += ", " + std::string(name);
  return names;
}

}  // namespace

void OutputOptions::define(OptionSet& options, const std::string& auto_means) {
  options.add_option("-f,--format FORMAT", format_,
                     "One of " + format_list() + " (auto: " + auto_means + ")");
  options.add_flag("--no-header", no_header_, "No line with the columns' names");
  options.add_flag(
      "--csv-safe", csv_safe_,
      "In csv and tsv, ' before a text that a spreadsheet would run: =, +, - or @ first");
}

std::optional<OutputFormat> OutputOptions::format() const {
  if (format_ == kAuto) return std::nullopt;
  for (const auto& [name, format] : kFormats) {
    if (format_ == name) return format;
  }
  throw Error(ErrorCode::usage,
              "unknown output format " + in_quotes(format_) + ", expected one of " + format_list());
}

OutputFormat OutputOptions::format_or_auto() const {
  return format().value_or(is_terminal(kStandardOutput) ? OutputFormat::table : OutputFormat::tsv);
}

OutputFormat OutputOptions::format_for(const std::string& path, std::string_view more) const {
  if (path.empty() || path == "-") return format_or_auto();
  if (const auto named = format()) return *named;
  if (const auto told = output_format_of_extension(path)) return *told;
  throw Error(ErrorCode::usage, "cannot tell the format to write from the name " + in_quotes(path) +
                                    ": expected an extension among .csv, .tsv, .json, .ndjson, " +
                                    (more.empty() ? "" : std::string(more) + ", ") + "or --format");
}

OutputFormat OutputOptions::format_beside(const std::string& option, const std::string& path) {
  if (path == "-") {
    throw Error(ErrorCode::usage, option + " names a file: standard output has the results");
  }
  if (const auto told = output_format_of_extension(path)) return *told;
  throw Error(ErrorCode::usage, "cannot tell the format to write from the name " + in_quotes(path) +
                                    ": expected an extension among .csv, .tsv, .json, .ndjson");
}

std::optional<OutputFormat> output_format_of_extension(const std::string& path) {
  for (const auto& [name, format] : kFormats) {
    if (format != OutputFormat::table && has_extension(path, '.' + std::string(name)))
      return format;
  }
  return std::nullopt;
}

}  // namespace wordvec::cli
