#include "wordvec/plot/word_groups.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "wordvec/base/blank.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"

namespace wordvec {
namespace {

// What stands between a word and its group, and the first line that has it.
struct Separator {
  bool is_tab = true;
  std::uint64_t line = 0;  // 0: no line has a tab or a comma
};

// A tab, but where more lines have a comma and no tab than have a tab: a single line that has the
// other one does not make all others wrong.
Separator separator_of(std::string_view text) {
  std::size_t tabs = 0;
  std::size_t commas = 0;
  std::uint64_t first_tab = 0;
  std::uint64_t first_comma = 0;
  std::uint64_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (is_blank(line)) continue;
    if (line.find('\t') != std::string_view::npos) {
      if (tabs++ == 0) first_tab = number;
    } else if (line.find(',') != std::string_view::npos) {
      if (commas++ == 0) first_comma = number;
    }
  }
  return commas > tabs ? Separator{false, first_comma} : Separator{true, first_tab};
}

// Takes records off the front of a text.
class RecordReader {
 public:
  RecordReader(std::string_view text, std::string path)
      : text_(text), path_(std::move(path)), separator_(separator_of(text)) {}

  bool at_end() const { return at_ == text_.size(); }
  std::uint64_t line() const { return line_; }  // of the record that was read last

  // The fields of the next record; none for a blank line.
  std::vector<std::string> next() {
    line_ = next_line_;
    std::vector<std::string> fields;
    if (const std::string_view line = rest_of_line(); is_blank(line)) {
      at_ += std::min(line.size() + 1, text_.size() - at_);
      ++next_line_;
      return fields;
    }
    do {
      fields.push_back(!separator_.is_tab && peek() == '"' ? quoted_field() : plain_field());
    } while (take(separator()));
    const std::size_t end = line_end();
    if (end == 0 && !at_end()) fail("expected a comma or a line end after a quoted field");
    at_ += end;
    ++next_line_;
    return fields;
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw Error::at_line(path_, line_, message);
  }
  // What a record should be.
  std::string pair() const {
    const std::string text = "a word and its group, with a ";
    if (separator_.line == 0) return text + "tab or a comma between";
    const std::string between = separator_.is_tab ? "tab between" : "comma between";
    if (separator_.line == line_) return text + between;
    return text + between + " (as on line " + std::to_string(separator_.line) + ')';
  }

 private:
  char separator() const { return separator_.is_tab ? '\t' : ','; }
  std::string_view rest_of_line() const {
    return text_.substr(at_, std::min(text_.find('\n', at_), text_.size()) - at_);
  }
  char peek() const { return at_end() ? '\n' : text_[at_]; }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // Bytes of the line end that comes next; 0: there is none.
  std::size_t line_end() const {
    const std::string_view rest = text_.substr(at_);
    return rest.starts_with("\r\n") ? 2 : rest.starts_with('\n') ? 1 : rest == "\r" ? 1 : 0;
  }

  std::string plain_field() {
    const std::size_t begin = at_;
    for (; !at_end() && peek() != separator() && line_end() == 0; ++at_) {
      if (peek() == '\t') fail("found a tab, expected " + pair());
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted_field() {
    std::string field;
    for (++at_; !at_end(); ++at_) {
      const char c = text_[at_];
      if (c == '"' && !text_.substr(at_).starts_with("\"\"")) {
        ++at_;
        return field;
      }
      if (c == '"') ++at_;
      if (c == '\n') ++next_line_;
      field += c;
    }
    fail("a quoted field has no end");
  }

  std::string_view text_;
  std::string path_;
  Separator separator_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 0;
  std::uint64_t next_line_ = 1;
};

}  // namespace

WordGroups parse_word_groups(std::string_view text, const std::string& path) {
  text = without_byte_order_mark(text);
  WordGroups groups;
  std::unordered_map<std::string, std::uint32_t> index_of;
  RecordReader reader(text, path);
  while (!reader.at_end()) {
    std::vector<std::string> fields = reader.next();
    if (fields.empty()) continue;
    if (fields.size() != 2) {
      reader.fail("found " + std::to_string(fields.size()) +
                  (fields.size() == 1 ? " field" : " fields") + ", expected 2: " + reader.pair());
    }
    if (reader.line() == 1 && fields[0] == "word" && fields[1] == "group") continue;
    if (fields[0].empty()) reader.fail("the word is empty");
    if (fields[1].empty()) continue;
    const auto [index, is_new] =
        index_of.try_emplace(fields[1], static_cast<std::uint32_t>(groups.names.size()));
    if (is_new) groups.names.push_back(fields[1]);
    const auto [known, added] = groups.group_of.try_emplace(fields[0], index->second);
    if (!added && known->second != index->second) {
      reader.fail(in_quotes(fields[0]) + " is in the group " + in_quotes(fields[1]) +
                  ", but on an earlier line in " + in_quotes(groups.names[known->second]));
    }
  }
  return groups;
}

}  // namespace wordvec
