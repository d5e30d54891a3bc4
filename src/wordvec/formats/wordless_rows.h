// Rows of a matrix to which the file of its words gives none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wordvec/formats/word_file.h"

namespace wordvec {

// The rule is the same for all formats whose words are in a file of their own. Where this numbers
// its words, the rows behind the last are left out, and so is row 0 where the numbers begin at 1; a
// row in between that has none is bad. Where it has no numbers, each row has a word, which may be
// empty. For use by several threads at once.
class WordlessRows {
 public:
  // Each row has a word.
  WordlessRows() = default;
  // Those of `list`, which must outlive this and keep list.without_word.
  explicit WordlessRows(const WordList& list);

  // Behind list.words too, where they are numbered.
  bool is_left_out(std::uint64_t row) const noexcept;
  // The row is bad, and what is wrong with it.
  bool is_missing(std::uint64_t row) const noexcept;
  std::string problem(std::uint64_t row) const;
  bool are_numbered() const noexcept { return list_ != nullptr; }

  // How many of `rows` are left out, and a sentence that tells of them: "the last 2 rows of 7 in
  // 'weight' have no word and are left out", `where` being "'weight'". Empty: none is.
  std::uint64_t left_out(std::uint64_t rows) const noexcept;
  std::string note(std::uint64_t rows, std::string_view where, std::string_view one = "row",
                   std::string_view several = "rows") const;

 private:
  const WordList* list_ = nullptr;
  std::uint64_t begin_ = 0;  // of the rows that are not left out
  std::uint64_t end_ = 0;
};

}  // namespace wordvec
