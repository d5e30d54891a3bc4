#include "wordvec/formats/csv_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace wordvec {
namespace {

// What a line is, taken apart at a separator.
struct TableLine {
  std::size_t numbers = 0;  // fields, from the second on; 0 where one is none
  bool begins_with_number = false;
  bool has_decimal_commas = false;  // where semicolons separate
};

// `is_cut`: the line goes on behind `line`.
TableLine table_line(std::string_view line, char separator, bool is_cut) {
  const std::string_view digits = separator == ';' ? "+-.,0123456789eE" : "+-.0123456789eE";
  if (is_cut) line = line.substr(0, line.rfind(separator));
  TableLine found;
  for (std::size_t at = 0, index = 0; at <= line.size(); ++index) {
    const std::size_t end = std::min(line.find(separator, at), line.size());
    std::string_view field = line.substr(at, end - at);
    while (field.starts_with(' ')) field.remove_prefix(1);
    while (field.ends_with('\r') || field.ends_with(' ')) field.remove_suffix(1);
    const bool is_number =
        field.find_first_not_of(digits) == std::string_view::npos &&
        std::any_of(field.begin(), field.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (index == 0) {
      found.begins_with_number = is_number;
    } else if (!is_number) {
      found.numbers = 0;
      return found;
    } else {
      ++found.numbers;
      const bool has_comma = field.find(',') != std::string_view::npos;
      found.has_decimal_commas = found.has_decimal_commas || has_comma;
    }
    at = end + 1;
  }
  return found;
}

struct Table {
  char separator = ',';
  bool has_header = false;
  bool has_words = false;
  bool has_decimal_commas = false;
};

// Rows of a word or a number and two or more values with a comma or a semicolon between; of two
// lines, the first may name columns.
std::optional<Table> find_table(std::string_view head) {
  constexpr std::size_t kFewestValues = 2;
  const auto take_line = [&](std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return line;
  };
  const auto is_cut = [&](std::string_view line) {
    return head.size() >= kKindBytes && line.data() + line.size() == head.data() + head.size();
  };
  for (const char separator : {',', ';'}) {
    std::string_view rest = head;
    const std::string_view first = take_line(rest);
    const std::string_view second = take_line(rest);
    TableLine row = table_line(first, separator, is_cut(first));
    Table table{separator, row.numbers < kFewestValues, !row.begins_with_number,
                row.has_decimal_commas};
    const TableLine next = table_line(second, separator, is_cut(second));
    if (table.has_header) {
      const auto separators =
          static_cast<std::size_t>(std::count(first.begin(), first.end(), separator));
      if (separators < kFewestValues || next.numbers < kFewestValues) continue;
      table.has_words = !next.begins_with_number;
      table.has_decimal_commas = next.has_decimal_commas;
    } else if (next.numbers >= kFewestValues) {
      table.has_words = table.has_words || !next.begins_with_number;
      table.has_decimal_commas = table.has_decimal_commas || next.has_decimal_commas;
    }
    return table;
  }
  return std::nullopt;
}

KnownKind kind_of(const Table& table) {
  const std::string_view separator = table.separator == ',' ? "," : "';'";
  const std::string translate =
      !table.has_decimal_commas ? fmt::format("tr {} ' '", separator) : std::string("tr ';,' ' .'");
  const std::string_view plural = table.separator == ',' ? "commas" : "semicolons";
  const std::string spaced = table.has_header ? fmt::format("tail -n +2 FILE | {}", translate)
                                              : fmt::format("{} < FILE", translate);
  KnownKind kind;
  kind.is_table = true;
  if (!table.has_words) {
    kind.name = fmt::format("is a table of numbers with {} (CSV), and has no words", plural);
    kind.for_vectors = fmt::format(
        "`{0} | wordvec convert - OUT --from values --vocab WORDS` reads it, WORDS being a file of "
        "its words; if its first column is its words, `{0} | wordvec convert - OUT --from glove`",
        spaced);
    return kind;
  }
  kind.name = fmt::format("is a table with {} (CSV)", plural);
  kind.for_vectors =
      fmt::format("`{} | wordvec convert - OUT` reads it, if no word has a {} or a space", spaced,
                  plural.substr(0, plural.size() - 1));
  kind.for_words =
      fmt::format("`{} prints its first column",
                  table.has_header ? fmt::format("tail -n +2 FILE | cut -d{} -f1`", separator)
                                   : fmt::format("cut -d{} -f1 FILE`", separator));
  return kind;
}

}  // namespace

std::optional<KnownKind> csv_kind(std::string_view head) {
  const auto table = find_table(head.substr(0, kKindBytes));
  return table ? std::optional(kind_of(*table)) : std::nullopt;
}

}  // namespace wordvec
