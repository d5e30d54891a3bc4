#include "wordvec/formats/text_rows.h"

#include <fast_float/fast_float.h>
#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <memory>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{2} << 20;
// A line of the highest dimension with the longest word, 32 bytes a value, fits.
constexpr std::size_t kMaxLineBytes = std::size_t{4} << 20;

bool is_separator(char c) {
  return c == ' ' || c == '\t';
}

const char* skip_separators(const char* at, const char* end) {
  while (at != end && is_separator(*at)) ++at;
  return at;
}

const char* skip_field(const char* at, const char* end) {
  while (at != end && !is_separator(*at)) ++at;
  return at;
}

// Returns where the number ends; `from` when there is none. A leading '+' is accepted, as strtof
// does.
const char* parse_value(const char* from, const char* end, float& value) {
  const char* begin = from;
  if (begin != end && *begin == '+') {
    ++begin;
    if (begin != end && *begin == '-') return from;
  }
  const auto [at, error] = fast_float::from_chars(begin, end, value);
  return error == std::errc::invalid_argument ? from : at;
}

bool has_fraction_or_exponent(std::string_view number) {
  return number.find_first_of(".eE") != std::string_view::npos;
}

// True when `word` has a field, other than its first, that could be a value of the row.
bool has_stray_value(std::string_view word, std::string_view first_value) {
  const bool whole_numbers_count = !has_fraction_or_exponent(first_value);
  const char* const end = word.data() + word.size();
  const char* at = skip_separators(skip_field(word.data(), end), end);
  while (at != end) {
    const char* const field_end = skip_field(at, end);
    const std::string_view field(at, static_cast<std::size_t>(field_end - at));
    if (is_number(field) && (whole_numbers_count || has_fraction_or_exponent(field))) return true;
    at = skip_separators(field_end, end);
  }
  return false;
}

// A word of one byte, and two for each value. A shorter line is bad, and costs nothing to refuse.
std::size_t shortest_row_bytes(std::size_t dim) {
  return 1 + 2 * dim;
}

std::string value_count_problem(std::size_t found, std::size_t expected) {
  return fmt::format("found {} {}, expected {} (as on line 1)", found,
                     found == 1 ? "value" : "values", expected);
}

std::string value_problem(std::string_view field, std::size_t index, bool is_a_number) {
  return fmt::format("value {} is {}, expected {}", index + 1, in_quotes(field),
                     is_a_number ? "a finite number" : "a number");
}

// The line's last `dim` fields, wherever its word ends.
std::optional<std::string_view> parse_row_from_end(std::string_view line, std::size_t dim,
                                                   float* vector, std::string& problem) {
  const std::size_t fields = count_fields(line);
  if (fields == 0) {
    problem = "the line is empty";
    return std::nullopt;
  }
  if (fields <= dim) {
    const bool no_word = fields == dim && is_separator(line.front());
    problem = no_word ? "the word is empty" : value_count_problem(fields - 1, dim);
    return std::nullopt;
  }
  const char* const begin = line.data();
  const char* const end = begin + line.size();
  const char* at = skip_separators(begin, end);
  for (std::size_t skip = fields - dim; skip > 0; --skip) {
    at = skip_separators(skip_field(at, end), end);
  }
  const char* word_end = at;
  while (is_separator(word_end[-1])) --word_end;
  const char* const word_begin = skip_separators(begin, end);
  const std::string_view word(word_begin, static_cast<std::size_t>(word_end - word_begin));
  const std::string_view first_value(at, static_cast<std::size_t>(skip_field(at, end) - at));

  if (has_stray_value(word, first_value)) {
    problem = value_count_problem(fields - 1, dim);
    return std::nullopt;
  }
  for (std::size_t i = 0; i < dim; ++i) {
    const char* const field_end = skip_field(at, end);
    const std::string_view field(at, static_cast<std::size_t>(field_end - at));
    const bool parsed = parse_value(at, field_end, vector[i]) == field_end;
    if (!parsed || !std::isfinite(vector[i])) {
      problem = value_problem(field, i, parsed);
      return std::nullopt;
    }
    at = skip_separators(field_end, end);
  }
  return word;
}

// The common line: a word without separators, then exactly `dim` finite values.
bool parse_plain_row(std::string_view line, std::size_t dim, float* vector,
                     std::string_view& word) {
  const char* const end = line.data() + line.size();
  const char* at = skip_field(line.data(), end);
  word = {line.data(), static_cast<std::size_t>(at - line.data())};
  if (word.empty()) return false;
  for (std::size_t i = 0; i < dim; ++i) {
    if (at == end || !is_separator(*at)) return false;
    at = skip_separators(at, end);
    const char* const value_end = parse_value(at, end, vector[i]);
    if (value_end == at || !std::isfinite(vector[i])) return false;
    at = value_end;
  }
  return skip_separators(at, end) == end;
}

// Whole lines, cut from the source.
struct Chunk {
  std::string_view bytes;
  std::unique_ptr<char[]> owned;  // the bytes, where the source's views do not last
  std::uint64_t position_bytes = 0;
  bool line_too_long = false;
};

struct ParsedChunk {
  std::vector<std::string_view> words;
  std::vector<float> vectors;
  std::unique_ptr<char[]> owned;  // words point into it
  std::uint64_t position_bytes = 0;
  std::uint64_t lines = 0;
  std::uint64_t bad_rows = 0;
  // Of the first bad rows: line within the chunk, what.
  std::vector<std::pair<std::uint64_t, std::string>> problems;
  std::uint64_t invalid_utf8_words = 0;
  std::uint64_t first_invalid_utf8_line = 0;  // within the chunk
  bool line_too_long = false;
};

// Where to cut `ahead` so that lines stay whole; 0 when no line ends within it.
std::size_t cut_after_line(std::string_view ahead) {
  const std::size_t newline = ahead.rfind('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

std::optional<Chunk> next_chunk(ByteSource& source) {
  std::string_view ahead = source.peek(kChunkBytes + 1);
  if (ahead.empty()) return std::nullopt;
  std::size_t size = ahead.size();  // the rest of the source, which may lack its last line end
  if (size > kChunkBytes) {
    size = cut_after_line(ahead.substr(0, kChunkBytes));
    if (size == 0) {
      ahead = source.peek(kMaxLineBytes + 1).substr(0, kMaxLineBytes + 1);
      const std::size_t newline = ahead.find('\n');
      size = newline == std::string_view::npos ? ahead.size() : newline + 1;
    }
  }
  Chunk chunk;
  chunk.line_too_long = size > kMaxLineBytes;
  if (source.views_persist()) {
    chunk.bytes = ahead.substr(0, size);
  } else {
    chunk.owned = std::make_unique<char[]>(size);
    std::memcpy(chunk.owned.get(), ahead.data(), size);
    chunk.bytes = {chunk.owned.get(), size};
  }
  source.skip(size);
  chunk.position_bytes = source.position_bytes();
  return chunk;
}

ParsedChunk parse_chunk(Chunk chunk, std::size_t dim, bool strict_utf8) {
  ParsedChunk parsed;
  parsed.position_bytes = chunk.position_bytes;
  parsed.line_too_long = chunk.line_too_long;
  if (chunk.line_too_long) return parsed;
  std::string problem;
  for (std::string_view rest = chunk.bytes; !rest.empty();) {
    const TextLine line = first_line(rest);
    rest.remove_prefix(line.size_bytes);
    const std::uint64_t line_index = parsed.lines++;
    const std::size_t used = parsed.vectors.size();
    const bool may_be_a_row = line.text.size() >= shortest_row_bytes(dim);
    if (may_be_a_row && parsed.vectors.capacity() < used + dim) {
      const std::size_t rows_left = rest.size() / line.size_bytes + 2;
      parsed.vectors.reserve(std::max(used + rows_left * dim, 2 * used));
    }
    if (may_be_a_row) parsed.vectors.resize(used + dim);
    const auto word = parse_text_row(line.text, dim, parsed.vectors.data() + used, problem);
    const bool valid_utf8 = !word || is_valid_utf8(*word);
    if (!valid_utf8 && strict_utf8) problem = "the word " + in_quotes(*word) + " is not UTF-8";
    if (!word || (!valid_utf8 && strict_utf8)) {
      parsed.vectors.resize(used);
      if (parsed.bad_rows++ < ReadReport::kMostExamples) {
        parsed.problems.emplace_back(line_index, std::move(problem));
      }
      problem.clear();
      continue;
    }
    if (!valid_utf8 && parsed.invalid_utf8_words++ == 0) {
      parsed.first_invalid_utf8_line = line_index;
    }
    parsed.words.push_back(*word);
  }
  parsed.owned = std::move(chunk.owned);
  return parsed;
}

}  // namespace

TextLine first_line(std::string_view bytes) {
  const void* newline = std::memchr(bytes.data(), '\n', bytes.size());
  TextLine line;
  if (newline == nullptr) {
    line = {bytes, bytes.size()};
  } else {
    const auto size = static_cast<std::size_t>(static_cast<const char*>(newline) - bytes.data());
    line = {bytes.substr(0, size), size + 1};
  }
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  return line;
}

std::size_t count_fields(std::string_view line) {
  const char* const end = line.data() + line.size();
  std::size_t fields = 0;
  for (const char* at = skip_separators(line.data(), end); at != end;
       at = skip_separators(skip_field(at, end), end)) {
    ++fields;
  }
  return fields;
}

std::string_view last_field(std::string_view line) {
  while (!line.empty() && is_separator(line.back())) line.remove_suffix(1);
  std::size_t begin = line.size();
  while (begin > 0 && !is_separator(line[begin - 1])) --begin;
  return line.substr(begin);
}

bool is_number(std::string_view field) {
  float value = 0;
  const char* const end = field.data() + field.size();
  return !field.empty() && parse_value(field.data(), end, value) == end;
}

std::optional<std::string_view> parse_text_row(std::string_view line, std::size_t dim,
                                               float* vector, std::string& problem) {
  std::string_view word;
  if (line.size() < shortest_row_bytes(dim) || !parse_plain_row(line, dim, vector, word)) {
    const auto found = parse_row_from_end(line, dim, vector, problem);
    if (!found) return std::nullopt;
    word = *found;
  }
  if (word.size() > kMaxWordBytes) {
    problem = fmt::format("the word has {} bytes, expected at most {}", word.size(), kMaxWordBytes);
    return std::nullopt;
  }
  return word;
}

void read_text_rows(ByteSource& source, std::size_t dim, std::uint64_t first_line_number,
                    const ReadOptions& options, RowSink& sink, ReadReport& report) {
  std::uint64_t next_line = first_line_number;
  report.read_to_end = true;
  const auto note_problem = [&](std::uint64_t line, const std::string& problem) {
    if (!options.skip_bad) throw Error::at_line(source.name(), line, problem);
    report.keep_example(fmt::format("line {}: {}", line, problem));
  };
  const auto consume = [&](ParsedChunk chunk) {
    if (chunk.line_too_long) {
      throw Error::at_line(source.name(), next_line,
                           fmt::format("no line end within {} bytes", kMaxLineBytes));
    }
    if (!options.skip_bad && !chunk.problems.empty()) {
      // The rows before the first bad one may be all that the sink wants.
      const auto good = static_cast<std::size_t>(chunk.problems.front().first);
      const std::span<const std::string_view> words(chunk.words.data(), good);
      if (good > 0 && !sink.append({dim, words, {chunk.vectors.data(), good * dim}})) {
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
    report.rows_read += chunk.words.size();
    if (options.progress) options.progress(chunk.position_bytes);
    if (chunk.words.empty()) return true;
    report.read_to_end = sink.append({dim, chunk.words, chunk.vectors});
    return report.read_to_end;
  };
  ordered_pipeline<Chunk, ParsedChunk>(
      threads_or_default(options.threads), [&] { return next_chunk(source); },
      [&](Chunk chunk) { return parse_chunk(std::move(chunk), dim, options.strict_utf8); },
      consume);
}

void append_text_row(std::string& out, std::string_view word, std::span<const float> vector,
                     std::string_view format_name) {
  std::string values;
  for (const float value : vector) {
    fmt::format_to(std::back_inserter(values), FMT_COMPILE(" {}"), value);
  }
  const std::string_view first_value = std::string_view(values).substr(1, values.find(' ', 1) - 1);
  const char* why = nullptr;
  if (word.empty()) {
    why = "is empty";
  } else if (word.find('\n') != std::string_view::npos) {
    why = "contains a line end";
  } else if (is_separator(word.front()) || is_separator(word.back())) {
    why = "begins or ends with a space or tab";
  } else if (has_stray_value(word, first_value)) {
    why = "contains a number that could be taken for a value";
  }
  if (why != nullptr) {
    throw Error(ErrorCode::usage,
                fmt::format("the word {} {}, which {} files cannot hold: write a container ({})",
                            in_quotes(word), why, format_name, ".safetensors"));
  }
  out += word;
  out += values;
  out += '\n';
}

std::vector<std::string> format_text_rows(const RowBatch& batch, unsigned threads,
                                          std::string_view format_name) {
  constexpr std::size_t kRowsPerPiece = 256;
  std::vector<std::string> pieces((batch.size() + kRowsPerPiece - 1) / kRowsPerPiece);
  parallel_for(threads_or_default(threads), pieces.size(), [&](std::size_t p) {
    const std::size_t end = std::min(batch.size(), (p + 1) * kRowsPerPiece);
    for (std::size_t i = p * kRowsPerPiece; i < end; ++i) {
      append_text_row(pieces[p], batch.words[i], batch.vectors.subspan(i * batch.dim, batch.dim),
                      format_name);
    }
  });
  return pieces;
}

}  // namespace wordvec
