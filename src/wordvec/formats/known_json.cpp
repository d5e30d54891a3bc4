#include "wordvec/formats/known_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "wordvec/formats/column_names.h"
#include "wordvec/formats/word_list_json.h"

namespace wordvec {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPrints = " prints them as text that is read here";
constexpr std::string_view kHasNoVectors =
    "it has no vectors, name the file of these; --vocab takes a list of words";
constexpr std::string_view kWritesMatrix =
    " writes the matrix; its words go one a line to m.vocab.txt";

// What is whole in the beginning of a document.
class Beginning final : public nlohmann::json_sax<Json> {
 public:
  static Json of(std::string_view text) {
    Beginning beginning;
    Json::sax_parse(text.begin(), text.end(), &beginning);
    return std::move(beginning.root_);
  }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*elements*/) override { return open(Json::object()); }
  bool start_array(std::size_t /*elements*/) override { return open(Json::array()); }
  bool key(string_t& value) override {
    constexpr std::size_t kMaxFields = 64;  // each looks through those before it
    key_ = std::move(value);
    return open_.back()->size() < kMaxFields;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t /*offset_bytes*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    return false;
  }

 private:
  bool add(Json value) {
    place(std::move(value));
    return true;
  }
  bool open(Json value) {
    constexpr std::size_t kMaxDepth = 8;
    if (open_.size() == kMaxDepth) return false;
    open_.push_back(&place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  // Only the elements of the innermost list or object move.
  Json& place(Json value) {
    if (open_.empty()) return root_ = std::move(value);
    Json& around = *open_.back();
    if (around.is_object()) return around[key_] = std::move(value);
    around.push_back(std::move(value));
    return around.back();
  }

  Json root_;
  std::vector<Json*> open_;
  std::string key_;
};

bool is_list_of_numbers(const Json& value) {
  return value.is_array() && !value.empty() && value[0].is_number();
}
bool is_list_of_texts(const Json& value) {
  return value.is_array() && !value.empty() && value[0].is_string();
}
bool is_list_of_rows(const Json& value) {
  return value.is_array() && !value.empty() && is_list_of_numbers(value[0]);
}

// `key` as a literal of Python; empty: it takes more than quotes.
std::string literal(const std::string& key) {
  const bool is_plain = std::all_of(key.begin(), key.end(), [](char c) {
    return static_cast<unsigned char>(c) >= ' ' && c != '\'' && c != '\\' && c != '`';
  });
  return is_plain ? '\'' + key + '\'' : std::string();
}

// The first field of an object that `fits`, as a literal of Python; empty: none does.
template <class Fits>
std::string key_of(const Json& object, const Fits& fits) {
  if (!object.is_object()) return {};
  for (const auto& [key, value] : object.items()) {
    if (fits(key, value)) return literal(key);
  }
  return {};
}

// What of Python prints the record `r`, a word and its vector; empty: `record` is none.
std::string print_of(const Json& record) {
  if (record.is_array() && record.size() > 1 && record[0].is_string()) {
    if (record[1].is_number()) return "print(*r)";
    if (is_list_of_numbers(record[1])) return "print(r[0], *r[1])";
    return {};
  }
  const auto is_text = [](const std::string& /*key*/, const Json& value) {
    return value.is_string();
  };
  const auto is_word = [](const std::string& key, const Json& value) {
    return value.is_string() && names_words(key);
  };
  const auto is_vector = [](const std::string& /*key*/, const Json& value) {
    return is_list_of_numbers(value);
  };
  const std::string vector = key_of(record, is_vector);
  if (vector.empty()) return {};
  std::string word = key_of(record, is_word);
  if (word.empty()) word = key_of(record, is_text);
  if (word.empty()) return "[print(word, *vector) for word, vector in r.items()]";
  return fmt::format("print(r[{}], *r[{}])", word, vector);
}

std::string remedy_of_lines(const Json& record) {
  if (const std::string print = print_of(record); !print.empty()) {
    return fmt::format("in Python, `for line in open(FILE): r = json.loads(line); {}`{}", print,
                       kPrints);
  }
  if (is_list_of_numbers(record)) {
    return fmt::format(
        "in Python, numpy.save('m.npy', numpy.array([json.loads(line) for line in open(FILE)], "
        "'float32')){}",
        kWritesMatrix);
  }
  if (record.is_string()) return std::string(kHasNoVectors);
  return "in Python, json.loads() reads a line; print each word and its values as a line of text";
}

std::string remedy_of_list(const Json& list) {
  const Json& first = list[0];
  if (const std::string print = print_of(first); !print.empty()) {
    return fmt::format("in Python, `for r in json.load(open(FILE)): {}`{}", print, kPrints);
  }
  if (is_list_of_numbers(first)) {
    return fmt::format(
        "in Python, numpy.save('m.npy', numpy.array(json.load(open(FILE)), 'float32')){}",
        kWritesMatrix);
  }
  return first.is_string() ? std::string(kHasNoVectors) : std::string();
}

std::string remedy_of_object(const Json& object) {
  if (object.contains("added_tokens")) {
    return "it is the tokenizer of a model, which has words and no vectors: name the file of these";
  }
  const auto is_words = [](const std::string& /*key*/, const Json& value) {
    return is_list_of_texts(value);
  };
  const auto is_matrix = [](const std::string& /*key*/, const Json& value) {
    return is_list_of_rows(value);
  };
  const std::string words = key_of(object, is_words);
  const std::string matrix = key_of(object, is_matrix);
  if (!words.empty() && !matrix.empty()) {
    return fmt::format(
        "in Python, `d = json.load(open(FILE))`, and `for word, vector in zip(d[{}], d[{}]): "
        "print(word, *vector)`{}",
        words, matrix, kPrints);
  }
  const Json& first = object.front();
  if (is_list_of_numbers(first)) {
    return fmt::format(
        "in Python, `for word, vector in json.load(open(FILE)).items(): print(word, *vector)`{}",
        kPrints);
  }
  const std::string vector = key_of(first, [](const std::string& /*key*/, const Json& value) {
    return is_list_of_numbers(value);
  });
  if (!vector.empty()) {
    return fmt::format(
        "in Python, `for word, r in json.load(open(FILE)).items(): print(word, *r[{}])`{}", vector,
        kPrints);
  }
  return first.is_number() ? std::string(kHasNoVectors) : std::string();
}

std::string remedy_of_document(const Json& document) {
  std::string remedy;
  if (document.is_array() && !document.empty()) remedy = remedy_of_list(document);
  if (document.is_object() && !document.empty()) remedy = remedy_of_object(document);
  return remedy.empty() ? "in Python, json.load(open(FILE)) reads it; print each word and its "
                          "values as a line of text"
                        : remedy;
}

// "[[0.5, …", or with `lists` = 1 "[0.5, …".
bool begins_numbers(std::string_view head, int lists) {
  std::size_t at = 0;
  for (int i = 0; i < lists; ++i) {
    at = skip_json_blanks(head, at);
    if (at == head.size() || head[at] != '[') return false;
    ++at;
  }
  at = skip_json_blanks(head, at);
  const std::size_t end = head.find_first_not_of("+-.0123456789eE", at);
  return end != at && end != std::string_view::npos &&
         (head[end] == ',' || (lists > 1 && head[end] == ']'));
}

}  // namespace

std::optional<KnownKind> known_json(std::string_view head) {
  const bool is_lines = looks_like_json_lines(head);
  if (!looks_like_json(head) && !begins_numbers(head, 2) && !(is_lines && begins_numbers(head, 1)))
    return std::nullopt;
  KnownKind kind;
  kind.name = is_lines ? "is JSON Lines" : "is JSON";
  kind.for_vectors = is_lines ? remedy_of_lines(Beginning::of(head.substr(0, head.find('\n'))))
                              : remedy_of_document(Beginning::of(head));
  kind.for_words =
      "a list of words, an object of words and their numbers, or of numbers and their words, is "
      "read";
  kind.for_text = is_lines ? "`jq -r .NAME FILE` prints a field of each line"
                           : "in Python, json.load(open(FILE)) reads it; write it as text";
  return kind;
}

}  // namespace wordvec
