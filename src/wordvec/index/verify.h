// Whether codes uphold what they promise.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "wordvec/index/search_index.h"

namespace wordvec {

// Decodes every row and compares it with the matrix (rows of codes.dim values): each row that has a
// direction has one position, no stored error is smaller than what the codes leave out or greater
// than kEstimateSlack allows for, no centre is longer than 1, and the cosines of a block bound
// those of its rows. Returns what is wrong, a sentence each; empty: nothing. `threads`: 0 for all
// there are.
std::vector<std::string> verify_codes(const SearchIndex& codes, std::span<const float> matrix,
                                      unsigned threads);

}  // namespace wordvec
