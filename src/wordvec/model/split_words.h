// Text to words, as a vocabulary has them.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "wordvec/base/utf8.h"
#include "wordvec/model/vocabulary.h"
#include "wordvec/model/word_matching.h"

namespace wordvec {

struct SplitOptions {
  bool pretokenized = false;  // the words are what stands between spaces (U+0020)
  WordMatching matching{};
};

struct SplitWord {
  std::string_view text;   // as it stands in the text
  std::optional<Row> row;  // nullopt: it is not in the vocabulary
  // The vocabulary has it by another form (model/word_matching.h), not in lower case only.
  bool other_form = false;
};

// Splits texts into words. The rules, in this order:
//
// 1. White space separates: Unicode's, U+200B and U+FEFF. What stands between is looked up whole
//    (`u.s.`, `3.14`, `don't`, `:-)`).
// 2. What is not in the vocabulary is cut into pieces: runs of letters and digits; each punctuation
//    character and symbol; each ideograph or kana. At each place the most pieces, up to eight of
//    256 bytes together, that make a word of the vocabulary are that word (`u.s.` of `(u.s.),`,
//    `'s` of `cat's`); where none do, the piece is a word that is not in the vocabulary.
// 3. Before that, where `n't` ends a run of letters and is a word of the vocabulary, it is split
//    off, as the Penn Treebank does it: `do n't`, `ca n't`.
// 4. Each look-up takes a word as it is; where the vocabulary is lower-case, in lower case; then
//    with ' for the curly U+2019; and then as find_word() does, where the word has characters that
//    may have been other ones (may_have_other_form()), or is in the vocabulary in no other way.
//    With WordMatching::exact only the curly U+2019 is another character.
//
// Combining marks stay with the character before them. Bytes that are not UTF-8 count as letters.
// Nothing but white space is dropped. The time is linear in the length of the text, which is not
// copied. A view: the vocabulary's arrays must outlive it. Not for several threads at once.
class WordSplitter {
 public:
  using Each = std::function<void(const SplitWord&)>;

  explicit WordSplitter(const Vocabulary& vocabulary, SplitOptions options = {})
      : vocabulary_(vocabulary), options_(options) {}

  // Calls `each` for every word of `text`, in order.
  void split(std::string_view text, const Each& each);

  // As rule 4 looks a word up that is not cut any more.
  std::optional<Row> find(std::string_view word) { return find_last(word).row; }

 private:
  static constexpr std::size_t kMaxPieces = 8;

  struct Piece {
    std::size_t end = 0;  // in bytes from the chunk's start
    bool is_letters = false;
  };

  void split_chunk(std::string_view chunk, const Each& each);
  // Splits "n't" off the letters that `rest` begins with and that end at `letters`; the size of
  // what stands before it, or 0.
  std::size_t before_clitic(std::string_view rest, std::size_t letters);
  std::optional<Row> find_folded(std::string_view word);
  std::optional<Row> find_spelling(std::string_view word);
  // A word that may yet be cut, or joined to what is beside it.
  SplitWord find_whole(std::string_view word);
  SplitWord find_last(std::string_view word);

  Vocabulary vocabulary_;
  SplitOptions options_;
  std::string folded_;
};

}  // namespace wordvec
