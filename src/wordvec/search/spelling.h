// Suggestions for words that are not in the vocabulary.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "wordvec/model/vocabulary.h"

namespace wordvec {

// Up to `most` rows whose words are closest in spelling, the closest first; among equals those
// that begin with the same byte, then the lowest row (in most files: the most frequent word). The
// distance is that of optimal string alignment (base/spelling_distance.h), in bytes; one in three
// of the word's bytes may differ, at most three. In a lower-case vocabulary that of `word`'s
// lower-case form counts. Words of more than 64 bytes get no suggestions.
std::vector<Row> closest_spellings(const Vocabulary& vocabulary, std::string_view word,
                                   std::size_t most);

}  // namespace wordvec
