#include "wordvec/formats/tokenizer_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

// Collects words while the text is parsed: no tree of it is made, since most of it is merges.
class WordCollector final : public nlohmann::json_sax<nlohmann::json> {
 public:
  WordCollector(std::optional<std::uint64_t> rows, const std::string& path)
      : rows_(rows), path_(path) {}

  std::vector<NumberedWord> of_root;   // a vocab.json's
  std::vector<NumberedWord> of_model;  // a tokenizer.json's
  std::vector<NumberedWord> added;
  bool has_model = false;
  // Why the root is no vocab.json, where it has words; empty: it may be.
  std::string problem_of_root;

  bool null() override { return other(); }
  bool boolean(bool /*value*/) override { return other(); }
  bool number_integer(number_integer_t value) override {
    return number(std::to_string(value), std::nullopt);
  }
  bool number_unsigned(number_unsigned_t value) override {
    return number(std::to_string(value), value);
  }
  bool number_float(number_float_t /*value*/, const string_t& text) override {
    // The score of a Unigram model's word, which is not looked at.
    if (place() == Place::list_entry) return other();
    return number(text, std::nullopt);
  }

  bool string(string_t& value) override {
    if (place() == Place::list_entry && !entry_word_) {
      entry_word_ = std::move(value);
    } else if (place() == Place::added_token && key() == "content") {
      entry_word_ = std::move(value);
    } else {
      return other();
    }
    return true;
  }
  bool binary(binary_t& /*value*/) override { return other(); }

  bool start_object(std::size_t /*elements*/) override {
    switch (place()) {
      case Place::nowhere:
        return enter(Place::root);
      case Place::root:
        note_in_root();
        if (key() == "added_tokens") fail("an object of added tokens, expected a list");
        if (key() == "model") return enter(Place::model);
        return enter(Place::elsewhere);
      case Place::model:
        if (key() != "vocab") return enter(Place::elsewhere);
        has_model = true;
        return enter(Place::vocabulary);
      case Place::added_tokens:
        entry_word_.reset();
        entry_row_.reset();
        return enter(Place::added_token);
      default:
        return enter_other();
    }
  }
  bool end_object() override {
    if (place() == Place::added_token) {
      if (!entry_word_ || !entry_row_) fail("an added token without its id or content");
      add(added, *std::exchange(entry_word_, std::nullopt), *entry_row_);
    }
    return leave();
  }
  bool key(string_t& value) override {
    keys_.back() = std::move(value);
    return true;
  }

  bool start_array(std::size_t /*elements*/) override {
    switch (place()) {
      case Place::root:
        note_in_root();
        return enter(key() == "added_tokens" ? Place::added_tokens : Place::elsewhere);
      case Place::model:
        if (key() != "vocab") return enter(Place::elsewhere);
        has_model = true;
        return enter(Place::list);
      case Place::list:
        entry_word_.reset();
        return enter(Place::list_entry);
      case Place::nowhere:
        fail("a list, expected an object");
      default:
        return enter_other();
    }
  }
  bool end_array() override {
    if (place() == Place::list_entry) {
      if (!entry_word_) fail_entry();
      const std::uint64_t row = of_model.size();
      add(of_model, *std::exchange(entry_word_, std::nullopt), row);
    }
    return leave();
  }

  bool parse_error(std::size_t offset_bytes, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    throw Error::at_offset(path_, offset_bytes, "is not valid JSON");
  }

 private:
  enum class Place {
    nowhere,
    root,
    model,         // root.model
    vocabulary,    // root.model.vocab, as an object
    list,          // the same, as a list
    list_entry,    // one of the list
    added_tokens,  // root.added_tokens
    added_token,   // one of them
    elsewhere,
  };

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::malformed, "the tokenizer has " + what, path_);
  }

  Place place() const { return places_.empty() ? Place::nowhere : places_.back(); }
  const std::string& key() const { return keys_.back(); }

  bool enter(Place place) {
    constexpr std::size_t kMaxDepth = 64;
    if (places_.size() == kMaxDepth) fail("objects that are nested too deeply");
    places_.push_back(place);
    keys_.emplace_back();
    return true;
  }
  bool leave() {
    places_.pop_back();
    keys_.pop_back();
    return true;
  }

  // Of the word that comes next: one that was passed over would shift the rows of all after it.
  [[noreturn]] void fail_entry() const {
    fail(fmt::format("a word of the vocabulary, that of row {}, that is not [text, score]",
                     of_model.size()));
  }
  [[noreturn]] void fail_added() const {
    fail(fmt::format("an added token, number {} of them, that is not an object", added.size() + 1));
  }
  void note_in_root() {
    if (!problem_of_root.empty()) return;
    problem_of_root = fmt::format("the word {} without a number", in_quotes(key()));
  }

  // A list or an object where none of its kind is looked for.
  bool enter_other() {
    switch (place()) {
      case Place::vocabulary:
        fail(fmt::format("the word {} without a number", in_quotes(key())));
      case Place::list:
      case Place::list_entry:
        fail_entry();
      case Place::added_tokens:
        fail_added();
      case Place::added_token:
        if (key() == "id" || key() == "content") {
          fail("an added token without its id or content");
        }
        return enter(Place::elsewhere);
      default:
        return enter(Place::elsewhere);
    }
  }

  // A value that is none of those that are looked for.
  bool other() {
    switch (place()) {
      case Place::nowhere:
        fail("a single value, expected an object");
      case Place::vocabulary:
        fail(fmt::format("the word {} without a number", in_quotes(key())));
      case Place::root:
        note_in_root();
        return true;
      case Place::added_tokens:
        fail_added();
      case Place::list:
        fail_entry();
      case Place::list_entry:
        if (!entry_word_) fail_entry();
        return true;
      default:
        return true;
    }
  }

  // `row` is nullopt where the number, `text`, cannot be that of a row.
  bool number(const std::string& text, std::optional<std::uint64_t> row) {
    const bool is_row = place() == Place::vocabulary || place() == Place::root ||
                        (place() == Place::added_token && key() == "id");
    if (!is_row) return other();
    if (place() == Place::root && (!row || *row >= kMaxRows)) {
      // A tokenizer.json may have any number there.
      if (problem_of_root.empty()) {
        problem_of_root =
            fmt::format("the number {} for {}, expected that of a row", text, in_quotes(key()));
      }
      return true;
    }
    if (!row || *row >= kMaxRows) {
      fail(fmt::format("the number {} for {}, expected that of a row", text, in_quotes(key())));
    }
    switch (place()) {
      case Place::vocabulary:
        add(of_model, std::move(keys_.back()), *row);
        return true;
      case Place::root:
        add(of_root, std::move(keys_.back()), *row);
        return true;
      default:
        entry_row_ = row;
        return true;
    }
  }

  // Each word has a row of its own, so that many more of them than rows are no tokenizer's.
  void add(std::vector<NumberedWord>& words, std::string word, std::uint64_t row) const {
    constexpr std::uint64_t kMore = 1 << 16;  // read all the same, for a message that tells more
    const std::uint64_t most = std::min(rows_.value_or(kMaxRows) + kMore, kMaxRows);
    if (words.size() > most) {
      fail(fmt::format("more than {} {}", most, &words == &added ? "added tokens" : "words"));
    }
    words.push_back({std::move(word), row, 0});
  }

  std::optional<std::uint64_t> rows_;
  const std::string& path_;
  std::vector<Place> places_;
  std::vector<std::string> keys_;  // the last one of each place
  std::optional<std::string> entry_word_;
  std::optional<std::uint64_t> entry_row_;
};

// All of them in the order of their rows, an added word in place of the one whose row it has.
std::vector<NumberedWord> with_added(std::vector<NumberedWord> vocabulary,
                                     std::vector<NumberedWord> added, const std::string& path) {
  const auto by_row = [](const NumberedWord& a, const NumberedWord& b) { return a.row < b.row; };
  std::stable_sort(vocabulary.begin(), vocabulary.end(), by_row);
  for (std::size_t i = 1; i < vocabulary.size(); ++i) {
    if (vocabulary[i - 1].row != vocabulary[i].row) continue;
    throw Error(
        ErrorCode::malformed,
        fmt::format("gives {} and {} the same number, {}", in_quotes(vocabulary[i - 1].word),
                    in_quotes(vocabulary[i].word), vocabulary[i].row),
        path);
  }
  std::reverse(added.begin(), added.end());  // of two for a row, the last counts
  std::move(vocabulary.begin(), vocabulary.end(), std::back_inserter(added));
  std::stable_sort(added.begin(), added.end(), by_row);
  const auto same_row = [](const NumberedWord& a, const NumberedWord& b) { return a.row == b.row; };
  added.erase(std::unique(added.begin(), added.end(), same_row), added.end());
  return added;
}

}  // namespace

std::vector<NumberedWord> parse_tokenizer_json(std::string_view json,
                                               std::optional<std::uint64_t> rows,
                                               const std::string& path) {
  WordCollector collector(rows, path);
  nlohmann::json::sax_parse(json.begin(), json.end(), &collector);
  std::vector<NumberedWord>& vocabulary =
      collector.has_model ? collector.of_model : collector.of_root;
  if (vocabulary.empty()) {
    throw Error(ErrorCode::malformed,
                "has no vocabulary, expected a tokenizer.json with model.vocab, or an object of "
                "words and their numbers",
                path);
  }
  if (!collector.has_model && !collector.problem_of_root.empty()) {
    throw Error(ErrorCode::malformed, "the tokenizer has " + collector.problem_of_root, path);
  }
  return with_added(std::move(vocabulary),
                    collector.has_model ? std::move(collector.added) : std::vector<NumberedWord>(),
                    path);
}

}  // namespace wordvec
