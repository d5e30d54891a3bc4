#include "wordvec/formats/known_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "wordvec/formats/word_list_json.h"

namespace wordvec {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view field) {
  while (field.starts_with(' ')) field.remove_prefix(1);
  while (field.ends_with('\r') || field.ends_with(' ')) field.remove_suffix(1);
  return field;
}

// The fields of `line` between commas, from the second on, where all of them are numbers; empty
// where one is not.
std::vector<std::string_view> numbers_between_commas(std::string_view line) {
  std::vector<std::string_view> numbers;
  // A comma in quotes is one of the word.
  const std::size_t quoted = line.starts_with('"') ? line.find("\",", 1) : 0;
  std::size_t at = line.find(',', quoted == std::string_view::npos ? 0 : quoted);
  while (at != std::string_view::npos) {
    const std::size_t end = line.find(',', at + 1);
    const std::string_view field =
        trimmed(line.substr(at + 1, end == std::string_view::npos ? end : end - at - 1));
    if (field.empty() || field.find_first_not_of("+-.0123456789eE") != std::string_view::npos ||
        std::none_of(field.begin(), field.end(), is_digit)) {
      return {};
    }
    numbers.push_back(field);
    at = end;
  }
  return numbers;
}

// Numbers that name columns: 0, 1, 2, …, or from 1 on, with no word or "word" in front, or many of
// them.
bool are_column_names(std::string_view line, std::span<const std::string_view> numbers) {
  constexpr std::size_t kMany = 4;
  if (numbers.empty() || (numbers[0] != "0" && numbers[0] != "1")) return false;
  const std::size_t first = numbers[0] == "0" ? 0 : 1;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != std::to_string(first + i)) return false;
  }
  const std::string_view name = trimmed(line.substr(0, line.find(',')));
  return numbers.size() >= kMany || name.empty() || name == "\"\"" || is_word_key(name);
}

struct Csv {
  bool has_header = false;
  bool has_quotes = false;
};

// Rows of a word and two or more values between commas; of two lines, the first may name columns.
std::optional<Csv> csv_of(std::string_view head) {
  constexpr std::size_t kLeastValues = 2;
  const std::size_t first_end = head.find('\n');
  const bool is_cut = first_end == std::string_view::npos && head.size() == kKindBytes;
  const std::string_view first = head.substr(0, is_cut ? head.rfind(',') : first_end);
  Csv csv;
  csv.has_quotes = head.find('"') != std::string_view::npos;
  const std::vector<std::string_view> numbers = numbers_between_commas(first);
  csv.has_header = numbers.size() < kLeastValues || are_column_names(first, numbers);
  if (!csv.has_header) return csv;
  if (first_end == std::string_view::npos || std::count(first.begin(), first.end(), ',') < 2) {
    return std::nullopt;
  }
  std::string_view second = head.substr(first_end + 1);
  if (const std::size_t end = second.find('\n'); end != std::string_view::npos) {
    second = second.substr(0, end);
  } else if (head.size() == kKindBytes) {
    second = second.substr(0, second.rfind(','));
  }
  if (numbers_between_commas(second).size() < kLeastValues) return std::nullopt;
  return csv;
}

KnownKind kind_of_csv(const Csv& csv) {
  KnownKind kind;
  kind.name = "is a table with commas (CSV)";
  kind.is_table = true;
  if (csv.has_quotes) {
    const std::string_view rows =
        csv.has_header ? "list(csv.reader(open('FILE')))[1:]" : "csv.reader(open('FILE'))";
    kind.for_vectors = fmt::format(
        "`python3 -c \"import csv; [print(*r) for r in {}]\" | wordvec convert - OUT` reads it, if "
        "no word has a space",
        rows);
    kind.for_words = fmt::format(
        "`python3 -c \"import csv; [print(r[0]) for r in {}]\"` prints its first column", rows);
    return kind;
  }
  kind.for_vectors = fmt::format(
      "`{} | wordvec convert - OUT` reads it, if no word has a comma or "
      "a space",
      csv.has_header ? "tail -n +2 FILE | tr , ' '" : "tr , ' ' < FILE");
  kind.for_words = csv.has_header ? "`tail -n +2 FILE | cut -d, -f1` prints its first column"
                                  : "`cut -d, -f1 FILE` prints its first column";
  return kind;
}

// Whether a line is a word and two or more numbers of digits, with `separator` between them; then
// `has_commas` is set where one of them has a comma for its point.
bool is_row_with(char separator, std::string_view line, bool& has_commas) {
  line = trimmed(line);
  std::size_t numbers = 0;
  for (std::size_t at = line.find(separator); at != std::string_view::npos; ++numbers) {
    const std::size_t end = line.find(separator, at + 1);
    const std::string_view field =
        trimmed(line.substr(at + 1, end == std::string_view::npos ? end : end - at - 1));
    if (field.find_first_not_of("+-.,0123456789eE") != std::string_view::npos || field.empty() ||
        !is_digit(field.back()) || std::count(field.begin(), field.end(), ',') > 1) {
      return false;
    }
    has_commas = has_commas || field.find(',') != std::string_view::npos;
    at = end;
  }
  return numbers >= 2;
}

// Tables as programs write them in countries whose numbers have a comma for the point.
std::optional<KnownKind> table_with_other_signs(std::string_view head) {
  const std::size_t first_end = head.find('\n');
  if (first_end == std::string_view::npos) return std::nullopt;
  const std::string_view second = head.substr(first_end + 1);
  const std::size_t second_end = second.find('\n');
  if (second_end == std::string_view::npos && head.size() == kKindBytes) return std::nullopt;
  for (const char separator : {';', ' ', '\t'}) {
    bool has_commas = false;
    if (!is_row_with(separator, second.substr(0, second_end), has_commas)) continue;
    const bool has_header = !is_row_with(separator, head.substr(0, first_end), has_commas);
    if (separator != ';' && !has_commas) continue;
    const char* const signs = separator != ';' ? ", ." : has_commas ? "',;' '. '" : "';' ' '";
    KnownKind kind;
    kind.name = separator != ';' ? "is a table whose numbers have decimal commas"
                                 : "is a table with semicolons";
    kind.is_table = true;
    kind.for_vectors =
        fmt::format("`{} | wordvec convert - OUT` reads it, if no word has one of these signs",
                    has_header ? fmt::format("tail -n +2 FILE | tr {}", signs)
                               : fmt::format("tr {} < FILE", signs));
    kind.for_words =
        fmt::format("`{}cut -d '{}' -f1{}` prints its first column",
                    has_header ? "tail -n +2 FILE | " : "", separator, has_header ? "" : " FILE");
    // A tab is what cut takes anyway.
    if (separator == '\t') {
      kind.for_words = has_header ? "`tail -n +2 FILE | cut -f1` prints its first column"
                                  : "`cut -f1 FILE` prints its first column";
    }
    return kind;
  }
  return std::nullopt;
}

}  // namespace

std::optional<KnownKind> known_csv(std::string_view head) {
  if (const auto csv = csv_of(head)) return kind_of_csv(*csv);
  return table_with_other_signs(head);
}

}  // namespace wordvec
