// The parallel reader of text rows: cut into chunks, parse them, hand them on in order.
#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/text_chunks.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

// Memory for the rows of a chunk, used again and again.
struct RowBuffer {
  std::vector<std::string_view> words;
  std::unique_ptr<float[]> vectors;
  std::size_t capacity = 0;  // of vectors
};

// For several threads at once.
class RowBuffers {
 public:
  // A buffer without words, for at least `capacity` values.
  RowBuffer take(std::size_t capacity) {
    RowBuffer buffer;
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        buffer = std::move(free_.back());
        free_.pop_back();
      }
    }
    buffer.words.clear();
    if (buffer.capacity < capacity) {
      // Not cleared: most of a buffer is never touched, and so costs no memory.
      buffer.vectors = std::make_unique_for_overwrite<float[]>(capacity);
      buffer.capacity = capacity;
    }
    return buffer;
  }
  void give_back(RowBuffer buffer) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(buffer));
  }

 private:
  std::mutex mutex_;
  std::vector<RowBuffer> free_;
};

struct ParsedChunk {
  RowBuffer rows;
  std::unique_ptr<char[]> owned;  // words point into it
  std::uint64_t file_position_bytes = 0;
  std::uint64_t lines = 0;
  std::uint64_t bad_rows = 0;
  // Of the first bad rows: line within the chunk, what.
  std::vector<std::pair<std::uint64_t, std::string>> problems;
  std::uint64_t invalid_utf8_words = 0;
  std::uint64_t first_invalid_utf8_line = 0;  // within the chunk
  bool line_too_long = false;
};

// Parses the chunks of one source.
class ChunkParser {
 public:
  ChunkParser(std::size_t dim, bool strict_utf8, RowBuffers& buffers)
      : dim_(dim), strict_utf8_(strict_utf8), buffers_(buffers) {}

  // For several threads at once.
  ParsedChunk parse(TextChunk chunk) const {
    ParsedChunk parsed;
    parsed.file_position_bytes = chunk.file_position_bytes;
    parsed.line_too_long = chunk.line_too_long;
    if (chunk.line_too_long) return parsed;
    // Two bytes a value at least; and one row more, which may turn out to be bad.
    parsed.rows = buffers_.take(chunk.bytes.size() / 2 + dim_);
    for (std::string_view rest = chunk.bytes; !rest.empty(); ++parsed.lines) {
      float* const vector = parsed.rows.vectors.get() + parsed.rows.words.size() * dim_;
      if (const auto row = parse_plain_row(rest, dim_, vector, kernels_)) {
        rest.remove_prefix(row->size_bytes);
        add_word(parsed, row->word);
        continue;
      }
      const TextLine line = first_line(rest);
      rest.remove_prefix(line.size_bytes);
      std::string problem;
      const auto word = parse_text_row(line.text, dim_, vector, problem);
      if (word) {
        add_word(parsed, *word);
      } else {
        add_problem(parsed, std::move(problem));
      }
    }
    parsed.owned = std::move(chunk.owned);
    return parsed;
  }

 private:
  // The row's vector is in place.
  void add_word(ParsedChunk& parsed, std::string_view word) const {
    if (!is_valid_utf8(word)) {
      if (strict_utf8_) {
        return add_problem(parsed, "the word " + in_quotes(word) + " is not UTF-8");
      }
      if (parsed.invalid_utf8_words++ == 0) parsed.first_invalid_utf8_line = parsed.lines;
    }
    parsed.rows.words.push_back(word);
  }

  static void add_problem(ParsedChunk& parsed, std::string problem) {
    if (parsed.bad_rows++ < ReadReport::kMostExamples) {
      parsed.problems.emplace_back(parsed.lines, std::move(problem));
    }
  }

  std::size_t dim_;
  bool strict_utf8_;
  RowBuffers& buffers_;
  const simd::TextKernels& kernels_ = *simd::active().text;
};

}  // namespace

void read_text_rows(ByteSource& source, std::size_t dim, std::uint64_t first_line_number,
                    const ReadOptions& options, RowSink& sink, ReadReport& report) {
  std::uint64_t next_line = first_line_number;
  report.read_to_end = true;
  const auto note_problem = [&](std::uint64_t line, const std::string& problem) {
    if (!options.skip_bad) throw Error::at_line(source.name(), line, problem);
    report.keep_example(fmt::format("line {}: {}", line, problem));
  };
  RowBuffers buffers;
  const ChunkParser parser(dim, options.strict_utf8, buffers);
  const auto consume = [&](ParsedChunk chunk) {
    const RowBuffer& rows = chunk.rows;
    if (chunk.line_too_long) {
      throw Error::at_line(source.name(), next_line,
                           fmt::format("no line end within {} bytes", kMaxTextLineBytes));
    }
    if (!options.skip_bad && !chunk.problems.empty()) {
      // The rows before the first bad one may be all that the sink wants.
      const auto good = static_cast<std::size_t>(chunk.problems.front().first);
      const std::span<const std::string_view> words(rows.words.data(), good);
      if (good > 0 && !sink.append({dim, words, {rows.vectors.get(), good * dim}})) {
        report.rows_read += good;
        report.read_to_end = false;
        return false;
      }
    }
    for (const auto& [line, problem] : chunk.problems) note_problem(next_line + line, problem);
    report.bad_rows += chunk.bad_rows;
    if (chunk.invalid_utf8_words > 0 && report.invalid_utf8_words == 0) {
      report.first_invalid_utf8 = fmt::format("line {}", next_line + chunk.first_invalid_utf8_line);
    }
    report.invalid_utf8_words += chunk.invalid_utf8_words;
    next_line += chunk.lines;
    report.rows_read += rows.words.size();
    if (options.progress) options.progress(chunk.file_position_bytes);
    if (!rows.words.empty()) {
      report.read_to_end =
          sink.append({dim, rows.words, {rows.vectors.get(), rows.words.size() * dim}});
    }
    buffers.give_back(std::move(chunk.rows));
    return report.read_to_end;
  };
  ordered_pipeline<TextChunk, ParsedChunk>(
      threads_or_default(options.threads), [&] { return next_text_chunk(source); },
      [&](TextChunk chunk) { return parser.parse(std::move(chunk)); }, consume);
}

}  // namespace wordvec
