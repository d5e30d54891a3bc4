// Rows of numbers that lie one after the other in a file, in any type and order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/byte_source.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/wordless_rows.h"
#include "wordvec/model/row_sink.h"

namespace wordvec {

enum class ElementType { f16, bf16, f32, f64, i8 };

constexpr std::size_t element_bytes(ElementType type) noexcept {
  switch (type) {
    case ElementType::f64:
      return 8;
    case ElementType::f32:
      return 4;
    case ElementType::f16:
    case ElementType::bf16:
      return 2;
    case ElementType::i8:
      break;
  }
  return 1;
}

struct ArrayLayout {
  ElementType type = ElementType::f32;
  bool big_endian = false;
  bool column_major = false;
  std::uint64_t rows = 0;
  std::size_t dim = 0;

  // nullopt: 2^64 or more.
  std::optional<std::uint64_t> size_bytes() const noexcept;
};

// What stands between words and the rows of an array.
struct RowMap {
  // Of the array, for each word; the largest number stands for all that are not less. Empty: word i
  // has row i.
  std::vector<std::int64_t> rows;
  std::vector<double> factors;  // times the row, for each word; empty: 1
  std::string rows_name;        // for messages
  std::string factors_name;

  bool empty() const noexcept { return rows.empty() && factors.empty(); }
};

// Converts elements, little-endian or big-endian, to float32: 8-bit and 16-bit types exactly,
// float64 rounded to nearest. `bytes` holds values.size() elements, and need not be aligned.
void convert_elements(ElementType type, bool big_endian, const char* bytes,
                      std::span<float> values) noexcept;

// Reads the first words.size() rows of an array of at least as many into `sink`, the sink's begin()
// included: words[i] is the word of row i, and counts[i], where there are counts, how often it
// occurred; `wordless` tells of rows without a word. With a map, which has at least
// words.size() entries where it has any, words[i] has the row that this gives it, times the factor,
// in double and rounded once; the array may have any number of rows. A row is bad where it has no
// word, where this is longer than kMaxWordBytes or (strict_utf8) not UTF-8, where the map gives it
// no row of the array, and where a value is not finite as a float32. The array is `data`, which
// must have layout.size_bytes() bytes and begins at `offset_bytes` of the file `name`. Values are
// converted on options.threads threads.
ReadReport read_array_rows(std::string_view data, std::uint64_t offset_bytes,
                           const std::string& name, const ArrayLayout& layout,
                           std::span<const std::string> words, const ReadOptions& options,
                           RowSink& sink, const RowMap& map = {},
                           std::span<const std::uint64_t> counts = {},
                           const WordlessRows& wordless = {});

// The same, without a map, for the array that `source` has next, and that it must end with. A
// row-major one is streamed. Throws Error(malformed) also when the source
// has fewer or more bytes.
ReadReport take_array_rows(ByteSource& source, const ArrayLayout& layout,
                           std::span<const std::string> words, const ReadOptions& options,
                           RowSink& sink, std::span<const std::uint64_t> counts = {},
                           const WordlessRows& wordless = {});

// Throws Error(malformed) unless layout.rows and layout.dim can be those of a model and, where the
// size of what is left is known, these are the bytes there.
void check_array(const ByteSource& source, const ArrayLayout& layout);

}  // namespace wordvec
