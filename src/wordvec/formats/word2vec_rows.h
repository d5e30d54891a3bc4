// Where the rows of a word2vec binary begin and end. Nothing in the file says how long a word is:
// it ends at a space after which the rest can be rows, and in a phrase ("new york") that is not the
// first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "wordvec/base/byte_source.h"

namespace wordvec {

// From where its source stands: the word, a space, dim float32, and what is left up to the next
// row.
struct Word2vecRow {
  std::size_t word_bytes = 0;
  std::size_t size_bytes = 0;
};

// Divides the rest of a source into rows. A row whose word and values are what files of vectors
// have is taken as it stands. Any other is a suspicion that a word has a space: then the ways to
// divide what follows are compared until they meet again or the file ends, by how well their words
// read as text and their values as those of the rows before, in bits. Of the ways that reach the
// end, those with the promised number of rows have the advantage. Work is bounded by the bytes.
// Not for use by several threads at once.
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
  bool has_row_ends() const noexcept { return ends_ == Ends::one; }

 private:
  // What stands between rows: nothing, one line end, or any number of them.
  enum class Ends { none, one, any };

  // A place that a division may come to after some number of rows.
  struct Node {
    std::size_t at = 0;    // from where the source stands
    double cost = 0;       // of the best way there, less that of random bytes
    double second = 0;     // of the second best
    std::size_t from = 0;  // the best way's node in the layer before
    Word2vecRow row;       // and its last row
  };
  using Layer = std::vector<Node>;
  struct Division {
    Found found = Found::cut;
    double cost = 0;
    std::vector<Word2vecRow> rows;
  };

  struct Met {
    std::size_t layer = 0;
    std::size_t index = 0;
  };

  // Zeros, the exponents 1 to 255, and subnormal values.
  static constexpr std::size_t kMagnitudes = 257;
  // How often values had each magnitude, and each byte as the lowest two of their mantissas, which
  // have few where the values were rounded. Counts start with what one expects.
  struct Values {
    std::array<double, kMagnitudes> magnitudes{};
    std::array<std::array<double, 256>, 2> low_bytes{};
    double all = 0;
    double not_zero = 0;

    Values();
    // `sign` is 1, or -1 to undo it.
    void count(std::uint32_t bits, double sign) noexcept;
  };

  std::string_view ahead(std::size_t at);
  std::optional<Word2vecRow> plain_row(std::string_view bytes, Ends ends,
                                       std::span<float> vector) const;
  bool choose_ends(std::uint64_t rows_left);
  std::optional<Ends> ends_of_plain_rows(std::uint64_t rows_left);
  std::optional<std::string_view> rest_of_file();
  bool are_all_plain(std::uint64_t rows_left);
  bool are_all_in_step(std::uint64_t rows_left);
  // Compares the divisions from `begin` on: of `most_rows` rows or, 0, until they meet.
  Division divide(std::size_t begin, std::uint64_t rows_left, Ends ends, std::size_t most_rows);
  // Adds what follows `node` to `next`; false: no row is whole.
  bool expand(const Layer& layer, std::size_t index, Ends ends, Layer& next);
  static Met last_met(const std::vector<Layer>& layers);
  double cost_of_vector(const char* bytes, double most) noexcept;
  void learn(const char* bytes) noexcept;

  ByteSource& source_;
  std::size_t dim_;
  std::size_t vector_bytes_;
  Ends ends_ = Ends::none;
  bool chooses_ends_ = true;      // before the next row
  bool is_proven_plain_ = false;  // every word ends at its first space
  bool sought_proof_ = false;     // of that by row ends
  std::deque<Word2vecRow> divided_;
  std::uint64_t rows_taken_ = 0;
  std::uint64_t work_ = 0;  // bytes and values that were compared
  Values seen_;
};

}  // namespace wordvec
