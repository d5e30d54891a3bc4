// What the lines of a list of words hold: words, or words beside numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/formats/word_file.h"

namespace wordvec {

// The words, counts and notes of `lines`, without their ends, of the file that messages call
// `name`; see read_word_list(). Throws Error(malformed) where the lines are rows of word vectors,
// where one number is expected beside each word and all lines have several, and where the words are
// those of rows, and the first line names these among three columns or more.
WordList word_list_of_lines(std::vector<std::string> lines, const WordListOptions& options,
                            const std::string& name);

// True where `line`, the first of a list, names two columns with a tab between: the words, and the
// row of each.
bool names_rows_beside_words(std::string_view line);

}  // namespace wordvec
