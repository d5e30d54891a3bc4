// Files of how often words occur.
#pragma once

#include <string>

#include "wordvec/formats/word_file.h"
#include "wordvec/model/word_frequencies.h"

namespace wordvec {

struct ListedFrequencies {
  WordFrequencies frequencies;
  std::string note;  // as WordList has it, and the warning too
  std::string warning;
};

// The words of `path` ("-": standard input) and the number of each: a count or a frequency of any
// unit, whole or with a fraction. They are read as read_word_list() reads lists, ListedNumbers
// being frequencies; a line has a word, which may contain spaces, and after spaces, tabs or (in
// .csv) a comma or semicolon its number, or what `uniq -c` prints. Throws Error(malformed), with
// the line, where there is no number that is finite and not below 0, or no word; where the numbers
// are rows, or several on each line; where all are 0, or there is none; Error(io).
ListedFrequencies read_word_frequencies(const std::string& path);

// The same of a list that has been read, of the file `name`.
WordFrequencies frequencies_of(const WordList& list, const std::string& name);

}  // namespace wordvec
