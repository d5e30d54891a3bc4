// The rows of a test set's words, which often have another case than the vocabulary's.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "wordvec/model/equivalent_words.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {

// When two words are the same. But for `none`, a word that the vocabulary does not have so is also
// the only one there that is canonically equivalent, or else differs in what nobody sees
// (model/equivalent_words.h), folded likewise.
enum class CaseFolding {
  none,         // only when all bytes are
  ascii_upper,  // when ascii_upper_case() of both is the same
  upper,        // when upper_case() of both is the same
};

std::string folded(std::string_view word, CaseFolding folding);

// The rows that stand for words. First want() each, then search() once, then ask.
//
// Holds the wanted words only, so that a search in a large vocabulary costs one pass over its
// words, another one for those that it did not find, and no memory. After search() immutable, so
// safe to use from many threads.
class WordFinder {
 public:
  // Only rows below `top_rows` stand for words. What `vocabulary` points to must outlive this.
  WordFinder(const Vocabulary& vocabulary, CaseFolding folding,
             std::size_t top_rows = std::numeric_limits<std::size_t>::max())
      : vocabulary_(vocabulary), folding_(folding), top_rows_(top_rows) {}

  void want(std::string_view word);
  void search();
  // The first row whose word is the same as a wanted one; nullopt where there is none.
  std::optional<Row> find(std::string_view word) const;
  // All rows whose words are, ascending.
  std::span<const Row> find_all(std::string_view word) const;

  // The word of the vocabulary that stands for a wanted one which it spells otherwise; nullopt:
  // none does.
  std::optional<std::string_view> other_spelling_of(std::string_view word) const;
  // Of all wanted words; the first is that which was wanted first.
  const OtherSpellings& other_spellings() const noexcept { return other_spellings_; }

 private:
  struct Wanted {
    std::string word;  // as it was wanted
    std::size_t number = 0;
    std::vector<Row> rows{};
    bool is_spelt_otherwise = false;
  };

  void search_as_spelt(std::size_t end);
  void search_otherwise(std::size_t end);

  Vocabulary vocabulary_;
  CaseFolding folding_;
  std::size_t top_rows_;
  std::unordered_map<std::string, Wanted> wanted_;  // by the folded word
  OtherSpellings other_spellings_;
};

// Words, each once, in the order in which they come.
class DistinctWords {
 public:
  // What `word` points to must outlive this.
  void add(const std::string& word) {
    if (known_.insert(word).second) words_.push_back(word);
  }
  std::vector<std::string> take() && { return std::move(words_); }

 private:
  std::unordered_set<std::string_view> known_;
  std::vector<std::string> words_;
};

}  // namespace wordvec
