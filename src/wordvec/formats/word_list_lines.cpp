#include "wordvec/formats/word_list_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_set>
#include <utility>

#include "wordvec/base/blank.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/compression.h"
#include "wordvec/formats/text_rows.h"

namespace wordvec {
namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_header_name(std::string_view field) {
  constexpr std::array<std::string_view, 14> kNames = {
      "word",      "words", "token", "term",  "count", "counts", "freq",
      "frequency", "n",     "score", "index", "id",    "rank",   "number"};
  std::string lower(field);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::find(kNames.begin(), kNames.end(), lower) != kNames.end();
}

// A line as two columns.
struct Split {
  std::string_view word;
  std::string_view number;
};

enum class Side { first, last };  // where the number stands

// nullopt: the line has no number there, or no word.
std::optional<Split> split(std::string_view line, char separator, Side side) {
  if (side == Side::last) {
    const std::size_t at = line.rfind(separator);
    if (at == std::string_view::npos || (at == 0 && separator == ' ')) return std::nullopt;
    const std::string_view number = line.substr(at + 1);
    const bool ends_with_digit = !number.empty() && number.back() >= '0' && number.back() <= '9';
    if (!ends_with_digit || !is_number(number)) return std::nullopt;
    return Split{line.substr(0, at), number};
  }
  // `uniq -c` fills up with spaces.
  const std::size_t begin = line.find_first_not_of(' ');
  const std::size_t at = line.find(separator, std::min(begin, line.size()));
  if (begin == std::string_view::npos || at == std::string_view::npos || at + 1 == line.size()) {
    return std::nullopt;
  }
  const std::string_view number = line.substr(begin, at - begin);
  if (!whole_number(number)) return std::nullopt;
  return Split{line.substr(at + 1), number};
}

bool is_special(std::string_view word) {
  return word.starts_with('<') || word.starts_with('[');
}

// Lines, as few as an order can be told of.
constexpr std::size_t kFewLines = 3;
// Lines beyond which it is no accident that all of them end with a number.
constexpr std::size_t kManyLines = 20;

// What all lines come to, taken apart at one separator.
struct Columns {
  std::size_t lines = 0;        // without those that are empty, and the header
  std::size_t with_number = 0;  // of those
  std::size_t whole = 0;        // of those: with a whole number
  std::size_t repeated = 0;     // words that another line has too
  bool has_header = false;      // the first line names the columns
  bool descends = true;         // whole numbers, none above the one before but behind special words
  std::optional<std::uint64_t> counts_from;  // each number is one more than that before: the first
  bool padded = false;                       // a line begins with a space
  std::size_t more = 0;                      // lines whose word is itself more than one column
  std::string_view first_with;               // a line with a number
  std::size_t first_without = 0;             // a line without one, from 1; 0: there is none
};

// "king<TAB>593" of three columns, "king 593" of a word and two numbers.
bool is_more(std::string_view word, char separator) {
  if (separator != ' ') return word.find(separator) != std::string_view::npos;
  const std::size_t at = word.rfind(' ');
  return at != std::string_view::npos && is_number(word.substr(at + 1));
}

Columns columns_of(const std::vector<std::string>& lines, char separator, Side side) {
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
      const std::size_t at = line.find(separator);
      if (i == 0 && at != std::string_view::npos && is_header_name(line.substr(0, at)) &&
          is_header_name(line.substr(at + 1))) {
        columns.has_header = true;
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
  if (!in_sequence || columns.with_number < kFewLines || columns.counts_from.value_or(2) > 1) {
    columns.counts_from.reset();
  }
  return columns;
}

// One in a hundred may be anything.
bool nearly_none(std::size_t some, std::size_t all) {
  return some <= all / 100;
}

bool are_certain(const Columns& columns, char separator, Side side) {
  const bool nearly_all = nearly_none(columns.lines - columns.with_number, columns.lines);
  if (columns.with_number == 0 || !nearly_all || !nearly_none(columns.repeated, columns.lines)) {
    return false;
  }
  if (columns.more * 2 >= columns.with_number) return false;
  if (columns.has_header) return true;
  const bool is_phrase = separator == ' ';
  if (side == Side::first) {
    // "7 days": a number in front of a word is rarely beside it.
    const bool ordered = columns.counts_from || columns.padded ||
                         (columns.descends && columns.with_number >= kManyLines);
    return columns.whole == columns.with_number && (ordered || !is_phrase);
  }
  if (!is_phrase) return true;
  const bool ordered =
      columns.counts_from || (columns.descends && columns.with_number >= kFewLines);
  return ordered || columns.with_number >= kManyLines;
}

std::string file_text(const std::string& name) {
  return printable(name);
}

std::string_view column_remedy(char separator, Side side) {
  if (side == Side::first) return separator == '\t' ? "cut -f2-" : "cut -d' ' -f2-";
  return separator == '\t' ? "cut -f1" : separator == ',' ? "cut -d, -f1" : "cut -d' ' -f1";
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

// Numbers that are 0, 1, 2 … or 1, 2, 3 …, each once, are rows and no counts: puts the words into
// their order.
bool put_in_order(WordList& list) {
  const std::size_t size = list.counts.size();
  if (size < kFewLines) return false;
  const std::uint64_t least = *std::min_element(list.counts.begin(), list.counts.end());
  if (least > 1) return false;
  std::vector<std::string*> words(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint64_t row = list.counts[i] - least;
    if (row >= size || words[static_cast<std::size_t>(row)] != nullptr) return false;
    words[static_cast<std::size_t>(row)] = &list.words[i];
  }
  std::vector<std::string> ordered;
  ordered.reserve(size);
  for (std::string* word : words) ordered.push_back(std::move(*word));
  list.words = std::move(ordered);
  list.counts.clear();
  return true;
}

void take_columns(const Columns& columns, char separator, Side side, const std::string& name,
                  bool expects_counts, WordList& list) {
  if (columns.has_header) list.words.erase(list.words.begin());
  std::erase_if(list.words, [](const std::string& line) { return line.empty(); });
  list.warning.clear();
  const bool are_counts = columns.whole == columns.with_number && !columns.counts_from;
  if (are_counts) list.counts.assign(list.words.size(), 0);
  for (std::size_t i = 0; i < list.words.size(); ++i) {
    const auto parts = split(list.words[i], separator, side);
    if (!parts) continue;
    if (are_counts) list.counts[i] = *whole_number(parts->number);
    list.words[i] = separator == ',' ? unquoted(parts->word) : std::string(parts->word);
  }
  // Counts fall in most vocabularies, also those of 3, 2 and 1.
  if (!columns.descends && !expects_counts && put_in_order(list)) {
    list.note = fmt::format("{}: each line has a word and its row", file_text(name));
    return;
  }
  const std::string_view what = are_counts            ? "count"
                                : columns.counts_from ? "number in order"
                                                      : "score";
  list.note = fmt::format("{}: each line has a word and a {}: the words are the {} column",
                          file_text(name), what, side == Side::last ? "first" : "second");
  if (columns.has_header) list.note += ", without the first line, which names the columns";
  if (const std::size_t without = columns.lines - columns.with_number; without > 0) {
    list.note +=
        fmt::format("; {} {} no number, the first at line {}, and {} as {}", without,
                    without == 1 ? "line has" : "lines have", columns.first_without,
                    without == 1 ? "is a word" : "are words", without == 1 ? "it is" : "they are");
  }
}

// Rows of a word and the same number of values, three at least, in all lines but for a header.
void refuse_vectors(const std::vector<std::string>& lines, const std::string& name) {
  constexpr std::size_t kFewestValues = 3;
  constexpr std::size_t kLookedAtLines = 100;
  std::size_t rows = 0;
  std::size_t values = 0;
  bool has_fraction = false;
  for (std::size_t i = 0; i < std::min(lines.size(), kLookedAtLines); ++i) {
    const std::size_t fields = count_fields(lines[i]);
    if (i == 0 && fields == 2) continue;  // word2vec's header
    if (fields <= kFewestValues || (values != 0 && fields != values + 1)) return;
    values = fields - 1;
    std::string_view rest = lines[i];
    for (std::size_t v = 0; v < values; ++v) {
      const std::string_view field = last_field(rest);
      if (!is_number(field)) return;
      has_fraction = has_fraction || field.find('.') != std::string_view::npos;
      rest = rest.substr(0, static_cast<std::size_t>(field.data() - rest.data()));
    }
    ++rows;
  }
  if (rows < 2 || !has_fraction) return;
  throw Error(ErrorCode::malformed,
              fmt::format("has lines of a word and {} values: these are word vectors, expected a "
                          "list of words, one a line: `cut -d' ' -f1 FILE` prints the words",
                          values),
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

WordList word_list_of_lines(std::vector<std::string> lines, const WordListOptions& options,
                            const std::string& name) {
  WordList list;
  refuse_vectors(lines, name);
  list.words = std::move(lines);

  const bool is_csv = has_extension(less_compression(name), ".csv");
  struct Way {
    char separator;
    Side side;
  };
  constexpr std::array<Way, 5> kWays = {{{'\t', Side::last},
                                         {'\t', Side::first},
                                         {' ', Side::last},
                                         {' ', Side::first},
                                         {',', Side::last}}};
  for (const auto [separator, side] : kWays) {
    if (separator == ',' && !is_csv) continue;
    const Columns columns = columns_of(list.words, separator, side);
    const bool are_expected = options.expects_counts && side == Side::last && columns.lines > 0 &&
                              columns.whole == columns.lines && columns.more == 0;
    if (are_expected || are_certain(columns, separator, side)) {
      take_columns(columns, separator, side, name, options.expects_counts, list);
      return list;
    }
    const bool many = columns.with_number > 0 && columns.with_number * 4 >= columns.lines;
    if (many && list.warning.empty() && !columns.first_with.empty() &&
        (side == Side::last || columns.counts_from || columns.whole == columns.lines)) {
      list.warning = fmt::format(
          "{}: {} of {} lines {} with a number, as {} does: the words are whole lines; if the "
          "number is no part of the word, `{} FILE` prints the words alone",
          file_text(name), columns.with_number, columns.lines, side == Side::last ? "end" : "begin",
          in_quotes(columns.first_with), column_remedy(separator, side));
    }
  }
  const auto tabs = static_cast<std::size_t>(
      std::count_if(list.words.begin(), list.words.end(), [](const std::string& line) {
        return line.find('\t') != std::string::npos && line.front() != '\t';
      }));
  if (list.warning.empty() && tabs > 0 && tabs * 2 >= list.words.size()) {
    list.warning = fmt::format(
        "{}: {} of {} lines have columns with a tab between: the words are whole lines; `cut -f1 "
        "FILE` prints the first column",
        file_text(name), tabs, list.words.size());
  }
  settle_empty_lines(options, name, list);
  list.are_lines = true;
  return list;
}

}  // namespace wordvec
