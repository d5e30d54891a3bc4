#include "options/query_reports.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "options/model_options.h"
#include "options/word_lines.h"
#include "wordvec/base/blank.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/word_sets.h"

namespace wordvec::cli {

namespace {

// Of many queries, the person should know which one it was.
std::string with_query(std::string text, const InputLine& line) {
  if (is_blank(line.text) || text.find(in_quotes(line.text)) != std::string::npos) return text;
  return "query " + in_quotes(line.text) + ": " + text;
}

void tell_of_line(const std::string& text, const InputLine& line, Messages& messages,
                  std::string_view source) {
  if (line.number == 0) {
    messages.error("{}", text);
  } else {
    messages.error("{}:{}: {}", source, line.number, text);
  }
}

}  // namespace

std::optional<ErrorRecord> report_words(std::string_view query, const ResolvedQuery& resolved,
                                        const Vocabulary& vocabulary, const WordMatching& matching,
                                        Messages& messages, int& status) {
  for (const auto& folded : resolved.folded) {
    report_folded(vocabulary, folded.word, folded.row, matching, messages);
  }
  for (const ResolvedTerm& term : resolved.terms) {
    if (!term.row) report_built(term.word, messages);
  }
  if (resolved.unknown.empty()) return std::nullopt;
  ErrorRecord missing{std::string(query)};
  for (const std::string& word : resolved.unknown) {
    add_missing(missing, word,
                report_unknown(vocabulary, word, messages, "the vocabulary", resolved.text));
  }
  status = std::max<int>(status, kNotFound);
  return missing;
}

void add_missing(ErrorRecord& missing, std::string_view word, UnknownWord unknown) {
  missing.error = QueryError::unknown_word;
  missing.words.emplace_back(word);
  missing.message += (missing.message.empty() ? "" : "; ") + unknown.message;
  std::move(unknown.closest.begin(), unknown.closest.end(), std::back_inserter(missing.closest));
}

Error expected_three_words(std::span<const std::string> words) {
  std::vector<std::string> parts;
  for (const std::string& word : words) {
    for (std::string& part : split_list(word)) parts.push_back(std::move(part));
  }
  std::vector<std::string> plain;
  for (const std::string& part : parts) {
    if (!is_operator(part)) plain.push_back(part);
  }
  std::string remedy;
  if (plain.size() == 3 && plain.size() < parts.size()) {
    remedy = fmt::format("; leave out the operators: {} (the answer is A - B + C)",
                         fmt::join(plain, " "));
  } else if (plain.size() == 3 && words.size() < 3) {
    remedy = "; leave out the quotes, which make one word of several";
  }
  return {ErrorCode::query, fmt::format("found {} {}, expected three: A B C{}", words.size(),
                                        words.size() == 1 ? "word" : "words", printable(remedy))};
}

std::vector<ResolvedTerm> resolve_words(std::span<const std::string> words,
                                        const Embeddings& embeddings, const WordMatching& matching,
                                        Messages& messages, int& status, ErrorRecord& missing) {
  std::vector<ResolvedTerm> found;
  for (const std::string& word : words) {
    ResolvedQuery resolved = resolve({{{1, word}}}, embeddings, matching);
    if (const auto unknown =
            report_words(word, resolved, embeddings.vocabulary, matching, messages, status)) {
      add_missing(missing, word, {unknown->message, unknown->closest});
      continue;
    }
    found.push_back(std::move(resolved.terms.front()));
  }
  return found;
}

std::vector<ResolvedTerm> resolve_directions(std::span<const std::string> words,
                                             const Embeddings& embeddings,
                                             const WordMatching& matching, Messages& messages,
                                             int& status, ErrorRecord& missing) {
  auto terms = resolve_words(words, embeddings, matching, messages, status, missing);
  const QueryError error = missing.words.empty() ? QueryError::no_direction : missing.error;
  std::erase_if(terms, [&](const ResolvedTerm& term) {
    const std::string problem = why_no_direction(embeddings, term);
    if (problem.empty()) return false;
    messages.error("{}", problem);
    status = std::max<int>(status, kNotFound);
    add_missing(missing, asked_word_of(embeddings, term), {problem, {}});
    missing.error = error;
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
  constexpr std::size_t kMaxNamed = 5;
  std::string names;
  for (const std::string& word : words.first(std::min(words.size(), kMaxNamed))) {
    names += (names.empty() ? "" : ", ") + in_quotes(word);
  }
  if (words.size() > kMaxNamed) names += fmt::format(" and {} more", words.size() - kMaxNamed);
  return names;
}

ErrorRecord report_bad_query(const Error& error, const InputLine& line, Messages& messages,
                             int& status, std::string_view source) {
  if (error.code() != ErrorCode::query) throw error;
  tell_of_line(with_query(error.message(), line), line, messages, source);
  status = kWrongUsage;
  return record_of(error, line.text);
}

ErrorRecord record_of(const Error& error, std::string query) {
  ErrorRecord record{std::move(query), QueryError::bad_query, error.message()};
  if (dynamic_cast<const NoDirectionError*>(&error) != nullptr) {
    record.error = QueryError::no_direction;
  } else if (dynamic_cast<const OverflowError*>(&error) != nullptr) {
    record.error = QueryError::overflow;
  }
  return record;
}

ErrorRecord report_too_few(ErrorRecord missing, const InputLine& line, std::string text,
                           Messages& messages, int& status, std::string_view source) {
  tell_of_line(with_query(text, line), line, messages, source);
  status = std::max<int>(status, kNotFound);
  missing.query = line.text;
  missing.error = QueryError::too_few_words;
  missing.message += (missing.message.empty() ? "" : "; ") + text;
  return missing;
}

ErrorRecord report_no_answer(std::string query, std::string why, Messages& messages) {
  messages.note("query {}: no answer: {}", in_quotes(query), why);
  return {std::move(query), QueryError::no_answer, "no answer: " + std::move(why)};
}

void write_pair_error(RowWriter& writer, const ErrorRecord& record,
                      std::span<const std::string> words) {
  if (words.size() == 2) {
    writer.error(record, {words[0], words[1]});
  } else {
    writer.error(record);
  }
}

}  // namespace wordvec::cli
