// What went wrong with single queries of many.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "command.h"
#include "options/word_input.h"
#include "wordvec/base/error.h"
#include "wordvec/search/query.h"

namespace wordvec::cli {

// Tells of folded, built and unknown words; true when the query can be answered. Else `status`
// becomes kNotFound.
bool report_words(const ResolvedQuery& resolved, const Vocabulary& vocabulary, Messages& messages,
                  int& status);

// What says that `words` are not the three of an analogy, and how they are given: "king - man +
// woman" has operators, 'king man woman' quotes.
Error expected_three_words(std::span<const std::string> words);

// What stands for each word, as resolve() finds it. Unknown words are left out, told of, and
// `status` becomes kNotFound.
std::vector<ResolvedTerm> resolve_words(std::span<const std::string> words,
                                        const Embeddings& embeddings, const WordMatching& matching,
                                        Messages& messages, int& status);

// The same, less the words whose vectors have no direction: these too are told of, and left out.
std::vector<ResolvedTerm> resolve_directions(std::span<const std::string> words,
                                             const Embeddings& embeddings,
                                             const WordMatching& matching, Messages& messages,
                                             int& status);

// A query that has no meaning does not stop the others; `status` becomes kWrongUsage. Other errors
// are thrown again. `source` is where the line was read.
void report_bad_query(const Error& error, const InputLine& line, Messages& messages, int& status,
                      std::string_view source = "standard input");

}  // namespace wordvec::cli
