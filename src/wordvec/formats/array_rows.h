// Rows of numbers that lie one after the other in a file, in any type and order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "wordvec/base/byte_source.h"
#include "wordvec/formats/format.h"
#include "wordvec/model/row_sink.h"

namespace wordvec {

enum class ElementType { f16, bf16, f32, f64 };

constexpr std::size_t element_bytes(ElementType type) noexcept {
  return type == ElementType::f64 ? 8 : type == ElementType::f32 ? 4 : 2;
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

// Converts elements, little-endian or big-endian, to float32: 16-bit types exactly, float64 rounded
// to nearest. `bytes` holds values.size() elements, and need not be aligned.
void convert_elements(ElementType type, bool big_endian, const char* bytes,
                      std::span<float> values) noexcept;

// Reads the first words.size() rows of an array of at least as many into `sink`, the sink's begin()
// included: words[i] is the word of row i, and an empty text says that it has none. A row is bad
// where it has no word, where this is longer than kMaxWordBytes or (strict_utf8) not UTF-8, and
// where a value is not finite as a float32. The array is `data`, which must have
// layout.size_bytes() bytes and begins at `offset_bytes` of the file `name`. Values are converted
// on options.threads threads.
ReadReport read_array_rows(std::string_view data, std::uint64_t offset_bytes,
                           const std::string& name, const ArrayLayout& layout,
                           std::span<const std::string> words, const ReadOptions& options,
                           RowSink& sink);

// The same for the array that `source` has next, and that it must end with; an empty text is a
// word. A row-major one is streamed. Throws Error(malformed) also when the source has fewer or more
// bytes.
ReadReport take_array_rows(ByteSource& source, const ArrayLayout& layout,
                           std::span<const std::string> words, const ReadOptions& options,
                           RowSink& sink);

// Throws Error(malformed) unless layout.rows and layout.dim can be those of a model and, where the
// size of what is left is known, these are the bytes there.
void check_array(const ByteSource& source, const ArrayLayout& layout);

}  // namespace wordvec
