#include "wordvec/formats/projector_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/text_encoding.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/column_names.h"
#include "wordvec/formats/cut_command.h"
#include "wordvec/formats/list_numbers.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

// What String.prototype.trim() of JavaScript removes, by which the projector finds blank lines.
bool is_white_space(std::uint32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == ' ' || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000 || c == 0xfeff;
}

bool is_blank_field(std::string_view text) {
  while (!text.empty()) {
    const Utf8Char c = decode_utf8(text);
    if (!c.valid || !is_white_space(c.code_point)) return false;
    text.remove_prefix(c.size_bytes);
  }
  return true;
}

struct Escape {
  char sign;
  char meaning;
};
constexpr std::array<Escape, 4> kEscapes = {{{'t', '\t'}, {'n', '\n'}, {'r', '\r'}, {'\\', '\\'}}};

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return std::nullopt;
}

void append_hex(std::string& out, char c) {
  fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
}

// nullopt: a backslash of `text` begins no escape.
std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t backslash = text.find('\\');
    out += text.substr(0, backslash);
    if (backslash == std::string_view::npos) break;
    text.remove_prefix(backslash + 1);
    const auto* const escape = std::find_if(kEscapes.begin(), kEscapes.end(), [&](const Escape& e) {
      return text.starts_with(e.sign);
    });
    if (escape != kEscapes.end()) {
      out += escape->meaning;
      text.remove_prefix(1);
      continue;
    }
    if (text.size() < 3 || text[0] != 'x') return std::nullopt;
    const auto high = hex_digit(text[1]);
    const auto low = hex_digit(text[2]);
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high << 4 | *low);
    text.remove_prefix(3);
  }
  return out;
}

std::string_view field_of(std::string_view line, std::size_t column) {
  for (; column > 0; --column) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) return {};
    line.remove_prefix(tab + 1);
  }
  return line.substr(0, line.find('\t'));
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const std::size_t tab = line.find('\t');
    fields.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return fields;
    line.remove_prefix(tab + 1);
  }
}

// Which columns of `lines`, below their names, have something that is no number, as far as `wanted`
// does not have it.
std::vector<bool> columns_of_text(std::string_view lines, std::size_t columns, std::size_t wanted) {
  std::vector<bool> found(columns);
  while (!lines.empty() && !found[wanted]) {
    const TextLine line = first_line(lines);
    lines.remove_prefix(line.size_bytes);
    std::string_view rest = line.text;
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t tab = rest.find('\t');
      const std::string_view field = rest.substr(0, tab);
      found[column] = found[column] || !(is_blank_field(field) || is_number(field));
      if (tab == std::string_view::npos) break;
      rest.remove_prefix(tab + 1);
    }
  }
  return found;
}

struct WordColumn {
  std::size_t column = 0;
  std::string_view name;
  bool is_told = false;  // that it is this one is no matter of course
};

// Of `names`, and the lines below them.
WordColumn word_column(std::string_view names, std::string_view lines) {
  const std::vector<std::string_view> fields = fields_of(names);
  // Those whose name says so, the likeliest first.
  std::vector<std::size_t> named;
  const auto add = [&](auto fits) {
    for (std::size_t column = 0; column < fields.size(); ++column) {
      const bool is_new = std::find(named.begin(), named.end(), column) == named.end();
      if (is_new && fits(fields[column])) named.push_back(column);
    }
  };
  add([](std::string_view name) { return lower_case(name) == "word"; });
  add(names_words_alone);
  const bool has_words_alone = !named.empty();
  add([](std::string_view name) { return lower_case(name) == "label"; });
  // Of a column of words and one of labels, a person may have meant the other.
  const bool is_choice = has_words_alone && named.size() > 1 &&
                         lower_case(fields[named.front()]) != "word" &&
                         lower_case(fields[named.back()]) == "label";
  add(names_words);
  const std::size_t wanted = named.empty() ? 0 : named.front();
  const std::vector<bool> are_text = columns_of_text(lines, fields.size(), wanted);
  const auto has_text = [&](std::size_t column) { return are_text[column]; };
  const auto best = std::find_if(named.begin(), named.end(), has_text);
  std::size_t column = best == named.end() ? wanted : *best;
  if (named.empty()) {
    const auto first = std::find(are_text.begin(), are_text.end(), true);
    if (first != are_text.end()) column = static_cast<std::size_t>(first - are_text.begin());
  }
  // Without rows there is nothing to tell.
  const bool is_as_named = named.empty() ? column == 0 : column == wanted;
  return {column, fields[column],
          !lines.empty() && (is_choice || !(is_as_named && has_text(column)))};
}

// Lines that are words, as far as there may be a number beside each.
class NumbersBeside {
 public:
  void add(std::string_view line) {
    ++lines_;
    count(line.substr(0, line.find(' ')), line, first_, first_line_);
    count(line.substr(line.rfind(' ') + 1), line, last_, last_line_);
  }

  // A warning as that of lists of words (word_list_lines.cpp).
  std::string warning(const std::string& path) const {
    const bool at_end = last_ * 4 >= lines_ && last_ > 0;
    if (!at_end && (first_ < lines_ || first_ == 0)) return {};
    return fmt::format(
        "{}: {} of {} lines {} with a number, as {} does: the words are whole lines; if the number "
        "is no part of the word, `{} FILE` prints the words alone",
        printable(path), at_end ? last_ : first_, lines_, at_end ? "end" : "begin",
        in_quotes(at_end ? last_line_ : first_line_), cut_command(" ", at_end ? "1" : "2-"));
  }

 private:
  static void count(std::string_view field, std::string_view line, std::size_t& lines,
                    std::string_view& example) {
    if (field.size() == line.size() || field.empty() || !is_number(field)) return;
    if (++lines == 1) example = line;
  }

  std::size_t lines_ = 0;
  std::size_t first_ = 0;  // that begin with one
  std::size_t last_ = 0;   // that end with one
  std::string_view first_line_;
  std::string_view last_line_;
};

// The counts of the lines, as long as each has one.
class CountColumn {
 public:
  // `names` are those of the columns; no count is in that of the words.
  CountColumn(std::string_view names, std::size_t column_of_words) {
    const std::vector<std::string_view> fields = fields_of(names);
    for (std::size_t column = 0; column < fields.size(); ++column) {
      if (column == column_of_words || !names_counts(fields[column])) continue;
      column_ = column;
      name_ = fields[column];
      return;
    }
  }
  CountColumn() = default;

  void add(std::string_view line, std::uint64_t number) {
    if (!column_ || line_without_ != 0) return;
    if (const auto count = parse_number<std::uint64_t>(field_of(line, *column_))) {
      counts_.push_back(*count);
    } else {
      line_without_ = number;
    }
  }

  void take_into(WordList& list, const std::string& path) {
    if (!column_ || list.words.empty()) return;
    if (!list.note.empty()) list.note += "; ";
    const std::string column = fmt::format("{}: the column {}", printable(path), in_quotes(name_));
    if (line_without_ == 0) {
      list.counts = std::move(counts_);
      list.note += column + " says how often each word occurred";
    } else {
      list.note += fmt::format("{} is passed over: line {} has no whole number there", column,
                               line_without_);
    }
  }

 private:
  std::optional<std::size_t> column_;
  std::string_view name_;
  std::vector<std::uint64_t> counts_;
  std::uint64_t line_without_ = 0;  // the first without a count; 0: there is none
};

// The columns that give each word a row by their names: "index", "id", and the first where it has
// no name, as pandas writes it.
class RowColumns {
 public:
  // `names` are those of the columns; no row is in that of the words.
  RowColumns(std::string_view names, std::size_t column_of_words) : words_(column_of_words) {
    const std::vector<std::string_view> fields = fields_of(names);
    for (std::size_t column = 0; column < fields.size(); ++column) {
      const bool is_index = column == 0 && fields[column].empty() && names_words(fields[words_]);
      if (column != words_ && (is_index || names_rows(fields[column]))) {
        columns_.push_back({column, fields[column], {}, 0});
      }
    }
  }
  RowColumns() = default;

  void add(std::string_view line) {
    for (Column& column : columns_) {
      if (const auto number = parse_number<std::uint64_t>(field_of(line, column.column))) {
        column.numbers.push_back(*number);
      } else {
        ++column.without;
      }
    }
  }

  // Of lines that are in the order of the rows, as the projector has them.
  std::string warning(const std::string& path) const {
    for (const Column& column : columns_) {
      const NumberOrder order = order_of(column.numbers);
      if (column.without > 0 || column.numbers.empty() || !order.are_rows || order.rise) continue;
      return fmt::format(
          "{}: the column {} numbers the words {} to {} in another order than the lines, which are "
          "taken for the rows, as the projector does; if the numbers are the rows, `--vocab {}` "
          "takes these",
          printable(path), in_quotes(column.name), order.least, order.most, printable(path));
    }
    return {};
  }

  // Puts the words at their rows, if there are some. Throws Error(malformed) where it is not clear
  // which these are.
  void take_into(WordList& list, const std::string& path) const {
    const Column* rows = nullptr;
    for (const Column& column : columns_) {
      if (column.numbers.empty()) continue;
      if (rows == nullptr) {
        rows = &column;
      } else if (column.without != rows->without || column.numbers != rows->numbers) {
        fail(
            fmt::format("has two columns of rows by their names, {} and {}, which differ, expected "
                        "one: `cut -f{} FILE` prints the words and the second alone",
                        in_quotes(rows->name), in_quotes(column.name), cut_fields(column)),
            path);
      }
    }
    if (rows == nullptr) return;
    const auto fail_column = [&](const std::string& what) {
      fail(
          fmt::format("has a column of rows by its name, {}, but {}; if the words are in the order "
                      "of the rows, `tail -n +2 FILE | cut -f{}` prints them alone",
                      in_quotes(rows->name), what, words_ + 1),
          path);
    };
    if (rows->without > 0) {
      fail_column(fmt::format("{} of {} lines have no whole number there", rows->without,
                              list.words.size()));
    }
    if (!order_of(rows->numbers).differ) fail_column("two words have the same number there");
    std::vector<NumberedWord> words;
    words.reserve(list.words.size());
    for (std::size_t i = 0; i < list.words.size(); ++i) {
      words.push_back(
          {std::move(list.words[i]), rows->numbers[i], list.counts.empty() ? 0 : list.counts[i]});
    }
    WordListOptions options;
    options.are_of_rows = true;
    put_at_rows(std::move(words), options, path, list);
    if (!list.note.empty()) list.note += "; ";
    list.note += fmt::format("{}: the column {} has the row of each word", printable(path),
                             in_quotes(rows->name));
  }

 private:
  struct Column {
    std::size_t column = 0;
    std::string_view name;
    std::vector<std::uint64_t> numbers;
    std::size_t without = 0;  // lines that have none there
  };

  [[noreturn]] static void fail(const std::string& what, const std::string& path) {
    throw Error(ErrorCode::malformed, what, path);
  }

  // In the words of cut, which prints them in the order of the file.
  std::string cut_fields(const Column& column) const {
    return fmt::format("{},{}", std::min(words_, column.column) + 1,
                       std::max(words_, column.column) + 1);
  }

  std::size_t words_ = 0;
  std::vector<Column> columns_;
};

}  // namespace

bool names_projector_columns(std::string_view line) {
  const std::vector<std::string_view> fields = fields_of(line);
  return fields.size() > 1 && std::none_of(fields.begin() + 1, fields.end(), is_number);
}

WordList parse_projector_metadata(std::string_view bytes, const std::string& path,
                                  LabelOrder order) {
  WordList list;
  std::vector<std::string>& words = list.words;
  CountColumn counts;
  RowColumns rows;
  NumbersBeside numbers;
  bool has_columns = false;
  std::vector<std::string> without_escapes;
  bool is_escaped = false;
  bool is_literal = false;
  std::size_t column = 0;
  // Blank lines behind the last label are nothing.
  std::size_t end = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const TextLine line = first_line(bytes.substr(at));
    at += line.size_bytes;
    if (!is_blank_line(line.text)) end = at;
  }
  bytes = bytes.substr(0, end);
  for (std::uint64_t number = 1; !bytes.empty(); ++number) {
    const TextLine line = first_line(bytes);
    bytes.remove_prefix(line.size_bytes);
    if (number == 1 && line.text.find('\t') != std::string_view::npos) {
      const WordColumn words_are = word_column(line.text, bytes);
      has_columns = true;
      column = words_are.column;
      counts = CountColumn(line.text, column);
      rows = RowColumns(line.text, column);
      if (words_are.is_told) {
        list.note = fmt::format("{}: the words are those of the column {}", printable(path),
                                in_quotes(words_are.name));
      }
      continue;
    }
    const std::string_view word = field_of(line.text, column);
    if (is_blank_field(word)) {
      throw Error::at_line(path, number,
                           line.text.empty() ? "the line is empty, expected a word: the rows after "
                                               "it would have the words of others"
                                             : "the line has no word");
    }
    if (word.size() > kMaxWordBytes) {
      throw Error::at_line(
          path, number,
          fmt::format("the word has {} bytes, expected at most {}", word.size(), kMaxWordBytes));
    }
    is_escaped = is_escaped || word.find('\\') != std::string_view::npos;
    if (is_escaped && !is_literal) {
      // The first escape: what came before has none.
      if (without_escapes.empty()) without_escapes = words;
      auto plain = unescaped(word);
      is_literal = !plain;
      if (plain) without_escapes.push_back(*std::move(plain));
    }
    words.emplace_back(word);
    counts.add(line.text, number);
    rows.add(line.text);
    if (!has_columns) numbers.add(line.text);
  }
  if (is_escaped && !is_literal) words = std::move(without_escapes);
  counts.take_into(list, path);
  if (order == LabelOrder::named_rows) rows.take_into(list, path);
  list.warning = !has_columns                 ? numbers.warning(path)
                 : order == LabelOrder::lines ? rows.warning(path)
                                              : std::string();
  return list;
}

void append_projector_label(std::string& out, std::string_view word, bool is_first) {
  if (word.empty()) {
    throw Error(ErrorCode::usage,
                "a word is empty, which projector files cannot hold: write a container "
                "(.safetensors)");
  }
  if (is_blank_field(word) || (is_first && begins_like_encoding(word))) {
    for (const char c : word) append_hex(out, c);
  } else {
    for (const char c : word) {
      const auto* const escape = std::find_if(kEscapes.begin(), kEscapes.end(),
                                              [&](const Escape& e) { return e.meaning == c; });
      if (escape == kEscapes.end()) {
        out += c;
      } else {
        out += '\\';
        out += escape->sign;
      }
    }
  }
  out += '\n';
}

}  // namespace wordvec
