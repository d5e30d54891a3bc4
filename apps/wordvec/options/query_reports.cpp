#include "options/query_reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "options/model_options.h"
#include "wordvec/base/blank.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/word_sets.h"

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

void keep_each_once(std::vector<ResolvedTerm>& words, const Embeddings& embeddings,
                    std::string_view where, Messages& messages) {
  report_repeated(take_repeated(embeddings, words), where, messages);
}

void keep_each_once(std::vector<std::string>& words, std::string_view where, Messages& messages) {
  std::vector<std::string> repeated;
  std::unordered_map<std::string, int> counts;
  std::erase_if(words, [&](const std::string& word) {
    const int count = ++counts[word];
    if (count == 2) repeated.push_back(word);
    return count > 1;
  });
  report_repeated(repeated, where, messages);
}

void report_repeated(std::span<const std::string> repeated, std::string_view where,
                     Messages& messages) {
  if (repeated.empty()) return;
  messages.note("{} {} in {} more than once, and {} once", some_of(repeated),
                repeated.size() == 1 ? "is" : "are", where,
                repeated.size() == 1 ? "counts" : "count");
}

std::string some_of(std::span<const std::string> words) {
  constexpr std::size_t kMostNamed = 5;
  std::string names;
  for (const std::string& word : words.first(std::min(words.size(), kMostNamed))) {
    names += (names.empty() ? "" : ", ") + in_quotes(word);
  }
  if (words.size() > kMostNamed) names += fmt::format(" and {} more", words.size() - kMostNamed);
  return names;
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
