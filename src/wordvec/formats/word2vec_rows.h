// Where the rows of a word2vec binary begin and end. Nothing in the file says how long a word is:
// it ends at a space after which the rest can be rows, and in a phrase ("new york") that is not the
// first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>

#include "wordvec/base/byte_source.h"
#include "wordvec/formats/word2vec_division.h"

namespace wordvec {

// Divides the rest of a source into rows. A row whose word and values are what files of vectors
// have is taken as it stands. Any other is a suspicion that a word has a space: then the ways to
// divide what follows are compared (Word2vecDivider). Work is bounded by the bytes. Not for use by
// several threads at once.
class Word2vecRows {
 public:
  enum class Found {
    plain_row,  // its word is UTF-8 and has no white space, and its values are finite
    row,
    cut,     // the source ends in the row
    unclear  // several divisions fit
  };

  // `source` stands at its first row, and must outlive this object.
  Word2vecRows(ByteSource& source, std::size_t dim);

  // True where nothing is left, or only line ends, which it takes.
  bool at_end();
  // The row that `source` has next, into `row`, and its values into `vector`; `rows_left` are
  // promised, this one included. The row is still to be taken, by take().
  Found next(std::uint64_t rows_left, Word2vecRow& row, std::span<float> vector);
  void take(const Word2vecRow& row, std::span<const float> vector);

  // True where each row ends in a line end, which proves the division. Known after next().
  bool has_row_ends() const noexcept { return ends_ == RowEnds::one; }

 private:
  std::optional<Word2vecRow> plain_row(std::string_view bytes, RowEnds ends,
                                       std::span<float> vector) const;
  void choose_ends(std::uint64_t rows_left);
  std::optional<RowEnds> ends_of_plain_rows(std::uint64_t rows_left);
  std::optional<std::string_view> rest_of_file();
  bool are_all_plain(std::uint64_t rows_left);
  bool are_all_in_step(std::uint64_t rows_left);

  ByteSource& source_;
  std::size_t dim_;
  std::size_t vector_bytes_;
  Word2vecDivider divider_;
  RowEnds ends_ = RowEnds::none;
  bool chooses_ends_ = true;      // before the next row
  bool is_proven_plain_ = false;  // every word ends at its first space
  bool sought_proof_ = false;     // of that by row ends
  std::deque<Word2vecRow> divided_;
  std::uint64_t rows_taken_ = 0;
};

}  // namespace wordvec
