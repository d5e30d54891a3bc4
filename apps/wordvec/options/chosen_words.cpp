#include "options/chosen_words.h"

#include <algorithm>
#include <utility>

#include "options/numbers.h"
#include "options/query_reports.h"
#include "options/word_input.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/search/query.h"

namespace wordvec::cli {
namespace {

// Vectors that are built are in no matrix: one is made of all that are chosen.
void gather(const Embeddings& embeddings, const std::vector<ResolvedTerm>& terms,
            ChosenWords& chosen) {
  chosen.rows.clear();
  for (const ResolvedTerm& term : terms) {
    const auto vector = vector_of(embeddings, term);
    chosen.gathered.insert(chosen.gathered.end(), vector.begin(), vector.end());
    chosen.rows.push_back(static_cast<Row>(chosen.words.size()));
    chosen.words.emplace_back(word_of(embeddings, term));
  }
  chosen.matrix = {chosen.gathered.data(), terms.size(), embeddings.dim()};
}

}  // namespace

ChosenWords find_chosen_words(std::span<const std::string> words, std::string_view where,
                              const Embeddings& embeddings, const WordMatching& matching,
                              Messages& messages, int& status) {
  ChosenWords chosen;
  chosen.matrix = embeddings.matrix;
  chosen.vocabulary = embeddings.vocabulary;
  std::vector<ResolvedTerm> terms;
  for (const std::string& word : words) {
    ErrorRecord missing{word};
    auto found = resolve_words({&word, 1}, embeddings, matching, messages, status, missing);
    if (found.empty()) {
      chosen.missing.push_back(std::move(missing));
      continue;
    }
    terms.push_back(std::move(found.front()));
  }
  keep_each_once(terms, embeddings, where, messages);
  for (const ResolvedTerm& term : terms) chosen.asked.emplace_back(asked_word_of(embeddings, term));
  chosen.rows = rows_of(terms);
  if (chosen.rows.size() < terms.size()) gather(embeddings, terms, chosen);
  return chosen;
}

void WordChoice::define(OptionSet& options) {
  options.add_words(
      "WORD", words_,
      "Words to project, each as it is; - reads them from standard input, one a line");
  options.add_option("--words FILE", words_file_, "The words in FILE, one a line");
  options.add_number("--top N", top_, whole_number(1), "The first N words of the model");
}

void WordChoice::check() const {
  if (int{!words_.empty()} + int{!words_file_.empty()} + int{top_ > 0} > 1) {
    throw Error(ErrorCode::usage, "words, --words and --top exclude each other: give one of them");
  }
}

bool WordChoice::reads_standard_input() const {
  return words_file_ == "-" || (words_.size() == 1 && words_[0] == "-");
}

ChosenWords WordChoice::choose(const Embeddings& embeddings, const WordMatching& matching,
                               Messages& messages, int& status) const {
  if (top_ == 0 && (!words_.empty() || !words_file_.empty())) {
    const std::string file = reads_standard_input() ? "-" : words_file_;
    return find_chosen_words(file.empty() ? words_ : read_word_list(file, messages),
                             file.empty() ? "the words" : printable(input_name(file)), embeddings,
                             matching, messages, status);
  }
  ChosenWords chosen;
  chosen.matrix = embeddings.matrix;
  chosen.vocabulary = embeddings.vocabulary;
  chosen.all = top_ == 0;
  if (top_ > 0) {
    chosen.rows.resize(std::min<std::size_t>(static_cast<std::size_t>(top_), embeddings.rows()));
    for (std::size_t r = 0; r < chosen.rows.size(); ++r) chosen.rows[r] = static_cast<Row>(r);
  }
  return chosen;
}

}  // namespace wordvec::cli
