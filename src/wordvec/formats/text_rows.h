// Rows of text, "word value value … value", as GloVe and word2vec write them.
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
#include "wordvec/model/row_sink.h"
#include "wordvec/simd/text_kernels.h"

namespace wordvec {

// A line without its end ("\n" or "\r\n").
struct TextLine {
  std::string_view text;
  std::size_t size_bytes = 0;  // with its end
};
// The first line of `bytes`, which must not be empty.
TextLine first_line(std::string_view bytes);

// Fields of a line: what stands between runs of spaces and tabs. No other byte separates: words
// contain U+00A0 and U+0085.
std::size_t count_fields(std::string_view line);
// Empty when the line has no fields.
std::string_view last_field(std::string_view line);
// True when the whole field is a decimal number.
bool is_number(std::string_view field);

// A row of one line takes a word of one byte, and two for each value. A shorter line is bad, and
// costs nothing to refuse.
std::size_t shortest_row_bytes(std::size_t dim);

// Parses one line into `vector` (dim floats; not touched for a line of less than 1 + 2 dim bytes)
// and returns its word; the last dim fields are the vector, everything before them is the word. On
// failure returns nullopt and sets `problem`. A row is also bad when its word holds fields that
// look like values, which is what a row with too many values and two rows without a line end
// between them come to: a number with a fraction or exponent, or any number where the row's first
// value has neither.
std::optional<std::string_view> parse_text_row(std::string_view line, std::size_t dim,
                                               float* vector, std::string& problem);

struct PlainRow {
  std::string_view word;
  std::size_t size_bytes = 0;  // of its line, with the end
};
// The common row, fast: the line at the front of `text`, which may hold more lines, is a word
// without separators and `dim` values with one separator before each. nullopt, with any of `vector`
// overwritten, when it is anything else, which parse_text_row() may still find a row.
std::optional<PlainRow> parse_plain_row(std::string_view text, std::size_t dim, float* vector,
                                        const simd::TextKernels& kernels);

// The line at the front of `text`, which may hold more lines, as `dim` values with a separator
// between; returns its size, with the end. nullopt, with any of `vector` overwritten, when it is
// anything else, which parse_text_values() may still find to be values.
std::optional<std::size_t> parse_plain_values(std::string_view text, std::size_t dim, float* vector,
                                              const simd::TextKernels& kernels);

// Parses a line of `dim` values, without a word, into `vector`. On failure returns false and sets
// `problem`.
bool parse_text_values(std::string_view line, std::size_t dim, float* vector, std::string& problem);

// Reads rows up to the source's end. `first_line_number` is that of the next line.
// Values are parsed on options.threads threads.
void read_text_rows(ByteSource& source, std::size_t dim, std::uint64_t first_line_number,
                    const ReadOptions& options, RowSink& sink, ReadReport& report);

// Appends "word v v … v\n", values in the shortest form that reads back to the same bits.
// Throws Error(usage) when a reader could not tell the word from the values, naming `format_name`.
void append_text_row(std::string& out, std::string_view word, std::span<const float> vector,
                     std::string_view format_name);

// The text of all rows of a batch, made on `threads` threads: pieces to write in order.
std::vector<std::string> format_text_rows(const RowBatch& batch, unsigned threads,
                                          std::string_view format_name);

}  // namespace wordvec
