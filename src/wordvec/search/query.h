// Queries: words, added and subtracted.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/model/embeddings.h"

namespace wordvec {

struct Term {
  double weight = 1;
  std::string word;
};

// The sum of its terms.
struct Query {
  std::vector<Term> terms;
};

// Parses terms joined by " + " and " - ", each with an optional weight before it: "king",
// "king - man + woman", "0.5 paris + 0.5 london", "- man + king". A text, or a term, that is a word
// of `vocabulary` as it stands ("-", "new york", "5 stars") is that word. Throws Error(query) when
// the text is empty or an operator has nothing after it.
Query parse_query(std::string_view text, const Vocabulary& vocabulary);

// Command-line arguments as queries: an argument that is exactly "+" or "-" joins its neighbours,
// and where there is one, a number joins the word after it, as its weight; others are queries of
// their own.
std::vector<std::string> join_query_arguments(std::span<const std::string> arguments);

struct ResolvedTerm {
  double weight = 1;
  Row row = 0;
};

struct ResolvedQuery {
  struct Folded {
    std::string word;  // as it was asked
    Row row = 0;       // of its lower-case form
  };

  std::vector<ResolvedTerm> terms;
  std::vector<std::string> unknown;  // not empty: the query cannot be answered
  std::vector<Folded> folded;
};

// Finds each term's row; words as in find_word().
ResolvedQuery resolve(const Query& query, const Vocabulary& vocabulary, bool exact_case);

// The query vector, dim float32. One term of weight 1: its row, as stored. Else the sum of weight ×
// row / length, in double and in the terms' order, scaled to unit length and rounded once to
// float32 (gensim's most_similar). Throws Error(query) when the sum is zero, or a row is.
std::vector<float> query_vector(const Embeddings& embeddings, std::span<const ResolvedTerm> terms);

}  // namespace wordvec
