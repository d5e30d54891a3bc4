// Queries: words, added and subtracted.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/model/embeddings.h"
#include "wordvec/model/word_matching.h"
#include "wordvec/search/query_error.h"

namespace wordvec {

struct Term {
  double weight = 1;
  std::string word;
};

// The sum of its terms.
struct Query {
  std::vector<Term> terms;
  std::string text{};  // that was parsed; empty: the terms come from elsewhere
};

// Parses terms joined by " + " and " - ", each with an optional weight before it: "king",
// "king - man + woman", "0.5 paris + 0.5 london", "- man + king". Unicode's minus, dashes and
// full-width signs are operators too, and its spaces stand beside them as others do. A text, or a
// term, that is a word of `vocabulary` as it stands ("-", "new york", "5 stars") is that word.
// Throws Error(query) when the text is empty or an operator has nothing after it.
Query parse_query(std::string_view text, const Vocabulary& vocabulary);

// Whether parse_query() takes `text`, between spaces, for "+" or "-".
bool is_operator(std::string_view text);

// Command-line arguments as queries: an argument that is exactly an operator joins its neighbours,
// and where there is one, a number joins the word after it, as its weight; others are queries of
// their own.
std::vector<std::string> join_query_arguments(std::span<const std::string> arguments);

// How a text that is no word reads when operators need no spaces, and words none between them.
struct MeantSum {
  std::string text;                // as parse_query() takes it: "king - man + woman", "2 king"
  std::vector<std::string> words;  // as they stand in it
  bool has_operators = false;      // and not only spaces between words
  bool has_signs = false;          // that join no words: +, ×, or a minus beside a space
  bool has_weights = false;
  bool has_parentheses = false;  // which `text` has not
};

// Reads "king-man+woman", "king -queen", "2*king", "king/2", "king - (man - woman)", "0,5 paris +
// 0,5 london" and "king queen", where each word is in the vocabulary; the longest that is in it, as
// "e-mail", is one. nullopt: there are no two words, nor a weight, nor a minus sign (not a hyphen)
// before the only word; or the text is longer than 256 bytes.
std::optional<MeantSum> meant_sum(std::string_view text, const Vocabulary& vocabulary);

struct ResolvedTerm {
  double weight = 1;
  std::optional<Row> row;       // nullopt: the word is not in the vocabulary,
  std::string word{};           // as it was asked (of a row it may be empty),
  std::vector<float> vector{};  // and without a row this is its vector, built from its n-grams
};

struct ResolvedQuery {
  struct Folded {
    std::string word;  // as it was asked
    Row row = 0;       // of the other spelling that stands for it
  };

  std::vector<ResolvedTerm> terms;
  std::vector<std::string> unknown;  // not empty: the query cannot be answered
  std::vector<Folded> folded;
  std::string text{};  // Query::text
};

// Finds what stands for each term's word: its row, as find_word() does (model/word_matching.h);
// else, where the model has n-grams, the vector that is built from those of the word as it was
// asked.
ResolvedQuery resolve(const Query& query, const Embeddings& embeddings,
                      const WordMatching& matching);
ResolvedQuery resolve(const Query& query, const Embeddings& embeddings, bool exact_case);

// The rows of the terms that have one, in order.
std::vector<Row> rows_of(std::span<const ResolvedTerm> terms);

// A term's word, of the vocabulary where it is there; valid as long as both. Throws
// Error(malformed) where the vocabulary contradicts itself.
std::string_view word_of(const Embeddings& embeddings, const ResolvedTerm& term);
// The word as it was asked, where the term has that; else word_of().
std::string_view asked_word_of(const Embeddings& embeddings, const ResolvedTerm& term);
// A term's vector; valid as long as both.
std::span<const float> vector_of(const Embeddings& embeddings, const ResolvedTerm& term) noexcept;

// The Euclidean length of a term's vector, in double. Throws NoDirectionError where it is zero or
// not finite.
double length_of(const Embeddings& embeddings, const ResolvedTerm& term);
bool has_direction(const Embeddings& embeddings, const ResolvedTerm& term) noexcept;
// What that Error says: "the vector of 'x' is all zeros: it has no direction"; empty: it has one.
std::string why_no_direction(const Embeddings& embeddings, const ResolvedTerm& term);

// The query vector, dim float32. One term of weight 1: its row as stored, or its vector as built.
// Else the sum of weight × vector / length, in double and in the terms' order, scaled to unit
// length and rounded once to float32 (gensim's most_similar). Throws NoDirectionError when the sum
// is zero, or a vector is.
std::vector<float> query_vector(const Embeddings& embeddings, std::span<const ResolvedTerm> terms);

}  // namespace wordvec
