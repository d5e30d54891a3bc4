#include "wordvec/formats/known_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "wordvec/formats/column_names.h"
#include "wordvec/formats/table_parts.h"

namespace wordvec {
namespace {

constexpr std::size_t kFewestValues = 2;

std::string_view trimmed_field(std::string_view field) {
  while (field.starts_with(' ')) field.remove_prefix(1);
  while (field.ends_with('\r') || field.ends_with(' ')) field.remove_suffix(1);
  return field;
}

bool holds_number(std::string_view field, char separator) {
  const std::string_view signs = separator == ',' ? "+-.0123456789eE" : "+-.,0123456789eE";
  return std::count(field.begin(), field.end(), ',') <= 1 &&
         field.find_first_not_of(signs) == std::string_view::npos &&
         std::any_of(field.begin(), field.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A line, taken apart at a separator.
struct TableLine {
  std::string_view first;                 // its first field
  std::vector<std::string_view> numbers;  // the others; empty where one is no number

  bool is_row() const noexcept { return numbers.size() >= kFewestValues; }
};

TableLine table_line(std::string_view line, char separator) {
  // A separator in quotes is one of the word.
  const std::size_t quoted =
      line.starts_with('"') ? line.find(std::string("\"") + separator, 1) : 0;
  std::size_t at = line.find(separator, quoted == std::string_view::npos ? 0 : quoted);
  TableLine found;
  found.first = trimmed_field(line.substr(0, at));
  while (at != std::string_view::npos) {
    const std::size_t end = line.find(separator, at + 1);
    const std::string_view field =
        trimmed_field(line.substr(at + 1, end == std::string_view::npos ? end : end - at - 1));
    if (!holds_number(field, separator)) {
      found.numbers.clear();
      break;
    }
    found.numbers.push_back(field);
    at = end;
  }
  return found;
}

// Numbers that name columns: 0, 1, 2, …, or from 1 on, with a name of words or nothing in front, or
// many of them.
bool are_column_names(const TableLine& line) {
  constexpr std::size_t kMany = 4;
  const auto& numbers = line.numbers;
  if (!number_columns(numbers)) return false;
  return numbers.size() >= kMany || line.first.empty() || line.first == "\"\"" ||
         names_words(line.first);
}

struct Table {
  char separator = ',';
  bool has_header = false;
  bool has_words = false;
  bool has_decimal_commas = false;
  bool has_decimal_points = false;
  bool has_quotes = false;
};

std::optional<Table> find_table(std::string_view head, char separator) {
  std::string_view rest = head;
  const auto take_line = [&] {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    // What may go on behind `head` has a last field that is not whole.
    if (end == std::string_view::npos && head.size() == kKindBytes) {
      line = line.substr(0, line.rfind(separator));
    }
    return line;
  };
  const std::string_view first_text = take_line();
  const TableLine first = table_line(first_text, separator);
  const TableLine second = table_line(take_line(), separator);
  Table table;
  table.separator = separator;
  table.has_header = !first.is_row() || are_column_names(first);
  if (table.has_header) {
    const auto separators =
        static_cast<std::size_t>(std::count(first_text.begin(), first_text.end(), separator));
    if (separators < kFewestValues || !second.is_row()) return std::nullopt;
  }
  const auto add_row = [&](const TableLine& row) {
    table.has_words = table.has_words || !holds_number(row.first, separator);
    for (const std::string_view number : row.numbers) {
      table.has_decimal_commas |= number.find(',') != std::string_view::npos;
      table.has_decimal_points |= number.find('.') != std::string_view::npos;
    }
  };
  if (!table.has_header) add_row(first);
  if (second.is_row()) add_row(second);
  table.has_quotes = head.find('"') != std::string_view::npos;
  // Text with spaces or tabs is otherwise what is read.
  const bool is_text = separator == ' ' || separator == '\t';
  if (is_text && (!table.has_decimal_commas || table.has_decimal_points || !table.has_words)) {
    return std::nullopt;
  }
  return table;
}

KnownKind kind_of_quoted(const Table& table) {
  const std::string reader =
      fmt::format("csv.reader(open('FILE'){})", table.separator == ';' ? ", delimiter=';'" : "");
  const std::string rows = table.has_header ? fmt::format("list({})[1:]", reader) : reader;
  KnownKind kind;
  kind.for_vectors = fmt::format(
      "`python3 -c \"import csv; [print(*r) for r in {}]\" | wordvec convert - OUT` reads it, if "
      "no word has a space",
      rows);
  kind.for_words = fmt::format(
      "`python3 -c \"import csv; [print(r[0]) for r in {}]\"` prints its first column", rows);
  return kind;
}

std::string table_name(const Table& table) {
  switch (table.separator) {
    case ',':
      return "with commas (CSV)";
    case ';':
      return "with semicolons (CSV)";
    default:
      return "whose numbers have decimal commas";
  }
}

// The command that makes it text with spaces.
std::string translation_of(const Table& table) {
  switch (table.separator) {
    case ',':
      return "tr , ' '";
    case ';':
      return table.has_decimal_commas ? "tr ';,' ' .'" : "tr ';' ' '";
    default:
      return "tr , .";
  }
}

std::string first_column_of(const Table& table) {
  const std::string cut = table.separator == '\t'  ? "cut -f1"
                          : table.separator == ',' ? "cut -d, -f1"
                                                   : fmt::format("cut -d'{}' -f1", table.separator);
  return table.has_header ? "tail -n +2 FILE | " + cut : cut + " FILE";
}

KnownKind kind_of(const Table& table) {
  const std::string spaced = table.has_header
                                 ? fmt::format("tail -n +2 FILE | {}", translation_of(table))
                                 : fmt::format("{} < FILE", translation_of(table));
  KnownKind kind;
  kind.name = "is a table " + table_name(table);
  if (!table.has_words) {
    kind.name = fmt::format("is a table of numbers {}, and has no words", table_name(table));
    kind.for_vectors = fmt::format(
        "`{0} | wordvec convert - OUT --from values --vocab WORDS` reads it, WORDS being a file of "
        "its words; if its first column is its words, `{0} | wordvec convert - OUT --from glove`",
        spaced);
  } else if (table.has_quotes && !table.has_decimal_commas) {
    KnownKind quoted = kind_of_quoted(table);
    kind.for_vectors = std::move(quoted.for_vectors);
    kind.for_words = std::move(quoted.for_words);
  } else {
    const std::string_view signs = table.separator == ';'   ? "a semicolon or a space"
                                   : table.separator == ',' ? "a comma or a space"
                                                            : "a comma";
    kind.for_vectors =
        fmt::format("`{} | wordvec convert - OUT` reads it, if no word has {}", spaced, signs);
    kind.for_words = fmt::format("`{}` prints its first column", first_column_of(table));
  }
  kind.is_table = true;
  return kind;
}

}  // namespace

std::optional<KnownKind> known_csv(std::string_view head) {
  head = head.substr(0, kKindBytes);
  for (const char separator : {',', ';', ' ', '\t'}) {
    if (const auto table = find_table(head, separator)) return kind_of(*table);
  }
  return std::nullopt;
}

}  // namespace wordvec
