// Lists of words in JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/formats/word_file.h"

namespace wordvec {

// Where the first byte from `at` on is that JSON does not pass over between its signs; the end of
// `text` where there is none.
std::size_t skip_json_blanks(std::string_view text, std::size_t at);

// True where `head`, the first bytes of a text, begins a list of strings or an object as JSON
// writes them, which a list of words, one a line, does not.
bool looks_like_json(std::string_view head);

// True where the first line of `head` is a document of its own, and another line follows.
bool looks_like_json_lines(std::string_view head);

// The words of `json`, a document; see read_word_list(). Throws Error(malformed) where it is not
// valid, or has another shape.
WordList word_list_of_json(std::string_view json, const WordListOptions& options,
                           const std::string& name);

// The words of `lines` where each but empty ones is a document of JSON: a word in quotes, a list
// of a word and its number, or an object with them. nullopt where one is anything else.
std::optional<WordList> word_list_of_json_lines(const std::vector<std::string>& lines,
                                                const WordListOptions& options,
                                                const std::string& name);

}  // namespace wordvec
