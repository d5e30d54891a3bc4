// Files of how often words occur.
#pragma once

#include <string>

#include "wordvec/base/byte_source.h"
#include "wordvec/model/word_frequencies.h"

namespace wordvec {

// The words of `path` ("-": standard input), which may be compressed (formats/input.h), and the
// number of each: a count or a frequency of any unit, whole or with a fraction. A line has a word,
// which may contain spaces, and after a space, a tab or (in .csv) a comma its number. Blank lines
// and a byte order mark are passed over. Throws Error(malformed) with the line where there is no
// number that is finite and not below 0, or no word; where all are 0, or there is none; Error(io).
WordFrequencies read_word_frequencies(const std::string& path);

// The same of a source that is open, and not compressed. `commas`: a comma separates too.
WordFrequencies take_word_frequencies(ByteSource& source, bool commas = false);

}  // namespace wordvec
