// Words that stand for others which are spelt otherwise, and are the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace wordvec {

// Words that were found by another spelling, to tell of.
struct OtherSpellings {
  std::uint64_t count = 0;
  std::string first;        // of them, as it was asked for,
  std::string first_found;  // and the word that stands for it

  void add(std::string_view word, std::string_view found);
};

// Tells which words of a vocabulary stand for wanted ones, by the rule of find_word() for those
// that are not there as they are spelt (model/word_matching.h): the only one that is canonically
// equivalent, else the only one that differs in what nobody sees. The words of the vocabulary pass
// by once, and only those that may be wanted are kept. First want() each, then offer() all, then
// find(). Not for use by several threads at once, but for find().
class EquivalentWords {
 public:
  // What makes spellings one before they are compared, such as their case; empty: nothing does.
  using Fold = std::function<std::string(std::string_view)>;

  explicit EquivalentWords(Fold fold = {}) : fold_(std::move(fold)) {}

  void want(std::string_view word);
  // True: the word is kept, with its `id`, since it may stand for one that is wanted. It is not
  // where it has been offered before.
  bool offer(std::string_view word, std::uint64_t id);
  // The ids of the words that stand for a wanted one, in the order in which they were offered: one,
  // or those that are the same once they are folded. Empty: there is none, or more than one.
  std::vector<std::uint64_t> find(std::string_view word) const;

 private:
  // Of a word, both folded; empty: it has none.
  struct Forms {
    std::string composed;
    std::string seen;
  };
  struct Candidate {
    std::string word;
    std::uint64_t id = 0;
  };

  Forms forms_of(std::string_view word) const;
  std::string folded(std::string_view word) const;
  std::uint64_t hash_of(std::string_view word) const;

  Fold fold_;
  std::unordered_map<std::uint64_t, std::vector<Candidate>> candidates_;  // by hash_of()
};

}  // namespace wordvec
