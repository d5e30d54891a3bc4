#include "options/search_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "options/model_options.h"
#include "options/numbers.h"
#include "options/row_order_warning.h"
#include "options/word_input.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"

namespace wordvec::cli {

void SearchOptions::define(OptionSet& options) {
  options.add_number("-k,--count N", k_, whole_number(1), "Answers to each query (default: 10)");
  options.add_number("--min-score SCORE", min_score_, finite_number(),
                     "Only answers that score at least this much");
  options.add_number(
      "--top-rows N", top_rows_, whole_number(1),
      "Only answers among the first N rows (in most files: the most frequent words)");
  options.add_option("--among FILE", among_file_,
                     "Only answers among the words in FILE, one a line");
  options.add_flag("--include-inputs", include_inputs_, "The query's own words may be answers");
}

NearestOptions SearchOptions::resolve(const Model& model, const WordMatching& matching,
                                      unsigned threads, Messages& messages, int& status) {
  const Vocabulary& vocabulary = model.embeddings().vocabulary;
  warn_of_row_order(model, top_rows_, "--top-rows", messages);
  NearestOptions options;
  options.k = k_;
  options.min_score = min_score_;
  options.top_rows = top_rows_;
  options.threads = threads;
  if (among_file_.empty()) return options;
  std::size_t unknown = 0;
  std::string first_unknown;
  std::size_t others = 0;  // by another spelling than in lower case
  std::size_t first_other = 0;
  const std::vector<std::string> words = read_word_list(among_file_, messages);
  if (words.empty()) {
    messages.warning("{}: found no words, so nothing can be an answer (--among)",
                     printable(input_name(among_file_)));
    status = std::max<int>(status, kNotFound);
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (const auto match = find_word(vocabulary, word, matching)) {
      among_.push_back(match->row);
      if (!match->case_folded || lower_case(word) == vocabulary.word(match->row)) continue;
      if (others++ == 0) first_other = i;
    } else if (unknown++ == 0) {
      first_unknown = word;
    }
  }
  if (others > 0) {
    const std::string& word = words[first_other];
    report_other_forms(others, words.size(), word, find_word(vocabulary, word, matching)->row,
                       vocabulary, matching, messages);
  }
  report_missing_words(unknown, first_unknown, among_file_, messages, status);
  options.among = among_;
  return options;
}

std::string SearchOptions::why_none() const {
  if (!among_file_.empty() && among_.empty()) {
    return "the list of --among has no word of the vocabulary";
  }
  std::string conditions;
  const auto add = [&](const std::string& condition) {
    conditions += (conditions.empty() ? " " : " and ") + condition;
  };
  if (!among_file_.empty()) add("is in the list of --among");
  if (top_rows_ != std::numeric_limits<std::uint64_t>::max()) {
    add(top_rows_ == 1 ? "is in the first row (--top-rows)"
                       : fmt::format("is among the first {} rows (--top-rows)", top_rows_));
  }
  if (min_score_ != -std::numeric_limits<float>::infinity()) {
    add(fmt::format("scores {} or more (--min-score)", min_score_));
  }
  const std::string subject = include_inputs_ ? "no word" : "no other word";
  return conditions.empty() ? subject + " of the model has a direction" : subject + conditions;
}

}  // namespace wordvec::cli
