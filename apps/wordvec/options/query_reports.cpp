#include "options/query_reports.h"

#include <algorithm>

#include "options/model_options.h"
#include "wordvec/base/quote.h"

namespace wordvec::cli {

bool report_words(const ResolvedQuery& resolved, const Vocabulary& vocabulary, Messages& messages,
                  int& status) {
  for (const auto& folded : resolved.folded) {
    report_folded(vocabulary, folded.word, folded.row, messages);
  }
  for (const ResolvedTerm& term : resolved.terms) {
    if (!term.row) report_built(term.word, messages);
  }
  for (const std::string& word : resolved.unknown) report_unknown(vocabulary, word, messages);
  if (resolved.unknown.empty()) return true;
  status = std::max<int>(status, kNotFound);
  return false;
}

void report_bad_query(const Error& error, const InputLine& line, Messages& messages, int& status) {
  if (error.code() != ErrorCode::query) throw error;
  std::string text = error.message();
  // Of many queries, the person should know which one it was.
  const bool is_blank = line.text.find_first_not_of(" \t") == std::string::npos;
  if (!is_blank && text.find(in_quotes(line.text)) == std::string::npos) {
    text = "query " + in_quotes(line.text) + ": " + text;
  }
  if (line.number == 0) {
    messages.error("{}", text);
  } else {
    messages.error("standard input:{}: {}", line.number, text);
  }
  status = kWrongUsage;
}

}  // namespace wordvec::cli
