#include "wordvec/eval/test_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "wordvec/base/error.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/spelling_distance.h"
#include "wordvec/eval/test_lines.h"

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

// The next line that is neither empty nor a comment.
std::optional<std::string_view> next_row(TestLines& lines) {
  while (const auto line = lines.next()) {
    if (!trimmed(*line).empty() && line->front() != '#') return line;
  }
  return std::nullopt;
}

// Where a column stands; nullopt: the first line does not name it.
std::optional<std::size_t> index_of(const std::string& column,
                                    const std::vector<std::string>& first_line) {
  if (const auto index = index_of_number(column)) return index;
  const auto named = std::find(first_line.begin(), first_line.end(), column);
  if (named == first_line.end()) return std::nullopt;
  return static_cast<std::size_t>(named - first_line.begin());
}

std::size_t lines_that_fit(std::string_view text, std::span<const std::string> columns,
                           char separator) {
  TestLines lines(text);
  std::size_t least_fields = 0;
  std::size_t count = 0;
  while (const auto line = next_row(lines)) {
    const std::vector<std::string> fields = split_fields(*line, separator);
    if (least_fields == 0) {
      for (const std::string& column : columns) {
        const std::optional<std::size_t> index = index_of(column, fields);
        if (!index) return 0;
        least_fields = std::max(least_fields, *index + 1);
      }
    }
    if (fields.size() >= least_fields) ++count;
  }
  return count;
}

}  // namespace

char separator_of(std::string_view text, std::span<const std::string> columns) {
  constexpr std::array kSeparators = {'\t', ';', ','};
  std::array<std::size_t, kSeparators.size()> counts{};
  std::transform(kSeparators.begin(), kSeparators.end(), counts.begin(),
                 [&](char separator) { return lines_that_fit(text, columns, separator); });
  const auto most = std::max_element(counts.begin(), counts.end());
  // Words of several parts fit blanks too, so that these have to be much better.
  const std::size_t by_blanks = lines_that_fit(text, columns, kBlankSeparator);
  if (by_blanks > 2 * *most) return kBlankSeparator;
  if (*most > 0) return kSeparators[static_cast<std::size_t>(most - counts.begin())];
  TestLines lines(text);
  const std::string_view first = next_row(lines).value_or("");
  for (const char separator : kSeparators) {
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

std::string problem_of_count(const std::vector<std::string>& fields,
                             std::span<const std::size_t> indexes) {
  const std::size_t last = *std::max_element(indexes.begin(), indexes.end());
  if (fields.size() > last) return {};
  return fmt::format("found {} {}, expected {}", fields.size(),
                     fields.size() == 1 ? "field" : "fields", last + 1);
}

void for_each_test_row(std::string_view text, std::span<const std::string> columns,
                       const std::string& path,
                       const std::function<bool(const TestRow&)>& is_header,
                       const std::function<void(const TestRow&)>& each) {
  const char separator = separator_of(text, columns);
  std::vector<std::size_t> indexes;
  TestLines lines(text);
  while (const auto line = next_row(lines)) {
    const bool is_first = indexes.empty();
    TestRow row{split_fields(*line, separator), {}, lines.number()};
    if (is_first) indexes = find_columns(columns, row.fields, path);
    row.indexes = indexes;
    if (!is_first || !is_header(row)) each(row);
  }
}

}  // namespace wordvec
