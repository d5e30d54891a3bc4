#include "wordvec/formats/word2vec_header.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <span>

#include "wordvec/base/error.h"
#include "wordvec/formats/row_problems.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {
namespace {

constexpr std::uint64_t kLikelyRows = 400'000;
constexpr std::size_t kMaxHeaderBytes = 64;

std::optional<std::uint64_t> parse_whole_number(std::string_view field) {
  std::uint64_t number = 0;
  const char* const end = field.data() + field.size();
  const auto [at, error] = std::from_chars(field.data(), end, number);
  if (at != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
  return number;
}

std::string header_line(const Word2vecHeader& header) {
  return fmt::format("{} {}\n", header.rows, header.dim);
}

}  // namespace

std::optional<Word2vecHeader> parse_word2vec_header(std::string_view line) {
  if (count_fields(line) != 2) return std::nullopt;
  const auto dim = parse_whole_number(last_field(line));
  line.remove_prefix(line.find_first_not_of(" \t"));
  const auto rows = parse_whole_number(line.substr(0, line.find_first_of(" \t")));
  if (!rows || !dim) return std::nullopt;
  return Word2vecHeader{*rows, static_cast<std::size_t>(*dim)};
}

Word2vecHeader take_word2vec_header(ByteSource& source, std::uint64_t number) {
  const std::string_view head = source.peek(kMaxHeaderBytes).substr(0, kMaxHeaderBytes);
  if (head.empty()) throw Error(ErrorCode::malformed, "is empty", source.name());
  const TextLine line = first_line(head);
  if (line.size_bytes == head.size() && head.back() != '\n' && head.size() == kMaxHeaderBytes) {
    throw Error::at_line(
        source.name(), number,
        fmt::format("found no header: no line end within {} bytes", kMaxHeaderBytes));
  }
  const auto header = parse_word2vec_header(line.text);
  if (!header) {
    throw Error::at_line(source.name(), number,
                         "found no header, expected two whole numbers: rows and dimension");
  }
  if (header->dim == 0 || header->dim > kMaxDim) {
    throw Error::at_line(
        source.name(), number,
        fmt::format("the header gives the dimension {}, expected 1 to {}", header->dim, kMaxDim));
  }
  if (header->rows > kMaxRows) {
    throw Error::at_line(
        source.name(), number,
        fmt::format("the header promises {} rows, expected at most {}", header->rows, kMaxRows));
  }
  source.skip(line.size_bytes);
  return *header;
}

void check_row_count(const Word2vecHeader& header, const ReadOptions& options,
                     const std::string& path, ReadReport& report) {
  // A blank line may be what was left of a row.
  const std::uint64_t most = report.rows_read + report.bad_rows;
  const std::uint64_t found = most - report.blank_lines;
  if (!report.read_to_end || (found <= header.rows && header.rows <= most)) return;
  report.row_count_mismatch =
      fmt::format("found {} rows, the header promises {}", found, header.rows);
  if (!options.trust_rows) {
    throw Error(ErrorCode::malformed,
                report.row_count_mismatch + std::string(remedy_of_rows(false, true)), path);
  }
}

void Word2vecHeaderWriter::begin(FormatOutput& file, std::size_t dim,
                                 std::optional<std::uint64_t> rows_hint) {
  if (!rows_hint && !file.is_seekable()) {
    throw Error(ErrorCode::usage,
                "this format starts with the number of rows, which is not known yet: "
                "write to a file, or convert to a container first",
                file.path());
  }
  promised_ = {rows_hint.value_or(kLikelyRows), dim};
  file.write_head(header_line(promised_));
}

void Word2vecHeaderWriter::finish(FormatOutput& file, std::uint64_t rows) {
  if (rows == promised_.rows) return;
  if (!file.is_seekable()) {
    throw Error(ErrorCode::malformed,
                fmt::format("{} rows were announced and {} written: write to a file instead",
                            promised_.rows, rows),
                file.path());
  }
  file.replace_head(header_line({rows, promised_.dim}));
}

}  // namespace wordvec
