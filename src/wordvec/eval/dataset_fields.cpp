#include "wordvec/eval/dataset_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "wordvec/base/blank.h"
#include "wordvec/base/error.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/spelling_distance.h"
#include "wordvec/eval/dataset_lines.h"

namespace wordvec {
namespace {

// A field in double quotes from the front of `rest`, up to the separator.
std::string take_quoted(std::string_view& rest, char separator) {
  std::string field;
  std::size_t i = 1;
  for (; i < rest.size(); ++i) {
    if (rest[i] != '"') {
      field += rest[i];
    } else if (i + 1 < rest.size() && rest[i + 1] == '"') {
      field += rest[i++];
    } else {
      ++i;
      break;
    }
  }
  rest.remove_prefix(std::min(rest.find(separator, i), rest.size()));
  return field;
}

std::optional<std::size_t> index_of_number(const std::string& column) {
  const std::optional<std::size_t> number = parse_number<std::size_t>(column);
  return number && *number > 0 ? std::optional(*number - 1) : std::nullopt;
}

bool begins_with_hash(std::string_view line) {
  return line.starts_with('#');
}

std::optional<std::string_view> next_line(DatasetLines& lines) {
  while (const auto line = lines.next()) {
    if (!is_blank(*line)) return line;
  }
  return std::nullopt;
}

// Neither blank nor with a '#' in front, unless all lines have one.
class PlainRows {
 public:
  explicit PlainRows(std::string_view text) : lines_(text) {
    DatasetLines lines(text);
    while (const auto line = next_line(lines)) are_there_ = are_there_ || !begins_with_hash(*line);
  }

  std::optional<std::string_view> next() {
    while (const auto line = next_line(lines_)) {
      if (!are_there_ || !begins_with_hash(*line)) return line;
    }
    return std::nullopt;
  }
  std::uint64_t number() const { return lines_.number(); }

 private:
  DatasetLines lines_;
  bool are_there_ = false;
};

// Where a column stands; nullopt: the first line does not name it.
std::optional<std::size_t> index_of(const std::string& column,
                                    const std::vector<std::string>& first_line) {
  if (const auto index = index_of_number(column)) return index;
  const auto named = std::find(first_line.begin(), first_line.end(), column);
  if (named == first_line.end()) return std::nullopt;
  return static_cast<std::size_t>(named - first_line.begin());
}

bool has_all_columns(const DatasetRow& row) {
  return row.fields.size() > *std::max_element(row.indexes.begin(), row.indexes.end());
}

// The lines that a separator suits.
struct Suited {
  std::size_t good = 0;   // as table.is_good says
  std::size_t whole = 0;  // with a field for each column
};

Suited lines_suited(std::string_view text, const DatasetTable& table, char separator) {
  PlainRows lines(text);
  Suited suited;
  std::vector<std::size_t> indexes;
  while (const auto line = lines.next()) {
    DatasetRow row{*line, split_fields(*line, separator), {}, lines.number(), separator};
    const bool is_first = indexes.empty();
    if (is_first) {
      for (const std::string& column : table.columns) {
        const std::optional<std::size_t> index = index_of(column, row.fields);
        if (!index) return {};
        indexes.push_back(*index);
      }
    }
    row.indexes = indexes;
    if (!has_all_columns(row)) continue;
    ++suited.whole;
    if (!table.is_good || (is_first && table.is_header(row))) continue;
    if (table.is_good(row)) ++suited.good;
  }
  return suited;
}

// The numbers of fields that lines have which do not begin with '#'.
std::set<std::size_t> widths_of(std::string_view text, char separator) {
  std::set<std::size_t> widths;
  DatasetLines lines(text);
  while (const auto line = next_line(lines)) {
    if (!begins_with_hash(*line)) widths.insert(split_fields(*line, separator).size());
  }
  return widths;
}

// Of a line that begins with '#', whose columns have numbers.
bool is_row(const DatasetRow& row, const DatasetTable& table, const std::set<std::size_t>& widths,
            bool may_be_header) {
  const std::string& first = row.fields.front();
  const bool is_comment = row.separator == kBlankSeparator
                              ? first.size() == 1
                              : first.size() > 1 && is_blank(first.substr(1, 1));
  if (is_comment || !has_all_columns(row)) return false;
  if (!widths.empty() && !widths.contains(row.fields.size())) return false;
  const bool has_empty = std::any_of(row.indexes.begin(), row.indexes.end(),
                                     [&](std::size_t index) { return row.fields[index].empty(); });
  if (has_empty) return false;
  if (table.is_good) return table.is_good(row);
  if (!may_be_header) return true;
  DatasetRow bare = row;
  bare.fields.front().erase(0, 1);
  return !table.is_header(bare);
}

// "commas"; `count` of them are to be.
std::string_view separator_name(char separator, std::size_t count) {
  switch (separator) {
    case '\t':
      return count == 1 ? "a tab" : "tabs";
    case ';':
      return count == 1 ? "a semicolon" : "semicolons";
    case ',':
      return count == 1 ? "a comma" : "commas";
    default:
      return "blanks";
  }
}

}  // namespace

char separator_of(std::string_view text, const DatasetTable& table) {
  const std::string_view separators = table.is_good ? "\t;," : "\t,;";
  std::vector<Suited> suited;
  for (const char separator : separators) suited.push_back(lines_suited(text, table, separator));
  const Suited by_blanks = lines_suited(text, table, kBlankSeparator);
  const auto index_of_most = [&](std::size_t Suited::*count) {
    const auto most =
        std::max_element(suited.begin(), suited.end(),
                         [count](const Suited& a, const Suited& b) { return a.*count < b.*count; });
    return static_cast<std::size_t>(most - suited.begin());
  };

  const std::size_t best = index_of_most(&Suited::good);
  if (by_blanks.good > suited[best].good) return kBlankSeparator;
  if (suited[best].good > 0) return separators[best];

  const std::size_t widest = index_of_most(&Suited::whole);
  // Words of several parts fit blanks too, so that these have to be much better.
  if (by_blanks.whole > 2 * suited[widest].whole) return kBlankSeparator;
  if (suited[widest].whole > 0) return separators[widest];

  const std::string_view first = PlainRows(text).next().value_or("");
  for (const char separator : separators) {
    if (first.find(separator) != std::string_view::npos) return separator;
  }
  return kBlankSeparator;
}

std::vector<std::string> split_fields(std::string_view line, char separator) {
  if (separator == kBlankSeparator) {
    const std::vector<std::string_view> fields = split_at_blanks(line);
    return {fields.begin(), fields.end()};
  }
  std::vector<std::string> fields;
  for (std::string_view rest = line;; rest.remove_prefix(1)) {
    if (separator != '\t' && rest.starts_with('"')) {
      fields.push_back(take_quoted(rest, separator));
    } else {
      const std::size_t end = std::min(rest.find(separator), rest.size());
      fields.emplace_back(trimmed(rest.substr(0, end)));
      rest.remove_prefix(end);
    }
    if (rest.empty()) return fields;
  }
}

std::vector<std::string> parse_columns(std::string_view text, std::size_t count) {
  std::vector<std::string> columns = split_fields(text, ',');
  const bool has_empty = std::any_of(columns.begin(), columns.end(),
                                     [](const std::string& name) { return name.empty(); });
  if (columns.size() != count || has_empty) {
    throw Error(ErrorCode::usage,
                fmt::format("found columns {}, expected {} numbers or names, such as {}",
                            in_quotes(text), count, count == 2 ? "1,2" : "1,2,4"));
  }
  return columns;
}

std::vector<std::size_t> find_columns(std::span<const std::string> columns,
                                      const std::vector<std::string>& first_line,
                                      const std::string& path) {
  std::vector<std::size_t> indexes;
  for (const std::string& column : columns) {
    const std::optional<std::size_t> index = index_of(column, first_line);
    if (!index) {
      const bool is_zero = parse_number<std::size_t>(column) == std::size_t{0};
      throw Error(
          ErrorCode::usage,
          fmt::format("there is no column {} in the first line{}", in_quotes(column),
                      is_zero ? ": columns count from 1" : did_you_mean(column, first_line)),
          path);
    }
    indexes.push_back(*index);
  }
  for (auto index = indexes.begin(); index != indexes.end(); ++index) {
    if (std::find(indexes.begin(), index, *index) == index) continue;
    throw Error(ErrorCode::usage,
                fmt::format("column {} is named twice: each has to be another", *index + 1), path);
  }
  return indexes;
}

bool have_names(std::span<const std::string> columns) {
  return std::any_of(columns.begin(), columns.end(),
                     [](const std::string& column) { return !index_of_number(column); });
}

std::string problem_of_count(const DatasetRow& row) {
  if (has_all_columns(row)) return {};
  const std::size_t last = *std::max_element(row.indexes.begin(), row.indexes.end());
  return fmt::format("found {} {}, expected {} with {} between", row.fields.size(),
                     row.fields.size() == 1 ? "field" : "fields", last + 1,
                     separator_name(row.separator, last));
}

DatasetRows for_each_dataset_row(std::string_view text, const DatasetTable& table,
                                 const std::string& path,
                                 const std::function<void(const DatasetRow&)>& each) {
  const char separator = separator_of(text, table);
  const std::set<std::size_t> widths = widths_of(text, separator);
  DatasetRows result;
  HashLines& hash_lines = result.hash_lines;
  std::vector<std::size_t> indexes;
  bool may_be_header = true;
  DatasetLines lines(text);
  while (const auto line = next_line(lines)) {
    DatasetRow row{*line, split_fields(*line, separator), {}, lines.number(), separator};
    const bool has_hash = begins_with_hash(*line);
    const bool is_before_names = indexes.empty() && have_names(table.columns);
    if (indexes.empty() && !(has_hash && is_before_names)) {
      indexes = find_columns(table.columns, row.fields, path);
    }
    row.indexes = indexes;
    if (has_hash) {
      if (is_before_names || !is_row(row, table, widths, may_be_header)) {
        if (hash_lines.passed_over++ == 0) hash_lines.first_passed_over = row.line;
        continue;
      }
      if (hash_lines.counted++ == 0) hash_lines.first_counted = row.line;
    } else if (std::exchange(may_be_header, false) && table.is_header(row)) {
      result.header = std::move(row.fields);
      continue;
    }
    each(row);
  }
  return result;
}

}  // namespace wordvec
