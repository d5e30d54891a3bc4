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
    cut,           // the source ends in the row
    other_length,  // this row, or the one before, has more or fewer values: other_length()
    unclear        // several divisions fit
  };
  struct OtherLength {
    bool is_of_row_before = false;
    std::size_t values = 0;
  };

  // `source` stands at its first row, and must outlive this object.
  Word2vecRows(ByteSource& source, std::size_t dim);

  // True where nothing is left, or only line ends, which it takes.
  bool at_end();
  // The row that `source` has next, into `row`, and its values into `vector`; `rows_left` are
  // promised, this one included. The row is still to be taken, by take().
  Found next(std::uint64_t rows_left, Word2vecRow& row, std::span<float> vector);
  void take(const Word2vecRow& row, std::span<const float> vector);

  // Known after Found::other_length, which is told where all rows behind have their words and
  // values in step again, up to the end of the file.
  OtherLength other_length() const noexcept { return other_length_; }

  // Another dimension, with which all rows of the file, `rows` of them, have their words and values
  // in step, of a file in memory; nullopt: there is none.
  std::optional<std::size_t> other_dim(std::uint64_t rows) const;

  // True where each row up to here ends in a line end, which proves the division. Known after
  // next().
  bool has_row_ends() const noexcept { return ends_ == RowEnds::one && !missed_end_; }

 private:
  std::optional<Word2vecRow> plain_row(std::string_view bytes, RowEnds ends,
                                       std::span<float> vector) const;
  void choose_ends(std::uint64_t rows_left);
  std::optional<RowEnds> ends_of_plain_rows(std::uint64_t rows_left);
  std::optional<std::string_view> rest_of_file();
  std::uint64_t take_plain_rows(std::string_view& bytes, std::uint64_t most,
                                std::deque<Word2vecRow>* taken = nullptr);
  bool are_all_plain(std::string_view bytes, std::uint64_t rows_left);
  bool is_odd(const Word2vecDivision& division);
  bool has_other_length(std::uint64_t rows_left);
  bool has_short_row_before(std::string_view bytes, std::uint64_t rows_left);
  bool find_other_length(std::string_view bytes, std::uint64_t rows_left,
                         std::deque<Word2vecRow>& before);
  bool are_all_in_step(std::uint64_t rows_left);

  ByteSource& source_;
  std::size_t dim_;
  std::size_t vector_bytes_;
  std::string_view all_;  // rows; empty: not in memory
  Word2vecDivider divider_;
  RowEnds ends_ = RowEnds::none;
  bool chooses_ends_ = true;      // before the next row
  bool is_proven_plain_ = false;  // every word ends at its first space
  bool sought_proof_ = false;     // of that by row ends
  std::deque<Word2vecRow> divided_;
  std::uint64_t walked_bytes_ = 0;  // of rows that were looked at in search of a proof
  std::uint64_t rows_taken_ = 0;
  bool missed_end_ = false;        // of a row, where each should have one
  bool has_other_length_ = false;  // the row behind those that are divided
  OtherLength other_length_;
};

}  // namespace wordvec
