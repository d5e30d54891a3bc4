#include "wordvec/formats/known_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "wordvec/base/parse_number.h"
#include "wordvec/formats/column_names.h"
#include "wordvec/formats/cut_command.h"
#include "wordvec/formats/table_parts.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/formats/word2vec_header.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {
namespace {

constexpr std::size_t kMinValues = 2;
constexpr std::string_view kSpacesAndTabs = " \t";

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

  bool is_row() const noexcept { return numbers.size() >= kMinValues; }
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

// The first line of word2vec's text, "rows dim", above rows of so many values.
bool is_word2vec_header(std::string line, char separator, const TableLine& row) {
  std::replace(line.begin(), line.end(), separator, ' ');
  const auto header = parse_word2vec_header(trimmed_field(line));
  return header && row.is_row() && header->dim == row.numbers.size();
}

struct Table {
  char separator = ',';
  bool has_header = false;
  bool has_words = false;
  bool has_decimal_commas = false;
  bool has_decimal_points = false;
  bool has_quotes = false;
  bool has_row_numbers = false;  // in front of the words, a column of their own
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
  if (table.has_header && !is_word2vec_header(std::string(first_text), separator, second)) {
    const auto separators =
        static_cast<std::size_t>(std::count(first_text.begin(), first_text.end(), separator));
    if (separators < kMinValues || !second.is_row()) return std::nullopt;
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

// The same where the first column numbers the rows, as pandas writes it, and the second is words.
std::optional<Table> find_numbered_table(std::string_view head, char separator) {
  constexpr int kLookedAtLines = 2;
  std::string without;
  bool has_header = false;
  for (int i = 0; i < kLookedAtLines && !head.empty(); ++i) {
    const TextLine line = first_line(head);
    head.remove_prefix(line.size_bytes);
    const std::size_t at = line.text.find(separator);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view number = unquoted_name(trimmed_field(line.text.substr(0, at)));
    const bool is_name =
        i == 0 && (number.empty() || names_rows(number) || number.starts_with("Unnamed: "));
    if (!is_name && !parse_number<std::uint64_t>(number)) return std::nullopt;
    has_header = has_header || is_name;
    without += line.text.substr(at + 1);
    without += '\n';
  }
  auto table = find_table(without, separator);
  if (!table || !table->has_words) return std::nullopt;
  table->has_quotes = without.find('"') != std::string::npos || head.find('"') != head.npos;
  table->has_header = table->has_header || has_header;
  table->has_row_numbers = true;
  return table;
}

KnownKind kind_of_quoted(const Table& table) {
  const std::string reader =
      fmt::format("csv.reader(open('FILE'){})", table.separator == ';' ? ", delimiter=';'" : "");
  const std::string rows = table.has_header ? fmt::format("list({})[1:]", reader) : reader;
  KnownKind kind;
  kind.for_vectors = fmt::format(
      "`python3 -c \"import csv; [print(*r{}) for r in {}]\" | wordvec convert - OUT` reads it, if "
      "no word has a space",
      table.has_row_numbers ? "[1:]" : "", rows);
  kind.for_words =
      fmt::format("`python3 -c \"import csv; [print(r[{}]) for r in {}]\"` prints its {} column",
                  table.has_row_numbers ? 1 : 0, rows, table.has_row_numbers ? "second" : "first");
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

std::string column_of_words(const Table& table) {
  const std::string cut =
      cut_command(std::string_view(&table.separator, 1), table.has_row_numbers ? "2" : "1");
  return table.has_header ? "tail -n +2 FILE | " + cut : cut + " FILE";
}

KnownKind kind_of(const Table& table) {
  std::string spaced = translation_of(table);
  if (table.has_row_numbers) {
    const std::string cut = cut_command(std::string_view(&table.separator, 1), "2-");
    spaced = fmt::format("{} | {}", table.has_header ? cut : cut + " FILE", spaced);
  } else if (!table.has_header) {
    spaced += " < FILE";
  }
  if (table.has_header) spaced = "tail -n +2 FILE | " + spaced;
  KnownKind kind;
  kind.name = "is a table " + table_name(table);
  if (table.has_row_numbers) kind.name += " and a number in front of each word";
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
    kind.for_words = fmt::format("`{}` prints its {} column", column_of_words(table),
                                 table.has_row_numbers ? "second" : "first");
  }
  kind.is_table = true;
  return kind;
}

// "king 3:0.5 17:0.25": a word, and the values that are not 0, each behind its index.
bool is_sparse_row(std::string_view line) {
  constexpr std::size_t kMinPairs = 2;
  std::size_t pairs = 0;
  std::size_t at = line.find_first_of(kSpacesAndTabs);
  while ((at = line.find_first_not_of(kSpacesAndTabs, at)) != std::string_view::npos) {
    const std::size_t end = std::min(line.find_first_of(kSpacesAndTabs, at), line.size());
    const std::string_view field = line.substr(at, end - at);
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos || !parse_number<std::uint64_t>(field.substr(0, colon)) ||
        !parse_number<double>(field.substr(colon + 1))) {
      return false;
    }
    ++pairs;
    at = end;
  }
  return pairs >= kMinPairs;
}

// Two such rows, perhaps below a line "rows dim".
std::optional<KnownKind> known_sparse(std::string_view head) {
  constexpr int kLookedAtRows = 2;
  const bool may_be_cut = head.size() == kKindBytes;
  bool has_header = false;
  for (int row = 0; row < kLookedAtRows;) {
    if (head.empty()) return std::nullopt;
    const TextLine line = first_line(head);
    head.remove_prefix(line.size_bytes);
    if (row == 0 && !has_header && parse_word2vec_header(line.text)) {
      has_header = true;
      continue;
    }
    const bool is_cut = may_be_cut && head.empty();
    if (!is_sparse_row(is_cut ? line.text.substr(0, line.text.find_last_of(kSpacesAndTabs))
                              : line.text)) {
      return std::nullopt;
    }
    ++row;
  }
  KnownKind kind;
  kind.name = "is text of sparse vectors, INDEX:VALUE for each value that is not 0";
  kind.for_vectors = fmt::format(
      "write all values of each row, which are at most {}, with spaces between", kMaxDim);
  kind.for_words = has_header ? "`tail -n +2 FILE | cut -d' ' -f1` prints its words"
                              : "`cut -d' ' -f1 FILE` prints its words";
  kind.is_table = true;
  return kind;
}

}  // namespace

std::optional<KnownKind> known_csv(std::string_view head) {
  head = head.substr(0, kKindBytes);
  if (auto kind = known_sparse(head)) return kind;
  for (const char separator : {',', ';', ' ', '\t'}) {
    if (const auto table = find_table(head, separator)) return kind_of(*table);
    if (separator != ',' && separator != ';') continue;
    if (const auto table = find_numbered_table(head, separator)) return kind_of(*table);
  }
  return std::nullopt;
}

}  // namespace wordvec
