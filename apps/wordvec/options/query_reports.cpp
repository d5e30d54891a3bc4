#include "options/query_reports.h"

#include <algorithm>
#include <utility>

#include "options/model_options.h"
#include "wordvec/base/blank.h"
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

std::vector<ResolvedTerm> resolve_words(std::span<const std::string> words,
                                        const Embeddings& embeddings, bool exact_case,
                                        Messages& messages, int& status) {
  std::vector<ResolvedTerm> found;
  for (const std::string& word : words) {
    ResolvedQuery resolved = resolve({{{1, word}}}, embeddings, exact_case);
    if (!report_words(resolved, embeddings.vocabulary, messages, status)) continue;
    found.push_back(std::move(resolved.terms.front()));
  }
  return found;
}

std::vector<ResolvedTerm> resolve_directions(std::span<const std::string> words,
                                             const Embeddings& embeddings, bool exact_case,
                                             Messages& messages, int& status) {
  auto terms = resolve_words(words, embeddings, exact_case, messages, status);
  std::erase_if(terms, [&](const ResolvedTerm& term) {
    const std::string problem = why_no_direction(embeddings, term);
    if (problem.empty()) return false;
    messages.error("{}", problem);
    status = std::max<int>(status, kNotFound);
    return true;
  });
  return terms;
}

void report_bad_query(const Error& error, const InputLine& line, Messages& messages, int& status,
                      std::string_view source) {
  if (error.code() != ErrorCode::query) throw error;
  std::string text = error.message();
  // Of many queries, the person should know which one it was.
  if (!is_blank(line.text) && text.find(in_quotes(line.text)) == std::string::npos) {
    text = "query " + in_quotes(line.text) + ": " + text;
  }
  if (line.number == 0) {
    messages.error("{}", text);
  } else {
    messages.error("{}:{}: {}", source, line.number, text);
  }
  status = kWrongUsage;
}

}  // namespace wordvec::cli
