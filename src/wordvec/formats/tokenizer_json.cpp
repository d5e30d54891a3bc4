#include "wordvec/formats/tokenizer_json.h"

#include <fmt/format.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

struct NumberedWord {
  std::string word;
  std::uint64_t row = 0;
};

// Collects words while the text is parsed: no tree of it is made, since most of it is merges.
class WordCollector final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit WordCollector(const std::string& path) : path_(path) {}

  std::vector<NumberedWord> of_root;   // a vocab.json's
  std::vector<NumberedWord> of_model;  // a tokenizer.json's
  std::vector<NumberedWord> added;
  bool has_model = false;

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
        return enter(Place::elsewhere);
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
        return enter(Place::elsewhere);
    }
  }
  bool end_array() override {
    if (place() == Place::list_entry) {
      if (!entry_word_) fail("a word of the vocabulary that is not [text, score]");
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

  // A value that is none of those that are looked for.
  bool other() const {
    switch (place()) {
      case Place::nowhere:
        fail("a single value, expected an object");
      case Place::vocabulary:
        fail(fmt::format("the word {} without a number", in_quotes(key())));
      case Place::list:
        fail("a word of the vocabulary that is not [text, score]");
      case Place::list_entry:
        if (!entry_word_) fail("a word of the vocabulary that is not [text, score]");
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

  static void add(std::vector<NumberedWord>& words, std::string word, std::uint64_t row) {
    words.push_back({std::move(word), row});
  }

  const std::string& path_;
  std::vector<Place> places_;
  std::vector<std::string> keys_;  // the last one of each place
  std::optional<std::string> entry_word_;
  std::optional<std::uint64_t> entry_row_;
};

}  // namespace

std::vector<std::string> parse_tokenizer_json(std::string_view json, std::uint64_t rows,
                                              const std::string& path) {
  WordCollector collector(path);
  nlohmann::json::sax_parse(json.begin(), json.end(), &collector);
  std::vector<NumberedWord>& vocabulary =
      collector.has_model ? collector.of_model : collector.of_root;
  if (vocabulary.empty()) {
    throw Error(ErrorCode::malformed,
                "has no vocabulary, expected a tokenizer.json with model.vocab, or an object of "
                "words and their numbers",
                path);
  }

  std::vector<std::string> words(static_cast<std::size_t>(rows));
  const auto place = [&](NumberedWord& entry, bool replaces) {
    if (entry.row >= rows) {
      throw Error(ErrorCode::malformed,
                  fmt::format("gives {} the number {}, but there are {} rows: these are the words "
                              "of another model",
                              in_quotes(entry.word), entry.row, rows),
                  path);
    }
    std::string& word = words[static_cast<std::size_t>(entry.row)];
    if (!replaces && !word.empty()) {
      throw Error(ErrorCode::malformed,
                  fmt::format("gives {} and {} the same number, {}", in_quotes(word),
                              in_quotes(entry.word), entry.row),
                  path);
    }
    word = std::move(entry.word);
  };
  for (NumberedWord& entry : vocabulary) place(entry, false);
  if (collector.has_model) {
    for (NumberedWord& entry : collector.added) place(entry, true);
  }
  return words;
}

}  // namespace wordvec
