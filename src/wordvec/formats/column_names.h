// What programs call the columns of a list of words, and the members of its objects in JSON.
#pragma once

#include <cstdint>
#include <string_view>

namespace wordvec {

// What the name of a column says of its numbers.
enum class NamedNumbers : std::uint8_t {
  unknown,  // nothing, or there is no name
  counts,   // how often each word occurs
  rows,     // the row of each word
};

// Whatever the case: "word", "Token", …
bool names_words(std::string_view column);
// The same, and hardly anything beside words: not "label", "text", "name".
bool names_words_alone(std::string_view column);
// How often a word occurs: "count", "freq", …
bool names_counts(std::string_view column);
// The row of a word: "id", "index", …
bool names_rows(std::string_view column);
NamedNumbers numbers_named(std::string_view column);
// Any of these, or another that a list of words has: "rank", "score", …
bool names_column(std::string_view column);

}  // namespace wordvec
