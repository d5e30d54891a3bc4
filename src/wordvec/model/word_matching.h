// When a word of a vocabulary is the word that is asked for.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "wordvec/model/vocabulary.h"

namespace wordvec {

class WordForms;

// How words are compared. Its copies share what they have read of vocabularies to do so: at the
// first look-up of a word by its form, all words of the vocabulary (model/word_forms.h), which must
// outlive it. Safe to use from many threads.
class WordMatching {
 public:
  enum class Kind {
    usual,        // as find_word() finds them
    exact,        // they are spelt the same
    ignore_case,  // as usual; where that finds none, case makes no difference
  };
  static constexpr Kind usual = Kind::usual;
  static constexpr Kind exact = Kind::exact;
  static constexpr Kind ignore_case = Kind::ignore_case;

  // Shares nothing yet.
  WordMatching(Kind kind = usual);  // NOLINT(google-explicit-constructor): a kind is a matching

  Kind kind() const noexcept { return kind_; }
  // Valid as long as one of the copies.
  const WordForms& forms(const Vocabulary& vocabulary) const;

 private:
  struct Shared;

  Kind kind_;
  std::shared_ptr<Shared> shared_;  // nullptr: Kind::exact needs none
};

// The first of these rows that there is:
//
// 1. that of `word` as it is spelt; Kind::exact asks no more;
// 2. where the vocabulary is lower-case, that of its lower-case form;
// 3. the only one whose word is canonically equivalent to it (WordForm::composed), else the only
//    one that differs in what nobody sees (WordForm::seen): both of the word, then of its
//    lower-case form where the vocabulary is lower-case;
// 4. with Kind::ignore_case, the first row whose word differs in case (WordForm::folded), else in
//    case and in what nobody sees.
//
// Words of more than kMaxFormBytes are compared as they are spelt. Throws Error(malformed) where a
// file lies.
std::optional<WordMatch> find_word(const Vocabulary& vocabulary, std::string_view word,
                                   const WordMatching& matching);

}  // namespace wordvec
