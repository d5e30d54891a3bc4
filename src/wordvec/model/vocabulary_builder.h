// Collects words into the arrays of a Vocabulary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/model/vocabulary.h"

namespace wordvec {

// The arrays depend on the words and their order only, so that equal vocabularies are equal bytes:
// the hash table has the smallest power of two of slots that is at least twice the number of words
// (and at least 2), filled in the order of rows.
class VocabularyBuilder {
 public:
  // Adds `word` as the next row; false, and nothing changes, when it is there already. Throws
  // Error(malformed) past kMaxRows words.
  bool add(std::string_view word) { return add(word, hash(word)); }

  // The same in two steps: many words are added faster when all are hashed first, because where
  // they go is then fetched from memory at the same time. `word_hash` is that of `word`.
  std::uint64_t hash(std::string_view word) const noexcept;
  bool add(std::string_view word, std::uint64_t word_hash);

  std::size_t size() const noexcept { return offsets_.size() - 1; }
  // Valid until the next add() and as long as the builder.
  Vocabulary view() const { return {text_, offsets_, slots_, lower_case_}; }

 private:
  void grow();

  std::string text_;
  std::vector<std::uint64_t> offsets_{0};
  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(2);
  bool lower_case_ = true;
};

}  // namespace wordvec
