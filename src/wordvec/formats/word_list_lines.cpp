#include "wordvec/formats/word_list_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "wordvec/base/blank.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/column_names.h"
#include "wordvec/formats/compression.h"
#include "wordvec/formats/cut_command.h"
#include "wordvec/formats/list_numbers.h"
#include "wordvec/formats/text_rows.h"

namespace wordvec {
namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
  return parse_number<std::uint64_t>(text);
}

// A line as two columns.
struct Split {
  std::string_view word;
  std::string_view number;
};

enum class Side { first, last };  // where the number stands

// How columns are parted. Blanks are for who knows that there is a number, since they are in words.
constexpr std::string_view kTab = "\t";
constexpr std::string_view kSpace = " ";
constexpr std::string_view kComma = ",";
constexpr std::string_view kSemicolon = ";";  // where a comma is that of decimals
constexpr std::string_view kTabsAndSpaces = " \t";

bool is_of_csv(std::string_view separator) {
  return separator == kComma || separator == kSemicolon;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kTabsAndSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kTabsAndSpaces) - begin + 1);
}

// nullopt: the line has no number there, or no word.
std::optional<Split> split(std::string_view line, std::string_view separator, Side side) {
  if (side == Side::last) {
    line = line.substr(0, line.find_last_not_of(kTabsAndSpaces) + 1);
    const std::size_t at = line.find_last_of(separator);
    if (at == std::string_view::npos || (at == 0 && separator == kSpace)) return std::nullopt;
    const std::string_view number =
        is_of_csv(separator) ? trimmed(line.substr(at + 1)) : line.substr(at + 1);
    if (separator == kTabsAndSpaces) {
      if (!parse_number<double>(number)) return std::nullopt;
    } else {
      const bool ends_with_digit = !number.empty() && number.back() >= '0' && number.back() <= '9';
      if (!ends_with_digit || !is_number(number)) return std::nullopt;
    }
    const std::string_view word = line.substr(0, at);
    if (separator != kTabsAndSpaces) return Split{word, number};
    return trimmed(word).empty() ? std::nullopt : std::optional(Split{trimmed(word), number});
  }
  // `uniq -c` fills up with spaces.
  const std::size_t begin = line.find_first_not_of(' ');
  const std::size_t at = line.find_first_of(separator, std::min(begin, line.size()));
  if (begin == std::string_view::npos || at == std::string_view::npos || at + 1 == line.size()) {
    return std::nullopt;
  }
  const bool is_csv = is_of_csv(separator);
  const std::string_view number = line.substr(begin, at - begin);
  if (!whole_number(is_csv ? trimmed(number) : number)) return std::nullopt;
  return Split{line.substr(at + 1), is_csv ? trimmed(number) : number};
}

bool is_special(std::string_view word) {
  return word.starts_with('<') || word.starts_with('[');
}

// What all lines come to, taken apart at one separator.
struct Columns {
  std::size_t lines = 0;        // without those that are empty, and the header
  std::size_t with_number = 0;  // of those
  std::size_t whole = 0;        // of those: with a whole number
  std::size_t repeated = 0;     // words that another line has too
  bool has_header = false;      // the first line that is not empty names the columns:
  std::size_t header = 0;       // its index
  NamedNumbers named = NamedNumbers::unknown;  // what it calls the numbers
  bool words_are_numbers = false;  // it calls the other column so, and this one the words
  bool descends = true;  // whole numbers, none above the one before but behind special words
  std::optional<std::uint64_t> counts_from;  // each number is one more than that before: the first
  bool padded = false;                       // a line begins with a space
  std::size_t more = 0;                      // lines whose word is itself more than one column
  std::size_t numbers = 0;                   // lines whose word is or ends with one, too
  std::string_view first_with;               // a line with a number
  std::size_t first_without = 0;             // a line without one, from 1; 0: there is none
};

// "king<TAB>593" of three columns, "king 593" of a word and two numbers.
bool is_more(std::string_view word, std::string_view separator) {
  if (is_of_csv(separator) && word.size() > 1 && word.front() == '"' && word.back() == '"') {
    return false;
  }
  if (separator != kSpace) return word.find_first_of(separator) != std::string_view::npos;
  const std::size_t at = word.rfind(' ');
  return at != std::string_view::npos && is_number(word.substr(at + 1));
}

bool ends_with_number(std::string_view word) {
  return is_number(word.substr(word.find_last_of(kTabsAndSpaces) + 1));
}

// A field of CSV: "" in quotes is one.
std::string unquoted(std::string_view field) {
  if (field.size() < 2 || field.front() != '"' || field.back() != '"') return std::string(field);
  std::string text;
  for (std::size_t i = 1; i + 1 < field.size(); ++i) {
    text += field[i];
    if (field[i] == '"' && field[i + 1] == '"') ++i;
  }
  return text;
}

// Two fields that name the columns of the lines below; the first may be without a name, as that of
// the index of a table of pandas.
struct ColumnPair {
  std::string first;
  std::string second;
  bool is_index() const { return first.empty() && names_words(second); }
};

// nullopt: `line` is none.
std::optional<ColumnPair> column_pair(std::string_view line, std::string_view separator) {
  const std::size_t at = line.find_first_of(separator);
  if (at == std::string_view::npos) return std::nullopt;
  ColumnPair names{unquoted(trimmed(line.substr(0, at))), unquoted(trimmed(line.substr(at + 1)))};
  if (!names_column(names.second) || !(names.is_index() || names_column(names.first))) {
    return std::nullopt;
  }
  return names;
}

NamedNumbers numbers_of_pair(const ColumnPair& names, Side side) {
  if (names.is_index() && side == Side::first) return NamedNumbers::rows;
  return numbers_named(side == Side::last ? names.second : names.first);
}

bool take_header(std::string_view line, std::string_view separator, Side side, Columns& columns) {
  const auto names = column_pair(line, separator);
  if (!names) return false;
  const std::string& numbers = side == Side::last ? names->second : names->first;
  const std::string& words = side == Side::last ? names->first : names->second;
  columns.has_header = true;
  columns.named = numbers_of_pair(*names, side);
  columns.words_are_numbers = names_words(numbers) && !names_words(words);
  return true;
}

Columns columns_of(const std::vector<std::string>& lines, std::string_view separator, Side side) {
  Columns columns;
  std::unordered_set<std::string_view> seen;
  seen.reserve(lines.size());
  std::optional<std::uint64_t> before;
  std::string_view word_before;
  bool in_sequence = true;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    if (line.empty()) continue;
    const auto parts = split(line, separator, side);
    if (!parts) {
      if (columns.lines == 0 && !columns.has_header &&
          take_header(line, separator, side, columns)) {
        columns.header = i;
        continue;
      }
      ++columns.lines;
      if (columns.first_without == 0) columns.first_without = i + 1;
      in_sequence = false;
      continue;
    }
    ++columns.lines;
    if (++columns.with_number == 1) columns.first_with = line;
    columns.padded = columns.padded || line.front() == ' ';
    if (is_more(parts->word, separator)) ++columns.more;
    if (ends_with_number(parts->word)) ++columns.numbers;
    if (!seen.insert(parts->word).second) ++columns.repeated;
    const auto number = whole_number(parts->number);
    if (!number) {
      columns.descends = false;
      in_sequence = false;
      continue;
    }
    ++columns.whole;
    // Words like </s> may stand before the most frequent.
    if (before && *number > *before && !is_special(word_before)) columns.descends = false;
    word_before = parts->word;
    if (!before) {
      columns.counts_from = number;
    } else if (*number != *before + 1) {
      in_sequence = false;
    }
    before = number;
  }
  if (!in_sequence || columns.with_number < kFewNumbers || columns.counts_from.value_or(2) > 1) {
    columns.counts_from.reset();
  }
  return columns;
}

// One in a hundred may be anything.
bool nearly_none(std::size_t some, std::size_t all) {
  return some <= all / 100;
}

// `is_csv`: the name of the file says so. A word may be there more than once where its numbers are
// added.
bool are_certain(const Columns& columns, std::string_view separator, Side side, bool is_csv,
                 ListedNumbers expected) {
  const bool nearly_all = nearly_none(columns.lines - columns.with_number, columns.lines);
  const std::size_t repeated = expected == ListedNumbers::unknown ? columns.repeated : 0;
  if (columns.with_number == 0 || !nearly_all || !nearly_none(repeated, columns.lines)) {
    return false;
  }
  if (columns.more * 2 >= columns.with_number || columns.words_are_numbers) return false;
  if (columns.has_header) return true;
  if (is_of_csv(separator) && !is_csv) {
    // Commas are in words and in numbers: all lines must have one number, beside a word.
    return columns.with_number == columns.lines && columns.with_number >= kFewNumbers &&
           columns.more == 0 && columns.numbers == 0 && repeated == 0;
  }
  const bool is_phrase = separator == kSpace;
  if (side == Side::first) {
    // "7 days": a number in front of a word is rarely beside it.
    const bool ordered = columns.counts_from || columns.padded ||
                         (columns.descends && columns.with_number >= kManyNumbers);
    return columns.whole == columns.with_number && (ordered || !is_phrase);
  }
  if (!is_phrase) return true;
  const bool ordered =
      columns.counts_from || (columns.descends && columns.with_number >= kFewNumbers);
  return ordered || columns.with_number >= kManyNumbers;
}

std::string file_text(const std::string& name) {
  return printable(name);
}

// A line of a column of rows that has none.
[[noreturn]] void fail_row(const Columns& columns, const std::string& name) {
  throw Error(ErrorCode::malformed,
              fmt::format("has a column of rows by its first line, but {} of {} lines have no "
                          "whole number there, expected one in each",
                          columns.lines - columns.whole, columns.lines),
              name);
}

void take_columns(const Columns& columns, std::string_view separator, Side side,
                  const std::string& name, const WordListOptions& options, WordList& list) {
  if (columns.named == NamedNumbers::rows && columns.whole < columns.lines) fail_row(columns, name);
  if (columns.has_header) list.words[columns.header].clear();
  std::erase_if(list.words, [](const std::string& line) { return line.empty(); });
  list.warning.clear();
  const bool are_whole = columns.whole == columns.with_number;
  std::vector<std::uint64_t> numbers;
  if (are_whole) numbers.assign(list.words.size(), 0);
  for (std::size_t i = 0; i < list.words.size(); ++i) {
    const auto parts = split(list.words[i], separator, side);
    if (!parts) continue;
    if (are_whole) numbers[i] = *whole_number(parts->number);
    // Of a word that is looked up, blanks around it are no part; one of a row may have some.
    const bool is_trimmed = options.expected != ListedNumbers::unknown;
    list.words[i] = is_of_csv(separator)
                        ? unquoted(trimmed(parts->word))
                        : std::string(is_trimmed ? trimmed(parts->word) : parts->word);
  }
  if (are_whole && are_rows_of_list(numbers, columns.descends, columns.named, options.expected,
                                    name, list.warning)) {
    std::vector<NumberedWord> words;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      words.push_back({std::move(list.words[i]), numbers[i], 0});
    }
    put_at_rows(std::move(words), options, name, list);
    list.note = fmt::format("{}: each line has a word and its row{}", file_text(name),
                            columns.has_header ? ", below the names of the columns" : "");
    return;
  }
  if (are_whole) list.counts = std::move(numbers);
  list.note =
      fmt::format("{}: each line has a word and a {}: the words are the {} column", file_text(name),
                  are_whole ? "count" : "score", side == Side::last ? "first" : "second");
  if (columns.has_header) list.note += ", without the first line, which names the columns";
  if (const std::size_t without = columns.lines - columns.with_number; without > 0) {
    list.note +=
        fmt::format("; {} {} no number, the first at line {}, and {} as {}", without,
                    without == 1 ? "line has" : "lines have", columns.first_without,
                    without == 1 ? "is a word" : "are words", without == 1 ? "it is" : "they are");
  }
}

// A line that has no number that could be that of a word.
[[noreturn]] void fail_frequency(std::string_view line, std::string_view separator,
                                 std::uint64_t number, const std::string& name) {
  const std::size_t at = line.find_last_of(separator);
  const std::string_view last =
      at == std::string_view::npos ? trimmed(line) : trimmed(line.substr(at + 1));
  const bool is_alone = parse_number<double>(last) && trimmed(line) == last;
  throw Error::at_line(
      name, number,
      is_alone
          ? fmt::format("found the number {} alone, expected a word before it", in_quotes(last))
          : fmt::format("found {} where the number of a word is expected, not below 0: a line is a "
                        "word and its count or frequency, as \"the 1061396\"",
                        in_quotes(last)));
}

// Lines that `uniq -c` has written: numbers that end in the seventh column, those of BSD in the
// fourth, or that are longer.
bool are_counted(const std::vector<std::string>& lines) {
  const auto fits = [&](std::size_t column) {
    return std::all_of(lines.begin(), lines.end(), [&](const std::string& line) {
      if (line.empty()) return true;
      const std::size_t begin = line.find_first_not_of(' ');
      const std::size_t end = line.find(' ', begin);
      return end == column || (begin == 0 && end > column);
    });
  };
  constexpr std::size_t kGnuColumns = 7;
  constexpr std::size_t kBsdColumns = 4;
  return fits(kGnuColumns) || fits(kBsdColumns);
}

// Of a list of a word and its number, `line` is one that has more of these.
[[noreturn]] void fail_several(std::string_view line, const std::string& name) {
  const std::string_view separator = line.find('\t') == std::string_view::npos ? kSpace : kTab;
  throw Error(ErrorCode::malformed,
              fmt::format("has lines of a word and several numbers, as {}, expected a word and its "
                          "count or frequency, as \"the 1061396\": `{} FILE` prints each word and "
                          "its first number",
                          in_quotes(line), cut_command(separator, "1,2")),
              name);
}

// Of lines with blanks, those whose word ends with a number of its own column: "king 3" of
// "king 3 5".
class SeveralNumbers {
 public:
  void add(std::string_view line, std::string_view word) {
    ++lines_;
    const std::string_view separator = line.find('\t') == std::string_view::npos ? kSpace : kTab;
    const std::size_t at = word.find_last_of(separator);
    if (at == std::string_view::npos || !is_number(trimmed(word.substr(at + 1)))) return;
    if (++found_ == 1) first_ = line;
  }

  // Throws Error(malformed) where all lines have them; returns a warning where most have.
  std::string judge(const std::string& name) const {
    if (found_ * 2 < lines_ || found_ == 0) return {};
    if (found_ == lines_ && lines_ > 1) fail_several(first_, name);
    return fmt::format(
        "{}: {} of {} lines {} with two numbers, as {} does: the last is taken, and "
        "the word is all before it",
        file_text(name), found_, lines_, found_ == 1 ? "ends" : "end", in_quotes(first_));
  }

 private:
  std::size_t lines_ = 0;
  std::size_t found_ = 0;
  std::string_view first_;
};

// The lines as words and their numbers, which all of them have.
WordList take_frequencies(std::vector<std::string> lines, bool is_csv, const std::string& name) {
  for (std::string& line : lines) {
    line.resize(line.find_last_not_of(kTabsAndSpaces) + 1);
    if (is_blank(line)) line.clear();
  }
  const auto are_all = [](const Columns& columns) {
    return columns.with_number == columns.lines && !columns.words_are_numbers;
  };
  std::string_view separator = is_csv ? kComma : kTabsAndSpaces;
  Side side = Side::last;
  Columns columns = columns_of(lines, separator, side);
  for (const auto& [other, at] :
       {std::pair(kComma, Side::last), std::pair(kSemicolon, Side::last),
        std::pair(kComma, Side::first), std::pair(kSemicolon, Side::first),
        std::pair(kTabsAndSpaces, Side::last)}) {
    if (are_all(columns)) break;
    const Columns others = columns_of(lines, other, at);
    const bool is_good = is_csv ? are_all(others)
                                : others.lines > 0 && are_certain(others, other, at, false,
                                                                  ListedNumbers::frequencies);
    if (!is_good || !are_all(others)) continue;
    columns = others;
    separator = other;
    side = at;
  }
  if (!is_of_csv(separator) && (columns.padded || !are_all(columns))) {
    // As `uniq -c` prints them, filled up with spaces.
    const Columns first = columns_of(lines, kTabsAndSpaces, Side::first);
    if (are_all(first) && (!are_all(columns) || (first.padded && are_counted(lines)))) {
      columns = first;
      separator = kTabsAndSpaces;
      side = Side::first;
    }
  }
  WordList list;
  SeveralNumbers several;
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty() || (columns.has_header && i == columns.header)) continue;
    const auto parts = split(lines[i], separator, side);
    const auto value = parts ? parse_number<double>(parts->number) : std::nullopt;
    if (!value || !std::isfinite(*value) || *value < 0) {
      fail_frequency(lines[i], separator, i + 1, name);
    }
    if (const auto whole = whole_number(parts->number)) numbers.push_back(*whole);
    if (side == Side::last && separator == kTabsAndSpaces) several.add(lines[i], parts->word);
    list.words.push_back(is_of_csv(separator) ? unquoted(trimmed(parts->word))
                                              : std::string(parts->word));
    list.frequencies.push_back(*value);
  }
  list.warning = several.judge(name);
  const bool are_whole = numbers.size() == list.words.size();
  if (are_whole || columns.named == NamedNumbers::rows) {
    are_rows_of_list(numbers, columns.descends, columns.named, ListedNumbers::frequencies, name,
                     list.warning);
  }
  if (side == Side::first) {
    list.note = fmt::format("{}: each line has a number and its word", file_text(name));
  } else if (columns.has_header) {
    list.note = fmt::format("{}: the first line names the columns", file_text(name));
  }
  return list;
}

// Rows of a word and the same number of values, three at least, in all lines but for a header.
// Where one number is `expected` beside each word, and the first of each could be that, these are
// the columns of a table of frequencies.
void refuse_vectors(const std::vector<std::string>& lines, ListedNumbers expected,
                    const std::string& name) {
  constexpr std::size_t kMinValues = 3;
  constexpr std::size_t kLookedAtLines = 100;
  std::size_t rows = 0;
  std::size_t values = 0;
  bool has_fraction = false;
  bool may_be_frequencies = expected != ListedNumbers::unknown;
  for (std::size_t i = 0; i < std::min(lines.size(), kLookedAtLines); ++i) {
    const std::size_t fields = count_fields(lines[i]);
    if (i == 0 && fields == 2) continue;  // word2vec's header
    if (fields <= kMinValues || (values != 0 && fields != values + 1)) return;
    values = fields - 1;
    std::string_view rest = lines[i];
    std::string_view field;
    for (std::size_t v = 0; v < values; ++v) {
      field = last_field(rest);
      if (!is_number(field)) return;
      has_fraction = has_fraction || field.find('.') != std::string_view::npos;
      rest = rest.substr(0, static_cast<std::size_t>(field.data() - rest.data()));
    }
    may_be_frequencies =
        may_be_frequencies && (expected == ListedNumbers::counts ? whole_number(field).has_value()
                                                                 : field.front() != '-');
    ++rows;
  }
  if (rows < 2 || !has_fraction) return;
  if (may_be_frequencies) fail_several(lines[1], name);
  throw Error(
      ErrorCode::malformed,
      fmt::format("has lines of a word and {} values: these are word vectors, expected {}", values,
                  expected == ListedNumbers::unknown
                      ? "a list of words, one a line: `cut -d' ' -f1 FILE` prints the words"
                      : "a word and its count or frequency, as \"the 1061396\""),
      name);
}

// True where `line` has something before `separator`, which is no part of a field in quotes.
bool has_columns(std::string_view line, std::string_view separator) {
  std::size_t begin = 0;
  if (is_of_csv(separator) && line.starts_with('"')) {
    begin = line.find('"', 1);
    while (begin != std::string_view::npos && line.substr(begin).starts_with("\"\"")) {
      begin = line.find('"', begin + 2);
    }
  }
  const std::size_t at = line.find(separator, std::min(begin, line.size()));
  return at != std::string_view::npos && at > 0;
}

// Of lines that are words as they stand.
std::string warning_of_columns(const std::vector<std::string>& lines, bool is_csv,
                               const std::string& name) {
  struct Between {
    std::string_view separator;
    std::string_view name;
  };
  for (const auto& [separator, what] :
       {Between{kTab, "tab"}, Between{kComma, "comma"}, Between{kSemicolon, "semicolon"}}) {
    if (is_of_csv(separator) && !is_csv) continue;
    const auto some = static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(),
                      [by = separator](const std::string& line) { return has_columns(line, by); }));
    if (some == 0 || some * 2 < lines.size()) continue;
    return fmt::format(
        "{}: {} of {} lines have columns with a {} between: the words are whole lines; `{} FILE` "
        "prints the first column",
        file_text(name), some, lines.size(), what, cut_command(separator, "1"));
  }
  return {};
}

// Refuses lines of several columns with tabs between of which the first line names that of the
// words and that of their rows: as whole lines they would be the words of other rows.
void refuse_rows_among_columns(const std::vector<std::string>& lines, const std::string& name) {
  if (lines.empty()) return;
  std::vector<std::string_view> fields;
  for (std::string_view rest = lines.front();;) {
    const std::size_t tab = rest.find('\t');
    fields.push_back(rest.substr(0, tab));
    if (tab == std::string_view::npos) break;
    rest.remove_prefix(tab + 1);
  }
  const auto words = std::find_if(fields.begin(), fields.end(), names_words);
  auto rows = std::find_if(fields.begin(), fields.end(), names_rows);
  if (rows == fields.end() && fields.front().empty()) rows = fields.begin();
  if (fields.size() < 3 || words == fields.end() || rows == fields.end()) return;
  const auto number = [&](auto field) { return field - fields.begin() + 1; };
  throw Error(
      ErrorCode::malformed,
      fmt::format("has {} columns by its first line, expected words, or words and their "
                  "rows: `cut -f{},{} FILE` prints {} and {} alone",
                  fields.size(), std::min(number(words), number(rows)),
                  std::max(number(words), number(rows)), in_quotes(*words), in_quotes(*rows)),
      name);
}

// Empty lines at the end are no words, and others are none where the words are as many as the rows
// without them.
void settle_empty_lines(const WordListOptions& options, const std::string& name, WordList& list) {
  std::vector<std::string>& words = list.words;
  if (options.skip_blank) {
    std::erase_if(words, [](const std::string& word) { return is_blank(word); });
    return;
  }
  const std::size_t least = options.rows ? static_cast<std::size_t>(*options.rows) : 0;
  while (words.size() > least && words.back().empty()) words.pop_back();
  if (!options.rows || words.size() <= least) return;
  const auto empty = static_cast<std::size_t>(
      std::count_if(words.begin(), words.end(), [](const std::string& w) { return w.empty(); }));
  if (empty == 0 || words.size() - empty != least) return;
  std::erase_if(words, [](const std::string& word) { return word.empty(); });
  list.note =
      fmt::format("{}: {} passed over: without {} there are as many words as rows", file_text(name),
                  empty == 1 ? "an empty line is" : fmt::format("{} empty lines are", empty),
                  empty == 1 ? "it" : "them");
}

}  // namespace

bool names_rows_beside_words(std::string_view line) {
  const auto names = column_pair(line, kTab);
  return names && (numbers_of_pair(*names, Side::last) == NamedNumbers::rows ||
                   numbers_of_pair(*names, Side::first) == NamedNumbers::rows);
}

WordList word_list_of_lines(std::vector<std::string> lines, const WordListOptions& options,
                            const std::string& name) {
  refuse_vectors(lines, options.expected, name);
  const bool is_csv = has_extension(less_compression(name), ".csv");
  if (options.expected == ListedNumbers::frequencies) {
    return take_frequencies(std::move(lines), is_csv, name);
  }
  WordList list;
  list.words = std::move(lines);
  struct Way {
    std::string_view separator;
    Side side;
  };
  constexpr std::array<Way, 8> kWays = {{{kTab, Side::last},
                                         {kTab, Side::first},
                                         {kSpace, Side::last},
                                         {kSpace, Side::first},
                                         {kComma, Side::last},
                                         {kComma, Side::first},
                                         {kSemicolon, Side::last},
                                         {kSemicolon, Side::first}}};
  const bool expects_counts = options.expected == ListedNumbers::counts;
  std::string_view with_several;  // a line of a word and several numbers, where all are such
  for (const auto [separator, side] : kWays) {
    const Columns columns = columns_of(list.words, separator, side);
    const bool is_uniq = expects_counts && columns.padded && are_counted(list.words);
    if (is_uniq && side == Side::last) continue;
    const bool are_expected = expects_counts && columns.lines > 0 &&
                              columns.whole == columns.lines && !is_of_csv(separator) &&
                              (side == Side::first || columns.more == 0);
    if (are_expected || are_certain(columns, separator, side, is_csv, options.expected)) {
      take_columns(columns, separator, side, name, options, list);
      return list;
    }
    const bool have_several = columns.with_number > 1 && columns.more == columns.with_number &&
                              columns.numbers == columns.with_number &&
                              columns.lines - columns.with_number <= 1;  // names of columns
    if (have_several && side == Side::last && !is_of_csv(separator) && with_several.empty()) {
      with_several = columns.first_with;
    }
    // "1,000" is a number, and no word beside one.
    const std::size_t telling =
        is_of_csv(separator) ? columns.with_number - columns.numbers : columns.with_number;
    const bool many = telling > 0 && telling * 4 >= columns.lines;
    if (many && list.warning.empty() && !columns.first_with.empty() &&
        (side == Side::last || columns.counts_from || columns.whole == columns.lines)) {
      list.warning = fmt::format(
          "{}: {} of {} lines {} with a number, as {} does: the words are whole lines; if the "
          "number is no part of the word, `{} FILE` prints the words alone",
          file_text(name), columns.with_number, columns.lines, side == Side::last ? "end" : "begin",
          in_quotes(columns.first_with), cut_command(separator, side == Side::first ? "2-" : "1"));
    }
  }
  if (expects_counts && !with_several.empty()) fail_several(with_several, name);
  if (options.rows || options.are_of_rows) refuse_rows_among_columns(list.words, name);
  if (list.warning.empty()) list.warning = warning_of_columns(list.words, is_csv, name);
  settle_empty_lines(options, name, list);
  list.are_lines = true;
  return list;
}

}  // namespace wordvec
