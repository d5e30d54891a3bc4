// The search for where the words of a word2vec binary end, of those that have spaces in them:
// the ways to divide a part of the file into rows, compared by how likely they are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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

// What stands between rows: nothing, one line end, or any number of them.
enum class RowEnds { none, one, any };

// Fewer values do not tell for certain whether they are some.
inline constexpr std::size_t kFewValues = 16;

// The bits that a row end takes, less the 8 of a random byte, and those of one that is missing
// where each row has one.
inline constexpr double kRowEndCost = -8;
inline constexpr double kMissingRowEndCost = 20;

struct Word2vecDivision {
  enum class Found {
    row,     // one or more, of the best way
    cut,     // the source ends in the first row
    unclear  // several ways are about as good, or to compare them is too much work
  };
  Found found = Found::cut;
  double cost = 0;  // in bits, of the best way, less those of random bytes
  std::vector<Word2vecRow> rows;
};

// A way costs the bits that its words take as text, and its values as values like those that were
// learned from the rows before, less the bits of random bytes. Each space may end a word. Work is
// bounded by the bytes of the source. Not for use by several threads at once.
class Word2vecDivider {
 public:
  // `source` must outlive this object.
  Word2vecDivider(ByteSource& source, std::size_t dim);

  // The bytes that are `at` bytes ahead of where the source stands, so many that the longest row
  // is among them; fewer at the end of the file.
  std::string_view ahead(std::size_t at);
  // Takes note of the values of a row, of dim float32 as the file has them.
  void learn(const char* vector) noexcept;
  // The best way to divide what is `begin` bytes ahead: into `most_rows` rows, or with 0 until all
  // ways have met or ended. A way that ends with the file after `rows_left` rows, which are
  // promised, has an advantage.
  Word2vecDivision divide(std::size_t begin, std::uint64_t rows_left, RowEnds ends,
                          std::size_t most_rows);

 private:
  // A place that a division may come to after some number of rows.
  struct Node {
    std::size_t at = 0;    // from where the source stands
    double cost = 0;       // of the best way there
    double second = 0;     // of the second best
    std::size_t from = 0;  // the best way's node in the layer before
    Word2vecRow row;       // and its last row
  };
  using Layer = std::vector<Node>;

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

  // Adds what follows `node` to `next`; false: no row is whole.
  bool expand(const Layer& layer, std::size_t index, RowEnds ends, Layer& next);
  static Met last_met(const std::vector<Layer>& layers);
  double cost_of_vector(const char* bytes, double most) noexcept;

  ByteSource& source_;
  std::size_t dim_;
  std::size_t vector_bytes_;
  std::uint64_t work_ = 0;  // bytes and values that were compared
  Values seen_;
};

}  // namespace wordvec
