// The first line of word2vec's formats: "rows dim".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wordvec/base/byte_source.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/format_output.h"

namespace wordvec {

struct Word2vecHeader {
  std::uint64_t rows = 0;
  std::size_t dim = 0;
};

// nullopt when the line is not two whole numbers.
std::optional<Word2vecHeader> parse_word2vec_header(std::string_view line);

// Takes the header line, whose number is `line`, from the source. Throws Error(malformed) when it
// is none, or its numbers cannot be those of a model.
Word2vecHeader take_word2vec_header(ByteSource& source, std::uint64_t line = 1);

// Compares what was read to its end with what the header promised: a difference is
// Error(malformed), or with options.trust_rows a sentence in the report.
void check_row_count(const Word2vecHeader& header, const ReadOptions& options,
                     const std::string& path, ReadReport& report);

// Writes the line at the start of `file` with the number of rows that is expected, and puts it
// right at the end. On a pipe the expectation must hold.
class Word2vecHeaderWriter {
 public:
  // Throws Error(usage) when `file` is a pipe and `rows_hint` is not known.
  void begin(FormatOutput& file, std::size_t dim, std::optional<std::uint64_t> rows_hint);
  // To be called after the last row, with the number of rows written.
  void finish(FormatOutput& file, std::uint64_t rows);

 private:
  Word2vecHeader promised_;
};

}  // namespace wordvec
