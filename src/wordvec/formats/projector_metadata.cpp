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

bool is_blank(std::string_view text) {
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

std::size_t word_column(std::string_view names) {
  const std::vector<std::string_view> fields = fields_of(names);
  for (const std::string_view wanted : {"word", "label"}) {
    for (std::size_t column = 0; column < fields.size(); ++column) {
      if (lower_case(fields[column]) == wanted) return column;
    }
  }
  return 0;
}

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
    const std::string column = fmt::format("{}: the column {}", printable(path), in_quotes(name_));
    if (line_without_ == 0) {
      list.counts = std::move(counts_);
      list.note = column + " says how often each word occurred";
    } else {
      list.note = fmt::format("{} is passed over: line {} has no whole number there", column,
                              line_without_);
    }
  }

 private:
  std::optional<std::size_t> column_;
  std::string_view name_;
  std::vector<std::uint64_t> counts_;
  std::uint64_t line_without_ = 0;  // the first without a count; 0: there is none
};

}  // namespace

bool names_projector_columns(std::string_view line) {
  const std::vector<std::string_view> fields = fields_of(line);
  return fields.size() > 1 && std::none_of(fields.begin() + 1, fields.end(), is_number);
}

WordList parse_projector_metadata(std::string_view bytes, const std::string& path) {
  WordList list;
  std::vector<std::string>& words = list.words;
  CountColumn counts;
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
      column = word_column(line.text);
      counts = CountColumn(line.text, column);
      continue;
    }
    const std::string_view word = field_of(line.text, column);
    if (is_blank(word)) {
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
  }
  if (is_escaped && !is_literal) words = std::move(without_escapes);
  counts.take_into(list, path);
  return list;
}

void append_projector_label(std::string& out, std::string_view word, bool is_first) {
  if (word.empty()) {
    throw Error(ErrorCode::usage,
                "a word is empty, which projector files cannot hold: write a container "
                "(.safetensors)");
  }
  if (is_blank(word) || (is_first && begins_like_encoding(word))) {
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
