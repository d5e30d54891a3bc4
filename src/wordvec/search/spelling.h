// Suggestions for words that are not in the vocabulary.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "wordvec/model/vocabulary.h"

namespace wordvec {

// Up to `most` rows whose words are closest in spelling, the closest first:
//
// 1. those of the same form (base/word_form.h): equal in all that is seen, then but for case, then
//    but for compatible characters;
// 2. those that differ in the marks that vocabularies put on words (without_marks()), then in
//    spaces, hyphens and underscores and in marks over letters too, with the fewest changes first:
//    `▁king`, `ENTITY/King`, `new_york`, `naïve`;
// 3. those of fewest changes, by the distance of optimal string alignment
//    (base/spelling_distance.h) in characters, without the marks of vocabularies and without regard
//    to case; one in three of the word's characters may differ, at most three. Among equals those
//    that begin with the same character.
//
// Then the lowest row (in most files: the most frequent word). Of words of more than 64 characters
// only the first two kinds are found. One pass over the vocabulary, linear in its text.
std::vector<Row> closest_spellings(const Vocabulary& vocabulary, std::string_view word,
                                   std::size_t most);

}  // namespace wordvec
