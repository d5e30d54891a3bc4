// What went wrong with single queries of many: told on standard error, and in a record that goes to
// RowWriter::error(), so that a program too knows of each query what has become of it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "command.h"
#include "options/model_options.h"
#include "options/word_input.h"
#include "output/row_writer.h"
#include "wordvec/base/error.h"
#include "wordvec/search/query.h"

namespace wordvec::cli {

// Tells of folded, built and unknown words of what was resolved by `matching`; nullopt when the
// query can be answered. Else `status` becomes kNotFound. `query` is what it is called in its rows.
[[nodiscard]] std::optional<ErrorRecord> report_words(std::string_view query,
                                                      const ResolvedQuery& resolved,
                                                      const Vocabulary& vocabulary,
                                                      const WordMatching& matching,
                                                      Messages& messages, int& status);

// What says that `words` are not the three of an analogy, and how they are given: "king - man +
// woman" has operators, 'king man woman' quotes.
Error expected_three_words(std::span<const std::string> words);

// What stands for each word, as resolve() finds it. Unknown words are left out, told of, and added
// to `missing`, and `status` becomes kNotFound.
std::vector<ResolvedTerm> resolve_words(std::span<const std::string> words,
                                        const Embeddings& embeddings, const WordMatching& matching,
                                        Messages& messages, int& status, ErrorRecord& missing);

// The same, less the words whose vectors have no direction: these too are told of, and left out.
std::vector<ResolvedTerm> resolve_directions(std::span<const std::string> words,
                                             const Embeddings& embeddings,
                                             const WordMatching& matching, Messages& messages,
                                             int& status, ErrorRecord& missing);

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

// Adds a word without a vector to the record of a query, and what was told of it.
void add_missing(ErrorRecord& missing, std::string_view word, UnknownWord unknown);

// A query that has no meaning, or whose answer has none, does not stop the others; `status` becomes
// kWrongUsage. Other errors are thrown again. `source` is where the line was read.
[[nodiscard]] ErrorRecord report_bad_query(const Error& error, const InputLine& line,
                                           Messages& messages, int& status,
                                           std::string_view source = "standard input");

// The record of a query, called `query`, that `error` ends. Tells nobody.
ErrorRecord record_of(const Error& error, std::string query);

// A query of which too few words are left: `text` says so. `status` becomes kNotFound.
[[nodiscard]] ErrorRecord report_too_few(ErrorRecord missing, const InputLine& line,
                                         std::string text, Messages& messages, int& status,
                                         std::string_view source = "standard input");

// A query that has all it needs, and no answer: `why` says so after "no answer: ". That is nothing
// wrong, and no status tells it.
[[nodiscard]] ErrorRecord report_no_answer(std::string query, std::string why, Messages& messages);

// RowWriter::error() where the first columns are the words of a pair.
void write_pair_error(RowWriter& writer, const ErrorRecord& record,
                      std::span<const std::string> words);

}  // namespace wordvec::cli
