#include "wordvec/formats/word_list_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/column_names.h"
#include "wordvec/formats/list_numbers.h"
#include "wordvec/formats/tokenizer_json.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

constexpr std::string_view kShapes =
    "expected a list of words, an object of words and their rows, or of rows and their words, or "
    "the tokenizer.json of a model";

// What a text of JSON says of a number.
struct JsonNumber {
  std::optional<std::uint64_t> whole;  // nullopt: it is below 0, or has a fraction
  double value = 0;
};

// One entry of a list, or of an object.
struct Entry {
  std::string word;
  std::optional<JsonNumber> number{};
  std::optional<std::uint64_t> row{};  // that the entry itself calls so
  bool is_named = false;               // the number is called a count
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
  bool words_are_values = false;  // of an object: {"0": "the"}
  // What is not as it should be, the first of it.
  std::string problem;

  bool null() override { return value_of_no_use("null"); }
  bool boolean(bool /*value*/) override { return value_of_no_use("true or false"); }
  bool number_integer(number_integer_t value) override {
    return take_number({std::nullopt, static_cast<double>(value)}, "a negative number");
  }
  bool number_unsigned(number_unsigned_t value) override {
    return take_number({value, static_cast<double>(value)}, "a number");
  }
  bool number_float(number_float_t value, const string_t& text) override {
    return take_number({std::nullopt, value}, "the number " + text);
  }
  bool binary(binary_t& /*value*/) override { return value_of_no_use("bytes"); }

  bool string(string_t& value) override {
    switch (depth_) {
      case 0:
        return fail("a single word");
      case 1:
        if (root == Root::list) return add({std::move(value)});
        return add_text(std::move(value));
      case 2:
        if (in_entry_ && !word_seen_ && (entry_is_list_ || names_words(key_))) {
          word_seen_ = true;
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
    return add({std::move(word), std::nullopt, row});
  }

  bool take_number(JsonNumber number, const std::string& what) {
    if (depth_ == 0) return fail("a single number");
    const bool is_good =
        number.whole || (options_.expected == ListedNumbers::frequencies && number.value >= 0);
    if (depth_ == 1 && root == Root::object && is_good && !words_are_values) {
      return add({root_key_, number});
    }
    if (depth_ == 1) return fail(fmt::format("{} {}", what, place()));
    if (depth_ != 2 || !in_entry_) return true;
    if (entry_is_list_ || names_counts(key_)) {
      if (!entry_.number && is_good) entry_.number = number;
      entry_.is_named = !entry_is_list_;
    } else if (names_rows(key_)) {
      entry_.row = number.whole;
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
      word_seen_ = false;
      entry_is_list_ = is_list;
      entry_ = {};
    }
    return true;
  }

  bool end() {
    --depth_;
    if (depth_ != 1 || !in_entry_) return true;
    in_entry_ = false;
    if (!word_seen_) return fail("no word " + place());
    return add(std::move(entry_));
  }

  const std::string& name_;
  const WordListOptions& options_;
  std::size_t depth_ = 0;
  std::string root_key_;
  std::string key_;
  bool in_entry_ = false;
  bool entry_is_list_ = false;
  bool word_seen_ = false;
  Entry entry_;
};

std::vector<std::uint64_t> whole_numbers_of(const std::vector<Entry>& entries) {
  std::vector<std::uint64_t> numbers;
  numbers.reserve(entries.size());
  for (const Entry& entry : entries) numbers.push_back(*entry.number->whole);
  return numbers;
}

// What the entries of a list call their row, where this is one of each.
std::optional<std::vector<std::uint64_t>> named_rows(const std::vector<Entry>& entries,
                                                     const WordListOptions& options) {
  std::vector<std::uint64_t> rows;
  for (const Entry& entry : entries) {
    if (!entry.row) return std::nullopt;
    rows.push_back(*entry.row);
  }
  // Those of other things than words do not matter but for a matrix.
  const bool are_of_matrix = options.rows || options.are_of_rows;
  if (rows.empty() || (!are_of_matrix && !order_of(rows).differ)) return std::nullopt;
  return rows;
}

void put_in_order_of(std::span<const std::uint64_t> rows, const WordListOptions& options,
                     const std::string& name, WordList& list) {
  std::vector<NumberedWord> words;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    words.push_back({std::move(list.words[i]), rows[i], list.counts.empty() ? 0 : list.counts[i]});
  }
  put_at_rows(std::move(words), options, name, list);
}

// Entries with a number each, as numbers are expected.
WordList with_frequencies(std::vector<Entry> entries, const std::string& name) {
  WordList list;
  for (Entry& entry : entries) {
    const auto& number = entry.number;
    if (!number || !std::isfinite(number->value)) {
      throw Error(ErrorCode::malformed,
                  fmt::format("is JSON without a number for {}, expected a count or frequency of "
                              "each word, not below 0",
                              in_quotes(entry.word)),
                  name);
    }
    list.frequencies.push_back(number->value);
    list.words.push_back(std::move(entry.word));
  }
  list.note = fmt::format("{}: JSON of words and their numbers", printable(name));
  return list;
}

// `what` begins the note, "a JSON list".
WordList with_counts(std::vector<Entry> entries, std::string_view what, const std::string& name) {
  WordList list;
  list.words.reserve(entries.size());
  for (Entry& entry : entries) {
    if (entry.number) list.counts.push_back(*entry.number->whole);
    list.words.push_back(std::move(entry.word));
  }
  if (const std::size_t without = list.words.size() - list.counts.size(); without > 0) {
    if (!list.counts.empty()) {
      list.warning = fmt::format("{}: {} of {} words have no count: the others are left out too",
                                 printable(name), without, list.words.size());
    }
    list.counts.clear();
  }
  list.note = fmt::format("{}: {} of words{}", printable(name), what,
                          list.counts.empty() ? "" : " and their counts");
  return list;
}

WordList list_of(std::vector<Entry> entries, const WordListOptions& options, std::string_view what,
                 const std::string& name) {
  const ListedNumbers expected = options.expected;
  const bool have_numbers =
      std::any_of(entries.begin(), entries.end(), [](const Entry& entry) { return entry.number; });
  const bool are_named = std::any_of(entries.begin(), entries.end(),
                                     [](const Entry& entry) { return entry.is_named; });
  const auto rows = named_rows(entries, options);
  std::string warning;
  const NamedNumbers named = are_named ? NamedNumbers::counts : NamedNumbers::unknown;
  if (rows && !have_numbers && expected != ListedNumbers::unknown) {
    are_rows_of_list(*rows, false, NamedNumbers::rows, expected, name, warning);
  }
  const bool are_whole = std::all_of(entries.begin(), entries.end(), [](const Entry& entry) {
    return entry.number && entry.number->whole;
  });
  const std::vector<std::uint64_t> numbers =
      are_whole ? whole_numbers_of(entries) : std::vector<std::uint64_t>();
  const bool numbers_are_rows =
      !rows && are_whole &&
      are_rows_of_list(numbers, order_of(numbers).fall, named, expected, name, warning);
  if (expected == ListedNumbers::frequencies) {
    WordList list = with_frequencies(std::move(entries), name);
    list.warning = std::move(warning);
    return list;
  }
  WordList list = with_counts(std::move(entries), what, name);
  if (list.warning.empty()) list.warning = std::move(warning);
  if (numbers_are_rows) list.counts.clear();
  if (rows || numbers_are_rows) {
    put_in_order_of(rows ? *rows : numbers, options, name, list);
    list.note = fmt::format("{}: {} of words and their rows{}", printable(name), what,
                            list.counts.empty() ? "" : " and counts");
  }
  return list;
}

}  // namespace

std::size_t skip_json_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

bool looks_like_json(std::string_view head) {
  const std::size_t begin = skip_json_blanks(head, 0);
  if (begin == head.size() || (head[begin] != '{' && head[begin] != '[')) return false;
  const bool is_object = head[begin] == '{';
  const std::size_t inside = skip_json_blanks(head, begin + 1);
  if (inside == head.size()) return false;
  if (!is_object && (head[inside] == '{' || head[inside] == '[')) {
    // [["the", 5], …]
    const std::size_t next = skip_json_blanks(head, inside + 1);
    return next < head.size() && head[next] == '"';
  }
  if (head[inside] != '"') return false;
  std::size_t end = inside + 1;
  while (end < head.size() && head[end] != '"' && static_cast<unsigned char>(head[end]) >= ' ') {
    end += head[end] == '\\' ? 2 : 1;
  }
  if (end >= head.size() || head[end] != '"') return false;
  const std::size_t next = skip_json_blanks(head, end + 1);
  if (next == head.size()) return false;
  return is_object ? head[next] == ':' : head[next] == ',' || head[next] == ']';
}

bool looks_like_json_lines(std::string_view head) {
  const std::size_t end = head.find('\n');
  return end != std::string_view::npos && skip_json_blanks(head, end) < head.size() &&
         nlohmann::json::accept(head.substr(0, end));
}

WordList word_list_of_json(std::string_view json, const WordListOptions& options,
                           const std::string& name) {
  Collector found(name, options);
  nlohmann::json::sax_parse(json.begin(), json.end(), &found);
  const std::size_t count = found.entries.size();
  const auto words_of_rows = [&] {
    WordList list;
    put_at_rows(parse_tokenizer_json(json, options.rows, name), options, name, list);
    return list;
  };
  if (found.is_tokenizer || found.root == Collector::Root::none) return words_of_rows();
  if (!found.problem.empty()) {
    throw Error(ErrorCode::malformed, fmt::format("is JSON with {}, {}", found.problem, kShapes),
                name);
  }
  if (count == 0) {
    throw Error(ErrorCode::malformed, fmt::format("is JSON without words, {}", kShapes), name);
  }
  if (found.words_are_values) {
    std::vector<NumberedWord> words;
    for (Entry& entry : found.entries) words.push_back({std::move(entry.word), *entry.row, 0});
    WordList list;
    put_at_rows(std::move(words), options, name, list);
    return list;
  }
  if (found.root == Collector::Root::list) {
    return list_of(std::move(found.entries), options, "a JSON list", name);
  }
  std::string warning;
  const bool are_whole = std::all_of(found.entries.begin(), found.entries.end(),
                                     [](const Entry& entry) { return entry.number->whole; });
  const bool have_rows =
      are_whole && are_rows_of_object(whole_numbers_of(found.entries), options, name, warning);
  WordList list = options.expected == ListedNumbers::frequencies
                      ? with_frequencies(std::move(found.entries), name)
                  : have_rows ? words_of_rows()
                              : with_counts(std::move(found.entries), "a JSON object", name);
  list.warning = std::move(warning);
  return list;
}

std::optional<WordList> word_list_of_json_lines(const std::vector<std::string>& lines,
                                                const WordListOptions& options,
                                                const std::string& name) {
  const auto number_of = [&](const nlohmann::json& value) -> std::optional<JsonNumber> {
    if (value.is_number_unsigned()) {
      return JsonNumber{value.get<std::uint64_t>(), value.get<double>()};
    }
    if (options.expected != ListedNumbers::frequencies || !value.is_number()) {
      return std::nullopt;
    }
    const auto number = value.get<double>();
    return number >= 0 ? std::optional(JsonNumber{std::nullopt, number}) : std::nullopt;
  };
  std::vector<Entry> entries;
  bool are_words = true;
  for (const std::string& line : lines) {
    if (line.empty()) continue;
    if (line.front() != '"' && line.front() != '[' && line.front() != '{') return std::nullopt;
    Entry entry;
    const auto document = nlohmann::json::parse(line, nullptr, false);
    if (document.is_string()) {
      entry.word = document.get<std::string>();
    } else if (document.is_array() && document.size() == 2 && document[0].is_string() &&
               number_of(document[1])) {
      entry.word = document[0].get<std::string>();
      entry.number = number_of(document[1]);
      are_words = false;
    } else if (document.is_object()) {
      const auto word = std::find_if(
          document.items().begin(), document.items().end(),
          [](const auto& item) { return names_words(item.key()) && item.value().is_string(); });
      if (word == document.items().end()) return std::nullopt;
      entry.word = word.value().template get<std::string>();
      for (const auto& [key, value] : document.items()) {
        if (names_counts(key)) {
          entry.number = number_of(value);
          entry.is_named = true;
        } else if (names_rows(key) && value.is_number_unsigned()) {
          entry.row = value.template get<std::uint64_t>();
        }
      }
      are_words = false;
    } else {
      return std::nullopt;
    }
    entries.push_back(std::move(entry));
  }
  // One line in quotes may be a word.
  if (entries.empty() || (are_words && entries.size() < 2)) return std::nullopt;
  return list_of(std::move(entries), options, "lines of JSON", name);
}

}  // namespace wordvec
