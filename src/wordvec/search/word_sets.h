// Sets of words: which of them does not belong, and the axis from one set to another.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "wordvec/search/query.h"

namespace wordvec {

// A word of a list, by its position there.
struct ListedWord {
  std::size_t position = 0;
  float score = 0;
};

// Makes a list the set of its words: takes out each that stands before it in the list, and returns
// these, once each, in order.
std::vector<std::string> take_repeated(const Embeddings& embeddings,
                                       std::vector<ResolvedTerm>& words);

// The words of one set that another has too, in order.
std::vector<std::string> words_in_both(const Embeddings& embeddings,
                                       std::span<const ResolvedTerm> first,
                                       std::span<const ResolvedTerm> second);

inline constexpr std::size_t kMinOddWords = 3;

// Throws Error(query) for fewer words than that: of two, each is as far from their mean as the
// other.
void check_odd_words(std::size_t count);

// The score (score.h) of each word with the query_vector() of their sum, which has the direction of
// the mean of their unit vectors; lowest first, then in the list's order. The first is the one that
// does not belong: gensim's doesnt_match(). Every word that is listed counts: a set has each once
// (take_repeated()). Weights are passed over.
//
// Throws Error(query) as check_odd_words() does, and NoDirectionError when a vector has none, or
// when they add up to zero.
std::vector<ListedWord> odd_one_out(const Embeddings& embeddings,
                                    std::span<const ResolvedTerm> words);

// How many of these words, from the first, are as odd as the first up to rounding: of more than
// one, none is the odd one. The mean, of length 1, is rounded to float32, which changes a score by
// at most 2⁻²⁴, and the score too, by half of that: two that should be equal differ by less than
// 2⁻²².
std::size_t equally_odd(std::span<const ListedWord> scores) noexcept;

// The axis that leads from one set of words to another: the mean of the unit vectors of `to`, less
// that of `from`, scaled to unit length; dim values. The semantic axis of An, Kwak and Ahn 2018
// ("SemAxis: A Lightweight Framework to Characterize Domain-Specific Word Semantics Beyond
// Sentiment", equations 1 and 2), but that each word counts alike, whatever its vector's length;
// for one word on each side, the difference that Bolukbasi et al. 2016 project words on ("Man is to
// Computer Programmer as Woman is to Homemaker?", section 4). Every word that is listed counts: a
// set has each once (take_repeated()). Weights are passed over.
//
// Throws Error(query) when a set is empty, and NoDirectionError when a vector has none or the two
// means are equal.
std::vector<float> axis_between(const Embeddings& embeddings, std::span<const ResolvedTerm> from,
                                std::span<const ResolvedTerm> to);

// The score of each word with `axis`, highest first (closest to where the axis leads), then in the
// list's order. Throws NoDirectionError when a vector has none.
std::vector<ListedWord> project_on_axis(const Embeddings& embeddings, std::span<const float> axis,
                                        std::span<const ResolvedTerm> words);

}  // namespace wordvec
