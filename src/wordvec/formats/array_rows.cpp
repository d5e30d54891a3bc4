#include "wordvec/formats/array_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/half.h"
#include "wordvec/base/parallel.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/row_problems.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {
namespace {

constexpr std::uint32_t kExponentBits = 0x7f800000;

float to_float(ElementType type, const char* bytes) noexcept {
  switch (type) {
    case ElementType::f16:
      return half_to_float(load_le<std::uint16_t>(bytes));
    case ElementType::bf16:
      return std::bit_cast<float>(static_cast<std::uint32_t>(load_le<std::uint16_t>(bytes)) << 16);
    case ElementType::f32:
      return load_le<float>(bytes);
    case ElementType::f64:
      return static_cast<float>(load_le<double>(bytes));
    case ElementType::i8:
      return static_cast<float>(load_le<std::int8_t>(bytes));
  }
  return 0;
}

double to_double(ElementType type, const char* bytes) noexcept {
  return type == ElementType::f64 ? load_le<double>(bytes) : double{to_float(type, bytes)};
}

template <ElementType type>
void convert_all(const char* bytes, std::span<float> values) noexcept {
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = to_float(type, bytes + i * element_bytes(type));
  }
}

bool are_finite(std::span<const float> values) noexcept {
  std::uint32_t found = 0;
  for (const float x : values) {
    const bool is_bad = (std::bit_cast<std::uint32_t>(x) & kExponentBits) == kExponentBits;
    found |= static_cast<std::uint32_t>(is_bad);
  }
  return found == 0;
}

const char* type_name(ElementType type) {
  switch (type) {
    case ElementType::f16:
      return "float16";
    case ElementType::bf16:
      return "bfloat16";
    case ElementType::f32:
      return "float32";
    case ElementType::f64:
      return "float64";
    case ElementType::i8:
      return "int8";
  }
  return "";
}

[[noreturn]] void fail_size(const std::string& name, const ArrayLayout& layout,
                            std::uint64_t found_bytes) {
  const std::uint64_t expected = *layout.size_bytes();
  throw Error(ErrorCode::malformed,
              fmt::format("the array has {} bytes, expected {} for {} rows of {} {} values{}",
                          found_bytes, expected, layout.rows, layout.dim, type_name(layout.type),
                          found_bytes < expected ? ": the file is truncated" : ""),
              name);
}

// Some consecutive rows, as they lie in the file.
struct ArrayPiece {
  std::uint64_t first_row = 0;
  std::size_t rows = 0;
  const char* bytes = nullptr;    // of the first row's first element
  std::unique_ptr<char[]> owned;  // the bytes, where the source's views do not last
  std::uint64_t file_position_bytes = 0;
};

struct Converted {
  ArrayPiece piece;
  std::unique_ptr<float[]> owned;
  std::span<const float> vectors;       // into `owned`, or the file itself
  std::vector<std::size_t> not_finite;  // rows of the piece with such values
};

class ArrayReader {
 public:
  ArrayReader(const std::string& name, const ArrayLayout& layout,
              std::span<const std::string> words, const ReadOptions& options, RowSink& sink,
              const RowMap& map, std::span<const std::uint64_t> counts,
              const WordlessRows& wordless)
      : name_(name),
        layout_(layout),
        words_(words),
        options_(options),
        sink_(sink),
        map_(map),
        counts_(counts),
        wordless_(wordless) {}

  // Rows of a piece: some 256 KiB, which fit the cache of a core.
  std::size_t rows_of_piece() const {
    constexpr std::size_t kPieceValues = std::size_t{64} << 10;
    return std::max<std::size_t>(1, kPieceValues / layout_.dim);
  }

  std::size_t row_bytes() const { return layout_.dim * element_bytes(layout_.type); }

  ReadReport read(std::uint64_t offset_bytes,
                  const std::function<std::optional<ArrayPiece>()>& produce) {
    offset_ = offset_bytes;
    sink_.begin(layout_.dim, words_.size() - wordless_.left_out(words_.size()));
    report_.read_to_end = true;
    ordered_pipeline<ArrayPiece, Converted>(
        threads_or_default(options_.threads), produce,
        [this](ArrayPiece piece) { return convert(std::move(piece)); },
        [this](const Converted& rows) { return pass_on(rows); });
    refusal_.finish();
    return std::move(report_);
  }

 private:
  // For several threads at once.
  Converted convert(ArrayPiece piece) const {
    Converted converted;
    const std::size_t dim = layout_.dim;
    const std::size_t count = piece.rows * dim;
    const bool is_aligned = reinterpret_cast<std::uintptr_t>(piece.bytes) % alignof(float) == 0;
    if (!map_.empty()) {
      converted.owned = std::make_unique_for_overwrite<float[]>(count);
      const std::span<float> values(converted.owned.get(), count);
      gather(piece, values);
      converted.vectors = values;
    } else if (layout_.type == ElementType::f32 && !layout_.big_endian && !layout_.column_major &&
               is_aligned) {
      converted.vectors = {reinterpret_cast<const float*>(piece.bytes), count};
    } else {
      converted.owned = std::make_unique_for_overwrite<float[]>(count);
      const std::span<float> values(converted.owned.get(), count);
      if (layout_.column_major) {
        transpose(piece, values);
      } else {
        convert_elements(layout_.type, layout_.big_endian, piece.bytes, values);
      }
      converted.vectors = values;
    }
    if (!are_finite(converted.vectors)) {
      for (std::size_t r = 0; r < piece.rows; ++r) {
        if (!are_finite(converted.vectors.subspan(r * dim, dim))) converted.not_finite.push_back(r);
      }
    }
    converted.piece = std::move(piece);
    return converted;
  }

  // The row of the array that belongs to the word `index`; nullopt: there is none.
  std::optional<std::uint64_t> mapped_row(std::size_t index) const {
    if (map_.rows.empty()) return index;
    const std::int64_t row = map_.rows[index];
    if (row < 0 || static_cast<std::uint64_t>(row) >= layout_.rows) return std::nullopt;
    return static_cast<std::uint64_t>(row);
  }

  // `piece.bytes` is the whole array.
  void gather(const ArrayPiece& piece, std::span<float> values) const {
    const std::size_t dim = layout_.dim;
    const std::size_t size = element_bytes(layout_.type);
    for (std::size_t r = 0; r < piece.rows; ++r) {
      const std::size_t index = static_cast<std::size_t>(piece.first_row) + r;
      const std::span<float> vector = values.subspan(r * dim, dim);
      const auto row = mapped_row(index);
      if (!row) {
        std::fill(vector.begin(), vector.end(), 0.0F);  // pass_on() tells
        continue;
      }
      const char* const bytes = piece.bytes + static_cast<std::size_t>(*row) * row_bytes();
      if (map_.factors.empty()) {
        convert_elements(layout_.type, layout_.big_endian, bytes, vector);
        continue;
      }
      const double factor = map_.factors[index];
      for (std::size_t d = 0; d < dim; ++d) {
        vector[d] = static_cast<float>(to_double(layout_.type, bytes + d * size) * factor);
      }
    }
  }

  // Columns lie one after the other, each of all rows. A block of few columns is converted, then
  // spread, so that what is written stays in the nearest cache.
  void transpose(const ArrayPiece& piece, std::span<float> values) const {
    constexpr std::size_t kBlockColumns = 16;
    const std::size_t dim = layout_.dim;
    const std::size_t column_bytes =
        static_cast<std::size_t>(layout_.rows) * element_bytes(layout_.type);
    std::vector<float> block(kBlockColumns * piece.rows);
    for (std::size_t first = 0; first < dim; first += kBlockColumns) {
      const std::size_t columns = std::min(kBlockColumns, dim - first);
      for (std::size_t c = 0; c < columns; ++c) {
        convert_elements(layout_.type, layout_.big_endian, piece.bytes + (first + c) * column_bytes,
                         std::span(block).subspan(c * piece.rows, piece.rows));
      }
      for (std::size_t r = 0; r < piece.rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
          values[r * dim + first + c] = block[c * piece.rows + r];
        }
      }
    }
  }

  // What is wrong with a row; empty: nothing.
  std::string problem_of(std::size_t index, std::span<const float> vector, bool is_finite) const {
    const std::string& word = words_[index];
    if (wordless_.is_missing(index)) return wordless_.problem(index);
    std::string problem = problem_of_word(word, options_.strict_utf8);
    if (problem.empty()) problem = problem_of_map(word, index);
    if (!problem.empty() || is_finite) return problem;
    return problem_of_values(
        vector, in_quotes(word),
        layout_.type == ElementType::f64 || !map_.factors.empty() ? " as a float32" : "");
  }

  std::string problem_of_map(const std::string& word, std::size_t index) const {
    if (!mapped_row(index)) {
      const std::int64_t row = map_.rows[index];
      const bool is_most = row == std::numeric_limits<std::int64_t>::max();
      const std::string problem =
          fmt::format("the tensor {} gives {} the row {}{}", in_quotes(map_.rows_name),
                      in_quotes(word), row, is_most ? " or a later one" : "");
      return layout_.rows == 0 ? problem + " of a matrix that has no rows"
                               : fmt::format("{}, expected 0 to {}", problem, layout_.rows - 1);
    }
    if (map_.factors.empty() || std::isfinite(map_.factors[index])) return {};
    const double factor = map_.factors[index];
    return fmt::format("the tensor {} gives {} the factor {}, expected a finite number",
                       in_quotes(map_.factors_name), in_quotes(word),
                       std::isnan(factor) ? "nan" : fmt::format("{}", factor));
  }

  bool pass_on(const Converted& rows) {
    const std::size_t dim = layout_.dim;
    const std::size_t first = static_cast<std::size_t>(rows.piece.first_row);
    auto bad = rows.not_finite.begin();
    std::size_t begin = 0;  // of the good rows that are not passed on yet
    for (std::size_t r = 0; r < rows.piece.rows && report_.read_to_end; ++r) {
      const std::size_t index = first + r;
      const std::string& word = words_[index];
      const bool is_finite = bad == rows.not_finite.end() || *bad != r;
      if (!is_finite) ++bad;
      if (wordless_.is_left_out(index)) {
        append(rows, begin, r);
        begin = r + 1;
        continue;
      }
      const std::string problem = problem_of(index, rows.vectors.subspan(r * dim, dim), is_finite);
      if (problem.empty()) {
        if (!is_valid_utf8(word) && report_.invalid_utf8_words++ == 0) {
          report_.first_invalid_utf8 = fmt::format("row {}", index);
        }
        note_blank_word(word, report_, [&] { return fmt::format("row {}", first + r); });
        continue;
      }
      // The rows before a bad one may be all that the sink wants: then there is no error.
      append(rows, begin, r);
      begin = r + 1;
      if (!report_.read_to_end) break;
      const std::string text = fmt::format("row {}: {}", index, problem);
      if (!options_.skip_bad) {
        const auto error_of = [this, index](const std::string& what) {
          return layout_.column_major || !map_.empty()
                     ? Error(ErrorCode::malformed, what, name_)
                     : Error::at_offset(name_, offset_ + index * row_bytes(), what);
        };
        refusal_.refuse(text, error_of, report_.rows_read > 0);
        continue;
      }
      ++report_.bad_rows;
      report_.keep_example(text);
    }
    append(rows, begin, rows.piece.rows);
    if (options_.progress) options_.progress(rows.piece.file_position_bytes);
    return report_.read_to_end;
  }

  void append(const Converted& rows, std::size_t begin, std::size_t end) {
    if (begin >= end || !report_.read_to_end) return;
    refusal_.check();
    const std::size_t dim = layout_.dim;
    const std::size_t first = static_cast<std::size_t>(rows.piece.first_row) + begin;
    const auto chosen = words_.subspan(first, end - begin);
    views_.assign(chosen.begin(), chosen.end());
    report_.rows_read += views_.size();
    report_.read_to_end =
        sink_.append({dim, views_, rows.vectors.subspan(begin * dim, (end - begin) * dim),
                      counts_.empty() ? counts_ : counts_.subspan(first, end - begin)});
  }

  const std::string& name_;
  const ArrayLayout& layout_;
  std::span<const std::string> words_;
  const ReadOptions& options_;
  RowSink& sink_;
  const RowMap& map_;
  std::span<const std::uint64_t> counts_;
  const WordlessRows& wordless_;
  std::uint64_t offset_ = 0;
  ReadReport report_;
  BadRowRefusal refusal_;
  std::vector<std::string_view> views_;
};

ReadReport read_rows_of(std::string_view data, std::uint64_t offset_bytes, const std::string& name,
                        const ArrayLayout& layout, std::span<const std::string> words,
                        const ReadOptions& options, RowSink& sink, const RowMap& map,
                        std::span<const std::uint64_t> counts, const WordlessRows& wordless) {
  ArrayReader reader(name, layout, words, options, sink, map, counts, wordless);
  const std::size_t row_step =
      layout.column_major ? element_bytes(layout.type) : reader.row_bytes();
  std::size_t next = 0;
  return reader.read(offset_bytes, [&]() -> std::optional<ArrayPiece> {
    if (next == words.size()) return std::nullopt;
    ArrayPiece piece;
    piece.first_row = next;
    piece.rows = std::min(reader.rows_of_piece(), words.size() - next);
    piece.bytes = map.empty() ? data.data() + next * row_step : data.data();
    next += piece.rows;
    // In a column-major array every piece reads from all of it.
    piece.file_position_bytes = offset_bytes + next * reader.row_bytes();
    return piece;
  });
}

}  // namespace

std::optional<std::uint64_t> ArrayLayout::size_bytes() const noexcept {
  const auto values = checked_multiply(rows, dim);
  return values ? checked_multiply(*values, element_bytes(type)) : std::nullopt;
}

void convert_elements(ElementType type, bool big_endian, const char* bytes,
                      std::span<float> values) noexcept {
  if (big_endian) {
    const std::size_t size = element_bytes(type);
    for (std::size_t i = 0; i < values.size(); ++i) {
      char element[sizeof(double)];
      std::reverse_copy(bytes + i * size, bytes + (i + 1) * size, element);
      values[i] = to_float(type, element);
    }
    return;
  }
  switch (type) {
    case ElementType::f16:
      return convert_all<ElementType::f16>(bytes, values);
    case ElementType::bf16:
      return convert_all<ElementType::bf16>(bytes, values);
    case ElementType::f32:
      return convert_all<ElementType::f32>(bytes, values);
    case ElementType::f64:
      return convert_all<ElementType::f64>(bytes, values);
    case ElementType::i8:
      return convert_all<ElementType::i8>(bytes, values);
  }
}

ReadReport read_array_rows(std::string_view data, std::uint64_t offset_bytes,
                           const std::string& name, const ArrayLayout& layout,
                           std::span<const std::string> words, const ReadOptions& options,
                           RowSink& sink, const RowMap& map, std::span<const std::uint64_t> counts,
                           const WordlessRows& wordless) {
  return read_rows_of(data, offset_bytes, name, layout, words, options, sink, map, counts,
                      wordless);
}

ReadReport take_array_rows(ByteSource& source, const ArrayLayout& layout,
                           std::span<const std::string> words, const ReadOptions& options,
                           RowSink& sink, std::span<const std::uint64_t> counts,
                           const WordlessRows& wordless) {
  const auto check_end = [&] {
    if (source.at_end()) return;
    throw Error::at_offset(
        source.name(), source.position_bytes(),
        fmt::format("there are bytes after the {} rows of {} values", layout.rows, layout.dim));
  };
  const std::uint64_t offset = source.position_bytes();
  if (layout.column_major) {
    const std::uint64_t size = *layout.size_bytes();
    const std::string_view data = source.peek_needed([&](std::string_view) { return size; });
    if (data.size() < size) fail_size(source.name(), layout, data.size());
    ReadReport report =
        read_rows_of(data.substr(0, static_cast<std::size_t>(size)), offset, source.name(), layout,
                     words, options, sink, {}, counts, wordless);
    if (report.read_to_end) {
      source.skip(static_cast<std::size_t>(size));
      check_end();
    }
    return report;
  }

  const RowMap no_map;
  ArrayReader reader(source.name(), layout, words, options, sink, no_map, counts, wordless);
  std::uint64_t next = 0;
  ReadReport report = reader.read(offset, [&]() -> std::optional<ArrayPiece> {
    if (next == words.size()) return std::nullopt;
    ArrayPiece piece;
    piece.first_row = next;
    piece.rows = static_cast<std::size_t>(
        std::min<std::uint64_t>(reader.rows_of_piece(), words.size() - next));
    const std::size_t size = piece.rows * reader.row_bytes();
    const std::string_view bytes = source.peek(size);
    if (bytes.size() < size) {
      fail_size(source.name(), layout, source.position_bytes() - offset + bytes.size());
    }
    piece.bytes = bytes.data();
    if (!source.views_persist()) {
      piece.owned = std::make_unique_for_overwrite<char[]>(size);
      std::memcpy(piece.owned.get(), bytes.data(), size);
      piece.bytes = piece.owned.get();
    }
    source.skip(size);
    piece.file_position_bytes = source.file_position_bytes();
    next += piece.rows;
    return piece;
  });
  if (report.read_to_end) check_end();
  return report;
}

void check_array(const ByteSource& source, const ArrayLayout& layout) {
  if (layout.dim == 0 || layout.dim > kMaxDim || layout.rows > kMaxRows) {
    throw Error(ErrorCode::malformed,
                fmt::format("the array has {} rows of {} values, expected at most {} rows of 1 to "
                            "{} values",
                            layout.rows, layout.dim, kMaxRows, kMaxDim),
                source.name());
  }
  const auto size = source.size_bytes();
  if (!size) return;
  const std::uint64_t there = *size - source.position_bytes();
  // The product of the limits is far below 2^64.
  if (there != *layout.size_bytes()) fail_size(source.name(), layout, there);
}

}  // namespace wordvec
