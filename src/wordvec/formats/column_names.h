// What programs call the columns of a list of words, and the members of its objects in JSON.
#pragma once

#include <string_view>

namespace wordvec {

// Whatever the case: "word", "Token", …
bool names_words(std::string_view column);
// How often a word occurs: "count", "freq", …
bool names_counts(std::string_view column);
// The row of a word: "id", "index", …
bool names_rows(std::string_view column);
// Any of these, or another that a list of words has: "rank", "score", …
bool names_column(std::string_view column);

}  // namespace wordvec
