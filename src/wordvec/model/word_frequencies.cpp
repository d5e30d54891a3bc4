#include "wordvec/model/word_frequencies.h"

namespace wordvec {

void WordFrequencies::add(std::string_view word, double number) {
  total_ += number;
  if (words_.add(word)) {
    numbers_.push_back(number);
  } else {
    numbers_[*words_.view().find(word)] += number;
  }
}

bool WordFrequencies::has_word_of(const Vocabulary& vocabulary, bool exact) const {
  const Vocabulary words = words_.view();
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    if (vocabulary.find(words.word(static_cast<Row>(i)))) return true;
  }
  for (std::size_t row = 0; !exact && row < vocabulary.size(); ++row) {
    if (equivalent_of(vocabulary.word(static_cast<Row>(row)))) return true;
  }
  return false;
}

std::optional<double> WordFrequencies::number_of(std::string_view word) const {
  const auto found = words_.view().find(word);
  return found ? std::optional(numbers_[*found]) : std::nullopt;
}

std::optional<std::string_view> WordFrequencies::equivalent_of(std::string_view word) const {
  const Vocabulary words = words_.view();
  const auto found = forms_->find_equivalent(words, word);
  return found ? std::optional(words.word(*found)) : std::nullopt;
}

}  // namespace wordvec
