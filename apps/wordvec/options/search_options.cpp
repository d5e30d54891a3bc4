#include "options/search_options.h"

#include "options/model_options.h"
#include "options/numbers.h"
#include "options/word_input.h"
#include "wordvec/base/utf8.h"

namespace wordvec::cli {

void SearchOptions::define(CLI::App& app) {
  app.add_option("-k,--count", k_, "Answers to each query (default: 10)")
      ->transform(whole_number(1))
      ->type_name("N");
  app.add_option("--min-score", min_score_, "Only answers that score at least this much")
      ->check(finite_number())
      ->type_name("SCORE");
  app.add_option("--top-rows", top_rows_,
                 "Only answers among the first N rows (in most files: the most frequent words)")
      ->transform(whole_number(1))
      ->type_name("N");
  app.add_option("--among", among_file_, "Only answers among the words in FILE, one a line")
      ->type_name("FILE");
  app.add_flag("--include-inputs", include_inputs_, "The query's own words may be answers");
}

NearestOptions SearchOptions::resolve(const Vocabulary& vocabulary, const WordMatching& matching,
                                      unsigned threads, Messages& messages, int& status) {
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
  const std::vector<std::string> words = read_word_list(among_file_);
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
                       vocabulary, messages);
  }
  report_missing_words(unknown, first_unknown, among_file_, messages, status);
  options.among = among_;
  return options;
}

}  // namespace wordvec::cli
