// What went wrong with single queries of many.
#pragma once

#include "command.h"
#include "options/word_input.h"
#include "wordvec/base/error.h"
#include "wordvec/search/query.h"

namespace wordvec::cli {

// Tells of folded, built and unknown words; true when the query can be answered. Else `status`
// becomes kNotFound.
bool report_words(const ResolvedQuery& resolved, const Vocabulary& vocabulary, Messages& messages,
                  int& status);

// A query that has no meaning does not stop the others; `status` becomes kWrongUsage. Other errors
// are thrown again.
void report_bad_query(const Error& error, const InputLine& line, Messages& messages, int& status);

}  // namespace wordvec::cli
