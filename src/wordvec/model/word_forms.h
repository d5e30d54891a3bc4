// The words of a vocabulary by other spellings than their own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "wordvec/model/vocabulary.h"

namespace wordvec {

// Made for one vocabulary, which is passed to each call. Nothing is read before the first call;
// that one reads all words, and keeps eight bytes for each that may have another form than it is
// spelt in: few in English, most in Hindi; without regard to case, those with upper case too. Safe
// to use from many threads.
class WordForms {
 public:
  // The only row whose word is canonically equivalent to `word`; else the only one that differs in
  // what nobody sees (WordForm::seen). nullopt: there is none, or more than one. Throws
  // Error(malformed).
  std::optional<Row> find_equivalent(const Vocabulary& vocabulary, std::string_view word) const;

  // The first row whose word is the same but for case (WordForm::folded); else the first one that
  // differs in case and what nobody sees. Throws Error(malformed).
  std::optional<Row> find_any_case(const Vocabulary& vocabulary, std::string_view word) const;

 private:
  class Index {
   public:
    void build(const Vocabulary& vocabulary, bool fold_case);
    // False only where no word but one that is spelt as `word` has its form.
    bool may_have(std::string_view word) const;
    // Rows, ascending, of words that may have the form that `word` has.
    std::vector<Row> find(const Vocabulary& vocabulary, std::string_view word,
                          std::string_view form, std::string_view seen_form) const;

   private:
    bool fold_case_ = false;
    std::vector<std::uint64_t> entries_;  // hash << 32 | row, ascending
  };

  const Index& index(const Vocabulary& vocabulary, bool fold_case) const;

  mutable std::array<std::once_flag, 2> built_;  // with case, without
  mutable std::array<Index, 2> indexes_;
};

}  // namespace wordvec
