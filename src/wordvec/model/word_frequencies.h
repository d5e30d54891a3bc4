// How often words occur, from elsewhere than the model.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "wordvec/model/vocabulary_builder.h"
#include "wordvec/model/word_forms.h"

namespace wordvec {

// Words with a number each, of any unit: a count, a frequency, occurrences in a million words.
class WordFrequencies {
 public:
  // `number` is finite and not below 0. Those of a word that comes again are added. Throws
  // Error(malformed) past kMaxRows words.
  void add(std::string_view word, double number);

  std::size_t size() const noexcept { return numbers_.size(); }
  double total() const noexcept { return total_; }
  // nullopt: the word is not there.
  std::optional<double> number_of(std::string_view word) const;
  // The only word that is canonically equivalent to `word`, else the only one that differs in what
  // nobody sees (model/word_forms.h); nullopt: there is none, or more than one. After the last
  // add(). Valid as long as this.
  std::optional<std::string_view> equivalent_of(std::string_view word) const;
  // Whether any word of `vocabulary` is there, or (unless `exact`) has an equivalent_of().
  bool has_word_of(const Vocabulary& vocabulary, bool exact) const;
  // The share of all numbers that is the word's; 0 where it is not there. total() must be above 0.
  double probability_of(std::string_view word) const {
    return number_of(word).value_or(0) / total_;
  }

 private:
  VocabularyBuilder words_;
  std::unique_ptr<WordForms> forms_ = std::make_unique<WordForms>();  // of words_
  std::vector<double> numbers_;
  double total_ = 0;
};

}  // namespace wordvec
