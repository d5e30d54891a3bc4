#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/exact_word.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/base/word_form.h"
#include "wordvec/model/row_filter.h"
#include "wordvec/search/query.h"
#include "wordvec/search/spelling.h"

namespace {

using namespace wordvec;

void require(bool holds) {
  if (!holds) std::abort();
}

const Embeddings& model() {
  static const Embeddings embeddings = [] {
    static MemoryRows memory;
    const std::vector<std::string_view> words = {"king",     "man",        "-",     "+",
                                                 "new york", "5 stars",    ". . .", "zero",
                                                 "könig",    "cafe\u0301", "❤",     "▁King"};
    const std::vector<float> vectors = {1,  2,  3, 4, 5, -6, 7, 8, 9, -10, 11, 12,
                                        13, 14, 0, 0, 1, 1,  1, 2, 3, 1,   -1, 4};
    memory.begin(2, std::nullopt);
    memory.append({2, words, vectors});
    // Every other n-gram has a vector, some of zeros.
    SubwordRules rules;
    rules.min_length = 2;
    rules.max_length = 4;
    rules.buckets = 16;
    const std::vector<std::uint32_t> buckets = {0, 2, 4, 6, 8, 10, 12, 14};
    const std::vector<float> ngrams = {1, 2, -1, -2, 0, 0, 3, 4, -5, 6, 7, 0, 0, 8, -9, 9};
    memory.begin_subwords(rules, {buckets, {}}, buckets.size());
    memory.append_subwords(ngrams);
    return memory.view();
  }();
  return embeddings;
}

// Each look-up finds no less than those that ask for more.
void check_forms(std::string_view word, const Vocabulary& vocabulary) {
  const bool is_there = vocabulary.find(word).has_value();
  require(find_word(vocabulary, word, WordMatching(WordMatching::exact)).has_value() == is_there);
  const auto usual = find_word(vocabulary, word, WordMatching(WordMatching::usual));
  require(!is_there || (usual && !usual->case_folded));
  const auto any_case = find_word(vocabulary, word, WordMatching(WordMatching::ignore_case));
  require(!usual || (any_case && any_case->row == usual->row));
  for (const WordForm form : {WordForm::composed, WordForm::seen, WordForm::folded,
                              WordForm::seen_folded, WordForm::compatible_folded}) {
    const std::string made = word_form(word, form);
    require(made.size() <= 18 * word.size() && is_valid_utf8(made));
  }
  const std::string seen = word_form(word, WordForm::seen);
  if (!seen.empty()) require(form_hash(seen, false) == form_hash(word, false));
  if (!seen.empty() && seen != word) require(may_have_other_form(word, false));
  const std::string_view bare = without_marks(word);
  require(word.empty() || !bare.empty());
  require(loose_hash(bare).characters <= bare.size());
  require(is_valid_utf8(exact_word(word)) && is_valid_utf8(exact_word_in_quotes(word, 10)));
  if (const auto sum = meant_sum(word, vocabulary)) {
    const Query query = parse_query(sum->text, vocabulary);
    require(resolve(query, model(), WordMatching::usual).unknown.empty());
  }
}

void ask(std::string_view text) {
  const Embeddings& embeddings = model();
  try {
    const Query query = parse_query(text, embeddings.vocabulary);
    require(!query.terms.empty());
    for (const Term& term : query.terms) {
      require(!term.word.empty() && std::isfinite(term.weight));
    }
    for (const Term& term : query.terms) check_forms(term.word, embeddings.vocabulary);
    const ResolvedQuery resolved = resolve(query, embeddings, WordMatching::usual);
    require(resolved.terms.size() + resolved.unknown.size() == query.terms.size());
    for (const ResolvedTerm& term : resolved.terms) {
      require(vector_of(embeddings, term).size() == embeddings.dim());
      require(term.row || !embeddings.vocabulary.find(term.word));
    }
    require(rows_of(resolved.terms).size() <= resolved.terms.size());
    for (const std::string& word : resolved.unknown) {
      require(closest_spellings(embeddings.vocabulary, word, 3).size() <= 3);
    }
    if (!resolved.unknown.empty()) return;
    for (const float x : query_vector(embeddings, resolved.terms)) require(std::isfinite(x));
  } catch (const Error& error) {
    require(error.code() == ErrorCode::query);
    require(is_valid_utf8(error.what()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ask(text);
  // The same as arguments of a command line, one a line.
  std::vector<std::string> arguments;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    arguments.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  const auto queries = join_query_arguments(arguments);
  require(queries.size() <= arguments.size());
  for (const std::string& query : queries) ask(query);
  require(is_valid_utf8(printable(text)));
  require(in_quotes(text, 10).size() < 100);
  return 0;
}
