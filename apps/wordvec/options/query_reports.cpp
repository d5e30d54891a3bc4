#include "options/query_reports.h"

#include <algorithm>

#include "options/model_options.h"

namespace wordvec::cli {

bool report_words(const ResolvedQuery& resolved, const Vocabulary& vocabulary, Messages& messages,
                  int& status) {
  for (const auto& folded : resolved.folded) {
    report_folded(vocabulary, folded.word, folded.row, messages);
  }
  for (const std::string& word : resolved.unknown) report_unknown(vocabulary, word, messages);
  if (resolved.unknown.empty()) return true;
  status = std::max<int>(status, kNotFound);
  return false;
}

void report_bad_query(const Error& error, const InputLine& line, Messages& messages, int& status) {
  if (error.code() != ErrorCode::query) throw error;
  if (line.number == 0) {
    messages.error("{}", error.what());
  } else {
    messages.error("standard input:{}: {}", line.number, error.what());
  }
  status = kWrongUsage;
}

}  // namespace wordvec::cli
