#include "wordvec/formats/word_list_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/tokenizer_json.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

constexpr std::string_view kShapes =
    "expected a list of words, an object of words and their rows, or of rows and their words, or "
    "the tokenizer.json of a model";

bool is_word_key(std::string_view key) {
  constexpr std::array<std::string_view, 6> kKeys = {"word", "token", "term",
                                                     "text", "piece", "name"};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

bool is_count_key(std::string_view key) {
  constexpr std::array<std::string_view, 5> kKeys = {"count", "freq", "frequency", "counts", "n"};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

// One entry of a list, or of an object.
struct Entry {
  std::string word;
  std::optional<std::uint64_t> number;
};

// Collects the entries while the text is parsed.
class Collector final : public nlohmann::json_sax<nlohmann::json> {
 public:
  enum class Root { none, list, object };

  Collector(const std::string& name, const WordListOptions& options)
      : name_(name), options_(options) {}

  Root root = Root::none;
  std::vector<Entry> entries;
  bool is_tokenizer = false;      // then the rest is not looked at
  std::size_t with_number = 0;    // entries
  bool words_are_values = false;  // of an object: {"0": "the"}
  // What is not as it should be, the first of it.
  std::string problem;

  bool null() override { return value_of_no_use("null"); }
  bool boolean(bool /*value*/) override { return value_of_no_use("true or false"); }
  bool number_integer(number_integer_t /*value*/) override {
    return take_number(std::nullopt, "a negative number");
  }
  bool number_unsigned(number_unsigned_t value) override { return take_number(value, "a number"); }
  bool number_float(number_float_t /*value*/, const string_t& text) override {
    return take_number(std::nullopt, "the number " + text);
  }
  bool binary(binary_t& /*value*/) override { return value_of_no_use("bytes"); }

  bool string(string_t& value) override {
    switch (depth_) {
      case 0:
        return fail("a single word");
      case 1:
        if (root == Root::list) return add({std::move(value), std::nullopt});
        return add_text(std::move(value));
      case 2:
        if (in_entry_ && !entry_.word_seen && (entry_.is_list || is_word_key(key_))) {
          entry_.word_seen = true;
          entry_.word = std::move(value);
        }
        return true;
      default:
        return true;
    }
  }

  bool start_object(std::size_t /*elements*/) override { return start(false); }
  bool start_array(std::size_t /*elements*/) override { return start(true); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }
  bool key(string_t& value) override {
    if (depth_ == 1) root_key_ = value;
    if (depth_ == 2) key_ = value;
    return true;
  }

  bool parse_error(std::size_t offset_bytes, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    throw Error::at_offset(name_, offset_bytes, "is not valid JSON");
  }

 private:
  bool fail(const std::string& found) {
    if (problem.empty()) problem = found;
    return true;
  }
  std::string place() const {
    return root == Root::list ? fmt::format("as entry {} of the list", entries.size() + 1)
                              : "for " + in_quotes(root_key_);
  }

  bool add(Entry entry) {
    if (entries.size() == options_.most_words()) {
      throw Error(ErrorCode::malformed, describe_too_many_words(options_), name_);
    }
    if (entry.number) ++with_number;
    entries.push_back(std::move(entry));
    return true;
  }

  // {"0": "the"}
  bool add_text(std::string word) {
    std::uint64_t row = 0;
    const auto [end, error] =
        std::from_chars(root_key_.data(), root_key_.data() + root_key_.size(), row);
    if (error != std::errc() || end != root_key_.data() + root_key_.size()) {
      return fail(fmt::format("the text {} for {}", in_quotes(word), in_quotes(root_key_)));
    }
    if (!entries.empty() && !words_are_values) return fail("words on both sides");
    words_are_values = true;
    return add({std::move(word), row});
  }

  bool take_number(std::optional<std::uint64_t> number, const std::string& what) {
    if (depth_ == 0) return fail("a single number");
    if (depth_ == 1 && root == Root::object && number && !words_are_values) {
      return add({root_key_, number});
    }
    if (depth_ == 1) return fail(fmt::format("{} {}", what, place()));
    if (depth_ == 2 && in_entry_ && !entry_.number && (entry_.is_list || is_count_key(key_))) {
      entry_.number = number;
    }
    return true;
  }

  bool value_of_no_use(std::string_view what) {
    if (depth_ == 0) return fail("a single value");
    if (depth_ == 1) return fail(fmt::format("{} {}", what, place()));
    return true;
  }

  bool start(bool is_list) {
    constexpr std::size_t kMaxDepth = 64;
    if (depth_ == kMaxDepth) {
      throw Error(ErrorCode::malformed, "is JSON that is nested too deeply", name_);
    }
    ++depth_;
    if (depth_ == 1) {
      root = is_list ? Root::list : Root::object;
    } else if (depth_ == 2 && root == Root::object) {
      is_tokenizer = is_tokenizer || (root_key_ == (is_list ? "added_tokens" : "model"));
      if (is_tokenizer) return false;
      fail(fmt::format("{} for {}", is_list ? "a list" : "an object", in_quotes(root_key_)));
    } else if (depth_ == 2) {
      in_entry_ = true;
      entry_ = {};
      entry_.is_list = is_list;
    }
    return true;
  }

  bool end() {
    --depth_;
    if (depth_ != 1 || !in_entry_) return true;
    in_entry_ = false;
    if (!entry_.word_seen) return fail("no word " + place());
    return add({std::move(entry_.word), entry_.number});
  }

  const std::string& name_;
  const WordListOptions& options_;
  std::size_t depth_ = 0;
  std::string root_key_;
  std::string key_;
  bool in_entry_ = false;
  struct {
    bool is_list = false;
    bool word_seen = false;
    std::string word;
    std::optional<std::uint64_t> number;
  } entry_;
};

// Numbers far beyond how many there are: none of a row, but how often each word occurred.
bool are_counts(const std::vector<Entry>& entries, std::optional<std::uint64_t> rows) {
  constexpr std::uint64_t kFarBeyond = 10;
  std::uint64_t most = 0;
  for (const Entry& entry : entries) most = std::max(most, *entry.number);
  return most / kFarBeyond > std::max<std::uint64_t>(entries.size(), rows.value_or(0));
}

WordList in_order(std::vector<Entry> entries, bool have_counts, std::string_view what,
                  const std::string& name) {
  WordList list;
  list.words.reserve(entries.size());
  for (Entry& entry : entries) {
    if (have_counts) list.counts.push_back(entry.number.value_or(0));
    list.words.push_back(std::move(entry.word));
  }
  list.note = fmt::format("{}: {} {}", printable(name), what,
                          have_counts ? "of words and their counts" : "of words");
  return list;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

}  // namespace

bool looks_like_json(std::string_view head) {
  const std::size_t begin = skip_blanks(head, 0);
  if (begin == head.size() || (head[begin] != '{' && head[begin] != '[')) return false;
  const bool is_object = head[begin] == '{';
  const std::size_t inside = skip_blanks(head, begin + 1);
  if (inside == head.size()) return false;
  if (!is_object && (head[inside] == '{' || head[inside] == '[')) {
    // [["the", 5], …]
    const std::size_t next = skip_blanks(head, inside + 1);
    return next < head.size() && head[next] == '"';
  }
  if (head[inside] != '"') return false;
  std::size_t end = inside + 1;
  while (end < head.size() && head[end] != '"' && static_cast<unsigned char>(head[end]) >= ' ') {
    end += head[end] == '\\' ? 2 : 1;
  }
  if (end >= head.size() || head[end] != '"') return false;
  const std::size_t next = skip_blanks(head, end + 1);
  if (next == head.size()) return false;
  return is_object ? head[next] == ':' : head[next] == ',' || head[next] == ']';
}

bool looks_like_json_lines(std::string_view head) {
  const std::size_t end = head.find('\n');
  return end != std::string_view::npos && skip_blanks(head, end) < head.size() &&
         nlohmann::json::accept(head.substr(0, end));
}

WordList word_list_of_json(std::string_view json, const WordListOptions& options,
                           const std::string& name) {
  Collector found(name, options);
  nlohmann::json::sax_parse(json.begin(), json.end(), &found);
  const std::size_t count = found.entries.size();
  if (found.is_tokenizer || found.root == Collector::Root::none) {
    WordList list;
    list.words = parse_tokenizer_json(json, options.rows, name);
    return list;
  }
  const bool is_map = found.root == Collector::Root::object && !found.words_are_values;
  if (is_map && found.problem.empty() && count > 0 && !are_counts(found.entries, options.rows)) {
    WordList list;
    list.words = parse_tokenizer_json(json, options.rows, name);
    return list;
  }
  if (!found.problem.empty()) {
    throw Error(ErrorCode::malformed, fmt::format("is JSON with {}, {}", found.problem, kShapes),
                name);
  }
  if (count == 0) {
    throw Error(ErrorCode::malformed, fmt::format("is JSON without words, {}", kShapes), name);
  }
  if (found.words_are_values) {
    std::vector<NumberedWord> words;
    for (Entry& entry : found.entries) words.push_back({std::move(entry.word), *entry.number});
    WordList list;
    list.words = words_by_row(std::move(words), {}, options.rows, name);
    return list;
  }
  if (is_map) {
    return in_order(std::move(found.entries), true, "a JSON object", name);
  }
  return in_order(std::move(found.entries), found.with_number == count, "a JSON list", name);
}

std::optional<WordList> word_list_of_json_lines(const std::vector<std::string>& lines,
                                                const std::string& name) {
  std::vector<Entry> entries;
  std::size_t with_number = 0;
  bool are_words = true;
  for (const std::string& line : lines) {
    if (line.empty()) continue;
    if (line.front() != '"' && line.front() != '[' && line.front() != '{') return std::nullopt;
    Entry entry;
    const auto document = nlohmann::json::parse(line, nullptr, false);
    if (document.is_string()) {
      entry.word = document.get<std::string>();
    } else if (document.is_array() && document.size() == 2 && document[0].is_string() &&
               document[1].is_number_unsigned()) {
      entry.word = document[0].get<std::string>();
      entry.number = document[1].get<std::uint64_t>();
      are_words = false;
    } else if (document.is_object()) {
      const auto word = std::find_if(
          document.items().begin(), document.items().end(),
          [](const auto& item) { return is_word_key(item.key()) && item.value().is_string(); });
      if (word == document.items().end()) return std::nullopt;
      entry.word = word.value().template get<std::string>();
      for (const auto& [key, value] : document.items()) {
        if (is_count_key(key) && value.is_number_unsigned()) {
          entry.number = value.template get<std::uint64_t>();
        }
      }
      are_words = false;
    } else {
      return std::nullopt;
    }
    if (entry.number) ++with_number;
    entries.push_back(std::move(entry));
  }
  // One line in quotes may be a word.
  if (entries.empty() || (are_words && entries.size() < 2)) return std::nullopt;
  const bool have_counts = with_number == entries.size();
  return in_order(std::move(entries), have_counts, "lines of JSON", name);
}

}  // namespace wordvec
