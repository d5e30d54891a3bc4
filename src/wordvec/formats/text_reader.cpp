// The parallel reader of text rows: cut into chunks, parse them, hand them on in order.
#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/row_problems.h"
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

struct Problem {
  std::uint64_t line = 0;       // within the chunk
  std::size_t rows_before = 0;  // of the chunk, which are good
  std::string text;
};

struct ParsedChunk {
  RowBuffer rows;
  std::unique_ptr<char[]> owned;  // words point into it
  std::size_t size_bytes = 0;
  std::uint64_t file_position_bytes = 0;
  std::uint64_t lines = 0;
  std::uint64_t bad_rows = 0;
  std::uint64_t blank_lines = 0;       // of those: lines without anything
  std::uint64_t last_blank_lines = 0;  // behind all others; not counted as bad
  std::vector<Problem> problems;       // of the first bad rows
  std::uint64_t invalid_utf8_words = 0;
  std::uint64_t first_invalid_utf8_line = 0;  // within the chunk
  std::uint64_t blank_words = 0;
  std::uint64_t first_blank_word_line = 0;  // within the chunk
  bool line_too_long = false;
};

constexpr const char* kEmptyLine = "the line is empty";

// Parses the chunks of one source.
class ChunkParser {
 public:
  ChunkParser(const TextRows& rows, bool strict_utf8, RowBuffers& buffers)
      : dim_(rows.dim), dim_line_(rows.dim_line), strict_utf8_(strict_utf8), buffers_(buffers) {}

  // For several threads at once.
  ParsedChunk parse(TextChunk chunk) const {
    ParsedChunk parsed;
    parsed.size_bytes = chunk.bytes.size();
    parsed.file_position_bytes = chunk.file_position_bytes;
    parsed.line_too_long = chunk.line_too_long;
    if (chunk.line_too_long) return parsed;
    // Two bytes a value at least; and one row more, which may turn out to be bad.
    parsed.rows = buffers_.take(chunk.bytes.size() / 2 + dim_);
    for (std::string_view rest = chunk.bytes; !rest.empty();) {
      float* const vector = parsed.rows.vectors.get() + parsed.rows.words.size() * dim_;
      if (const auto row = parse_plain_row(rest, dim_, vector, kernels_)) {
        rest.remove_prefix(row->size_bytes);
        end_blank_lines(parsed);
        add_word(parsed, row->word);
        ++parsed.lines;
        continue;
      }
      const TextLine line = first_line(rest);
      if (line.text.empty()) {
        const EmptyLines empty = parse_empty_lines(rest, dim_, vector);
        rest.remove_prefix(empty.size_bytes);
        if (empty.word) {
          end_blank_lines(parsed);
          add_word(parsed, *empty.word);
        } else {
          parsed.last_blank_lines += empty.lines;
        }
        parsed.lines += empty.lines;
        continue;
      }
      rest.remove_prefix(line.size_bytes);
      if (is_blank_line(line.text)) {
        ++parsed.last_blank_lines;
      } else {
        end_blank_lines(parsed);
        std::string problem;
        const auto word = parse_text_row(line.text, dim_, vector, problem, dim_line_);
        if (word) {
          add_word(parsed, *word);
        } else {
          add_problem(parsed, std::move(problem));
        }
      }
      ++parsed.lines;
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
    const bool may_be_blank = word.empty() || static_cast<unsigned char>(word.front()) <= ' ';
    if (may_be_blank && is_blank_word(word) && parsed.blank_words++ == 0) {
      parsed.first_blank_word_line = parsed.lines;
    }
    parsed.rows.words.push_back(word);
  }

  static void add_problem(ParsedChunk& parsed, std::string problem) {
    if (parsed.bad_rows++ < ReadReport::kMaxExamples) {
      parsed.problems.push_back({parsed.lines, parsed.rows.words.size(), std::move(problem)});
    }
  }

  // The line at hand has something: the blank ones before it are bad rows.
  static void end_blank_lines(ParsedChunk& parsed) {
    if (parsed.last_blank_lines == 0) return;
    const std::uint64_t first = parsed.lines - parsed.last_blank_lines;
    for (std::uint64_t i = 0; i < parsed.last_blank_lines; ++i) {
      if (parsed.problems.size() >= ReadReport::kMaxExamples) break;
      parsed.problems.push_back({first + i, parsed.rows.words.size(), kEmptyLine});
    }
    parsed.bad_rows += parsed.last_blank_lines;
    parsed.blank_lines += parsed.last_blank_lines;
    parsed.last_blank_lines = 0;
  }

  std::size_t dim_;
  std::uint64_t dim_line_;
  bool strict_utf8_;
  RowBuffers& buffers_;
  const simd::TextKernels& kernels_ = *simd::active().text;
};

// Passes the rows of parsed chunks on, in order.
class ChunkConsumer {
 public:
  ChunkConsumer(const std::string& name, const TextRows& rows, const ReadOptions& options,
                RowSink& sink, ReadReport& report)
      : name_(name),
        dim_(rows.dim),
        promised_rows_(rows.promised_rows),
        why_not_skip_(rows.why_not_skip),
        options_(options),
        sink_(sink),
        report_(report),
        next_line_(rows.first_line) {
    report_.read_to_end = true;
  }

  // False: no more is wanted.
  bool consume(const ParsedChunk& chunk) {
    if (chunk.line_too_long) {
      if (failed_) return false;
      throw Error::at_line(name_, next_line_,
                           fmt::format("no line end within {} bytes", kMaxTextLineBytes));
    }
    if (chunk.lines > chunk.last_blank_lines && !take_blank_lines()) return false;
    for (const Problem& problem : chunk.problems) {
      if (!note_problem(next_line_ + problem.line, problem.text, &chunk, problem.rows_before)) {
        return false;
      }
    }
    report_.bad_rows += chunk.bad_rows;
    report_.blank_lines += chunk.blank_lines;
    blank_lines_ += chunk.last_blank_lines;
    if (chunk.invalid_utf8_words > 0 && report_.invalid_utf8_words == 0) {
      report_.first_invalid_utf8 =
          fmt::format("line {}", next_line_ + chunk.first_invalid_utf8_line);
    }
    report_.invalid_utf8_words += chunk.invalid_utf8_words;
    if (chunk.blank_words > 0 && report_.blank_words == 0) {
      report_.first_blank_word = fmt::format("line {}", next_line_ + chunk.first_blank_word_line);
    }
    report_.blank_words += chunk.blank_words;
    next_line_ += chunk.lines;
    report_.rows_read += chunk.rows.words.size();
    if (failed_) return (counted_bytes_ += chunk.size_bytes) < kMaxCountedBytes;
    if (options_.progress) options_.progress(chunk.file_position_bytes);
    return pass_on(chunk, chunk.rows.words.size());
  }

  // To be called when all has been consumed. Throws what was wrong.
  void finish(bool at_end) const {
    if (!failed_) return;
    std::string text = problem_;
    if (!why_not_skip_.empty()) {
      throw Error::at_line(name_, failed_line_, text + "; " + why_not_skip_);
    }
    const std::uint64_t rows = report_.rows_read + report_.bad_rows;
    const bool is_another_count =
        at_end && promised_rows_ &&
        (rows < *promised_rows_ || rows - report_.blank_lines > *promised_rows_);
    if (is_another_count) {
      text += fmt::format("; and the header promises {} rows, while there are {}", *promised_rows_,
                          rows - report_.blank_lines);
    }
    if (report_.rows_read > 0) {
      text += remedy_of_rows(true, is_another_count);
    } else if (at_end) {
      text += kNoGoodRow;
    }
    throw Error::at_line(name_, failed_line_, text);
  }

 private:
  // Enough to count what a header promises beside what is there, and no long wait for an error.
  static constexpr std::size_t kMaxCountedBytes = std::size_t{64} << 20;

  bool pass_on(const ParsedChunk& chunk, std::size_t rows) {
    if (rows == 0) return true;
    report_.read_to_end = sink_.append(
        {dim_, std::span(chunk.rows.words).first(rows), {chunk.rows.vectors.get(), rows * dim_}});
    return report_.read_to_end;
  }

  // False: the rows before the bad one were all that the sink wants.
  bool note_problem(std::uint64_t line, const std::string& problem, const ParsedChunk* chunk,
                    std::size_t rows_before) {
    if (options_.skip_bad) {
      report_.keep_example(fmt::format("line {}: {}", line, problem));
      return true;
    }
    if (failed_) return true;
    if (chunk != nullptr && !pass_on(*chunk, rows_before)) {
      report_.rows_read += rows_before;
      return false;
    }
    failed_ = true;
    failed_line_ = line;
    problem_ = problem;
    return true;
  }

  // Something follows the blank lines that the chunks before ended with.
  bool take_blank_lines() {
    const std::uint64_t first = next_line_ - blank_lines_;
    for (std::uint64_t i = 0; i < blank_lines_ && i < ReadReport::kMaxExamples; ++i) {
      if (!note_problem(first + i, kEmptyLine, nullptr, 0)) return false;
    }
    report_.bad_rows += blank_lines_;
    report_.blank_lines += blank_lines_;
    blank_lines_ = 0;
    return true;
  }

  const std::string& name_;
  std::size_t dim_;
  std::optional<std::uint64_t> promised_rows_;
  const std::string& why_not_skip_;
  const ReadOptions& options_;
  RowSink& sink_;
  ReadReport& report_;
  std::uint64_t next_line_;
  std::uint64_t blank_lines_ = 0;  // just before the next line
  bool failed_ = false;            // from then on, rows are only counted
  std::uint64_t failed_line_ = 0;
  std::string problem_;
  std::size_t counted_bytes_ = 0;
};

}  // namespace

void read_text_rows(ByteSource& source, const TextRows& rows, const ReadOptions& options,
                    RowSink& sink, ReadReport& report) {
  RowBuffers buffers;
  const ChunkParser parser(rows, options.strict_utf8, buffers);
  ChunkConsumer consumer(source.name(), rows, options, sink, report);
  bool at_end = true;
  try {
    ordered_pipeline<TextChunk, ParsedChunk>(
        threads_or_default(options.threads), [&] { return next_text_chunk(source); },
        [&](TextChunk chunk) { return parser.parse(std::move(chunk)); },
        [&](ParsedChunk chunk) {
          at_end = consumer.consume(chunk);
          buffers.give_back(std::move(chunk.rows));
          return at_end;
        });
  } catch (const Error&) {
    consumer.finish(false);  // a bad row that came before
    throw;
  }
  consumer.finish(at_end);
}

}  // namespace wordvec
