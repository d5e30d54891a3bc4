#include "wordvec/formats/table_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/column_names.h"
#include "wordvec/formats/cut_command.h"
#include "wordvec/formats/text_rows.h"

namespace wordvec {
namespace {

constexpr std::string_view kSeparators = " \t";

// What a column of words, or one of row numbers before it, is called.
bool is_usual_name(std::string_view name) {
  constexpr std::string_view kUnnamed = "Unnamed: ";  // pandas's, of a column without a name
  return unquoted_name(name).empty() || name.starts_with(kUnnamed) ||
         names_column(unquoted_name(name)) || names_column(unquoted_name(last_field(name)));
}

void find_header(std::string_view line, std::size_t dim, bool follow_rows, TableParts& parts) {
  // Below, a row may have these values; so many more are none.
  constexpr std::size_t kMinColumns = 2;
  constexpr std::size_t kMinCertain = 3;
  constexpr std::size_t kMany = 10;
  if (dim < kMinColumns || !follow_rows) return;
  std::vector<std::string_view> numbers(dim);
  std::string_view name = line;
  for (std::size_t i = dim; i > 0; --i) {
    numbers[i - 1] = last_field(name);
    if (numbers[i - 1].empty()) return;
    name = name.substr(0, static_cast<std::size_t>(numbers[i - 1].data() - name.data()));
  }
  if (!number_columns(numbers)) return;
  const std::string_view before = name;
  while (!name.empty() && is_separator(name.front())) name.remove_prefix(1);
  while (!name.empty() && is_separator(name.back())) name.remove_suffix(1);
  const std::size_t from = numbers.front() == "0" ? 0 : 1;
  // Of a column of row numbers without a name, the words are in the column 0.
  const bool is_number_too = parts.numbered_rows > 0 && from == 1 && name == "0";
  if (!is_usual_name(name) && !is_number_too && dim < kMany) return;
  const bool is_certain = from == 0 && dim >= kMinCertain && before.size() == 1;
  parts.header = is_certain ? TableParts::Header::certain : TableParts::Header::possible;
  parts.name = name;
  parts.from = from;
}

struct NumberedRow {
  std::uint64_t number = 0;
  std::string_view number_end;
  std::string_view with_word;
};

// nullopt: the line has no number, or no word behind it.
std::optional<NumberedRow> numbered_row(std::string_view line) {
  const std::size_t at = std::min(line.find_first_of(kSeparators), line.size());
  const auto number = parse_number<std::uint64_t>(line.substr(0, at));
  if (!number || at + 1 >= line.size() || is_separator(line[at + 1])) return std::nullopt;
  const std::size_t end = line.find_first_of(kSeparators, at + 1);
  if (end == std::string_view::npos || is_number(line.substr(at + 1, end - at - 1)) ||
      !is_number(last_field(line))) {
    return std::nullopt;
  }
  return NumberedRow{*number, line.substr(at, 1), line.substr(0, end)};
}

// `text` is behind the first line of all where this may be a header.
void find_row_numbers(std::string_view text, TableParts& parts) {
  constexpr std::size_t kLookedAtRows = 100;
  constexpr std::size_t kMinRows = 2;
  constexpr std::size_t kMinInOrder = 3;
  std::size_t rows = 0;
  NumberedRow first;
  while (!text.empty() && rows < kLookedAtRows) {
    const TextLine line = first_line(text);
    // The last one may be cut.
    if (line.size_bytes == text.size() && rows >= kMinInOrder) break;
    text.remove_prefix(line.size_bytes);
    if (is_blank_line(line.text)) continue;
    const auto row = numbered_row(line.text);
    if (!row || (rows > 0 && row->number_end != first.number_end)) return;
    if (rows == 0) first = *row;
    if (first.number_end == " " && row->number != first.number + rows) return;
    ++rows;
  }
  const bool is_in_words = first.number_end == " ";  // "7 days"
  if (rows < (is_in_words ? kMinInOrder : kMinRows) || (is_in_words && first.number > 1)) {
    return;
  }
  parts.numbered_rows = rows;
  parts.number_end = first.number_end;
  parts.first_numbered = first.with_word;
}

// "V1", "V2", …: the same name, with numbers that count up.
bool are_numbered(std::span<const std::string_view> names) {
  std::string_view stem;
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = unquoted_name(names[i]);
    const std::size_t digits = name.find_last_not_of("0123456789") + 1;
    const auto number = parse_number<std::uint64_t>(name.substr(digits));
    if (!number || (i > 0 && (name.substr(0, digits) != stem || *number != before + 1))) {
      return false;
    }
    stem = name.substr(0, digits);
    before = *number;
  }
  return true;
}

}  // namespace

std::string_view unquoted_name(std::string_view name) {
  const bool quoted = name.size() > 1 && name.front() == '"' && name.back() == '"';
  return quoted ? name.substr(1, name.size() - 2) : name;
}

bool number_columns(std::span<const std::string_view> numbers) {
  if (numbers.empty() || (numbers[0] != "0" && numbers[0] != "1")) return false;
  const std::size_t first = numbers[0] == "0" ? 0 : 1;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (parse_number<std::uint64_t>(numbers[i]) != first + i) return false;
  }
  return true;
}

bool names_columns(std::string_view line, std::size_t dim) {
  constexpr std::size_t kMinColumns = 2;
  if (dim < kMinColumns || count_fields(line) > dim + 1) return false;
  std::vector<std::string_view> names(dim);
  for (std::size_t i = dim; i > 0; --i) {
    names[i - 1] = last_field(line);
    if (names[i - 1].empty() || is_number(names[i - 1])) return false;
    line = line.substr(0, static_cast<std::size_t>(names[i - 1].data() - line.data()));
  }
  const std::string_view of_words = last_field(line);
  if (of_words.empty()) return are_numbered(names);
  std::sort(names.begin(), names.end());
  const bool differ = std::adjacent_find(names.begin(), names.end()) == names.end();
  return differ && (unquoted_name(of_words).empty() || names_words(unquoted_name(of_words)));
}

TableParts table_parts(std::string_view text, std::size_t dim) {
  TableParts parts;
  if (text.empty()) return parts;
  const TextLine line = first_line(text);
  const std::string_view behind = text.substr(line.size_bytes);
  find_row_numbers(behind, parts);
  find_header(line.text, dim, !is_blank_line(behind), parts);
  // Where the first line is a row, it has a number too.
  if (parts.header == TableParts::Header::none) {
    parts = {};
    find_row_numbers(text, parts);
  }
  return parts;
}

std::string cut_command(const TableParts& parts) {
  return cut_command(parts.number_end, "2-");
}

std::string warning_of_table(const TableParts& parts, std::size_t dim, const std::string& file,
                             std::uint64_t line) {
  const bool has_header = parts.header == TableParts::Header::possible;
  if (!has_header && parts.numbered_rows == 0) return {};
  std::string found;
  std::string command;
  if (has_header) {
    found = fmt::format(
        "{}:{}: {} with the values {} to {} looks like the names of columns, as "
        "pandas writes them, and is read as a row",
        printable(file), line, in_quotes(parts.name), parts.from, parts.from + dim - 1);
    command = fmt::format("tail -n +{} FILE", line + 1);
  } else {
    found = printable(file) + ": ";
  }
  if (parts.numbered_rows > 0) {
    const bool is_tab = parts.number_end == "\t";
    found += fmt::format(
        "{}each of the first {} words has a number and a {} in front, as {}, which are read as a "
        "part of it",
        has_header ? "; and " : "", parts.numbered_rows, is_tab ? "tab" : "space",
        in_quotes(parts.first_numbered));
    const std::string cut = cut_command(parts);
    command = has_header ? fmt::format("{} | {}", command, cut) : fmt::format("{} FILE", cut);
  }
  return fmt::format("{}: `{} | wordvec convert - OUT` leaves {} out", found, command,
                     has_header && parts.numbered_rows == 0 ? "it" : "them");
}

}  // namespace wordvec
