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

constexpr bool is_separator(char c) {
  return c == ' ' || c == '\t';
}

// Fields of a line: what stands between runs of spaces and tabs. No other byte separates: words
// contain U+00A0 and U+0085.
std::size_t count_fields(std::string_view line);
// Empty when the line has no fields.
std::string_view last_field(std::string_view line);
// True when the whole field is a decimal number.
bool is_number(std::string_view field);
// True of a line that holds nothing: it is empty, or spaces, tabs and '\r'.
bool is_blank_line(std::string_view line);

// A row of one line takes a word of one byte, and two for each value. A shorter line is bad, and
// costs nothing to refuse.
std::size_t shortest_row_bytes(std::size_t dim);

// Parses one line into `vector` (dim floats; not touched for a line of less than 2 dim bytes) and
// returns its word; the last dim fields are the vector, everything before them is the word. Where a
// line has dim fields and begins with a separator, the word is what stands before the last one of
// these: nothing, as fastText writes the empty word, or blanks. On failure returns nullopt and sets
// `problem`, which names `dim_line` as the line that set the number of values.
//
// A row is also bad when its word holds fields that look like values, which is what a row with too
// many values and two rows without a line end between them come to: a number with a fraction or
// exponent, or any number where the row's first value has neither. A word that a tab ends for
// certain may hold any: one tab in the line with the values behind it, parted by spaces, as
// Wikipedia2Vec writes them, or tabs between the values, and none in the word.
std::optional<std::string_view> parse_text_row(std::string_view line, std::size_t dim,
                                               float* vector, std::string& problem,
                                               std::uint64_t dim_line = 1);

struct PlainRow {
  std::string_view word;
  std::size_t size_bytes = 0;  // of its line, with the end
};
// The common row, fast: the line at the front of `text`, which may hold more lines, is a word,
// which may have single separators in it, and `dim` values with one separator before each. nullopt,
// with any of `vector` overwritten, when it is anything else, which parse_text_row() may still find
// a row.
std::optional<PlainRow> parse_plain_row(std::string_view text, std::size_t dim, float* vector,
                                        const simd::TextKernels& kernels);

// Empty lines, and perhaps the row whose word is those line ends.
struct EmptyLines {
  std::uint64_t lines = 0;     // all that were taken
  std::size_t size_bytes = 0;  // of those
  std::optional<std::string_view> word;
};
// The empty lines at the front of `text`, which begins with one. Where the line that follows them
// begins with a separator and is `dim` values, it is taken too: the three are the row of a word
// that is a line end, or several, which programs write as it is.
EmptyLines parse_empty_lines(std::string_view text, std::size_t dim, float* vector);

// The line at the front of `text`, which may hold more lines, as `dim` values with a separator
// between; returns its size, with the end. nullopt, with any of `vector` overwritten, when it is
// anything else, which parse_text_values() may still find to be values.
std::optional<std::size_t> parse_plain_values(std::string_view text, std::size_t dim, float* vector,
                                              const simd::TextKernels& kernels);

// Parses a line of `dim` values, without a word, into `vector`. On failure returns false and sets
// `problem`, which names `dim_line` as the line that set the number of values.
bool parse_text_values(std::string_view line, std::size_t dim, float* vector, std::string& problem,
                       std::uint64_t dim_line = 1);

// How the rows of a text are to be read.
struct TextRows {
  std::size_t dim = 0;
  std::uint64_t first_line = 1;  // the number of the next line
  std::uint64_t dim_line = 1;    // of the line that tells the dimension
  // How many rows a header promises. Only to name, with a bad row, all that stands in the way: the
  // count is for who calls.
  std::optional<std::uint64_t> promised_rows;
  // Where to skip bad rows would not help: why, as the end of a sentence. Empty: it may.
  std::string why_not_skip;
};
// Reads rows up to the source's end. Blank lines behind the last row are nothing. Values are parsed
// on options.threads threads.
void read_text_rows(ByteSource& source, const TextRows& rows, const ReadOptions& options,
                    RowSink& sink, ReadReport& report);

// Appends "word v v … v\n", values in the shortest form that reads back to the same bits. A tab, as
// Wikipedia2Vec writes, ends a word that holds a number which could be taken for a value
// ("Web 2.0"). Throws Error(usage) when a reader could not tell the word from the values, naming
// `format_name`.
void append_text_row(std::string& out, std::string_view word, std::span<const float> vector,
                     std::string_view format_name);

// The text of all rows of a batch, made on `threads` threads: pieces to write in order.
std::vector<std::string> format_text_rows(const RowBatch& batch, unsigned threads,
                                          std::string_view format_name);

}  // namespace wordvec
