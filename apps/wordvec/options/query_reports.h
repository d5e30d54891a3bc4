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

// What stands for each word, as resolve() finds it. Unknown words are left out, told of, and
// `status` becomes kNotFound.
std::vector<ResolvedTerm> resolve_words(std::span<const std::string> words,
                                        const Embeddings& embeddings, bool exact_case,
                                        Messages& messages, int& status);

// The same, less the words whose vectors have no direction: these too are told of, and left out.
std::vector<ResolvedTerm> resolve_directions(std::span<const std::string> words,
                                             const Embeddings& embeddings, bool exact_case,
                                             Messages& messages, int& status);

// The rule for a word that is given twice, for all commands: where words are weighed or shown
// together they are a set, in which each counts once, and a note names those that are repeated.
// Words that the vocabulary has in one row are the same. (What answers each word by itself, as
// lookup, answers as often as it is asked; a text has its words as often as they stand in it.)
//
// The two below leave the first of each in `words`. `where` is what the words are in: "the words",
// "X (targets)", or a file.
void keep_each_once(std::vector<ResolvedTerm>& words, const Embeddings& embeddings,
                    std::string_view where, Messages& messages);
void keep_each_once(std::vector<std::string>& words, std::string_view where, Messages& messages);

// For those who keep words in another way: the note; none where no word is `repeated`.
void report_repeated(std::span<const std::string> repeated, std::string_view where,
                     Messages& messages);

// "'rose', 'lily' and 8 more"
std::string some_of(std::span<const std::string> words);

// A query that has no meaning does not stop the others; `status` becomes kWrongUsage. Other errors
// are thrown again. `source` is where the line was read.
void report_bad_query(const Error& error, const InputLine& line, Messages& messages, int& status,
                      std::string_view source = "standard input");

}  // namespace wordvec::cli
