#include "wordvec/formats/text_rows.h"

#include <fast_float/fast_float.h>
#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#include "wordvec/base/error.h"
#include "wordvec/base/parallel.h"
#include "wordvec/base/quote.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {
namespace {

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
const char* parse_value(const char* from, const char* end, float& value) noexcept {
  const char* begin = from;
  if (begin != end && *begin == '+') {
    ++begin;
    if (begin != end && *begin == '-') return from;
  }
  const auto [at, error] = fast_float::from_chars(begin, end, value);
  return error == std::errc::invalid_argument ? from : at;
}

bool parse_finite(const char* begin, const char* end, float* value) noexcept {
  return begin != end && parse_value(begin, end, *value) == end && std::isfinite(*value);
}

// Of a finite one.
bool may_begin_number(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '+';
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

std::string value_count_problem(std::size_t found, std::size_t expected, std::uint64_t dim_line) {
  return fmt::format("found {} {}, expected {} (as on line {})", found,
                     found == 1 ? "value" : "values", expected, dim_line);
}

std::string value_problem(std::string_view field, std::size_t index, bool is_a_number) {
  return fmt::format("value {} is {}, expected {}", index + 1, in_quotes(field),
                     is_a_number ? "a finite number" : "a number");
}

// Whether the separators in front of `values` end the word for certain: they are the only tab of
// the line, or there are tabs between all values, and the word has none.
bool ends_by_tab(std::string_view word, std::string_view between, std::string_view values) {
  if (std::count(between.begin(), between.end(), '\t') != 1) return false;
  if (word.find('\t') != std::string_view::npos) return false;
  while (!values.empty() && is_separator(values.back())) values.remove_suffix(1);
  return values.find('\t') == std::string_view::npos || values.find(' ') == std::string_view::npos;
}

// `dim` finite values from `at` on, which is where a field begins.
bool parse_fields(const char* at, const char* end, std::size_t dim, float* vector,
                  std::string& problem) {
  for (std::size_t i = 0; i < dim; ++i) {
    const char* const field_end = skip_field(at, end);
    const bool parsed = parse_value(at, field_end, vector[i]) == field_end;
    if (!parsed || !std::isfinite(vector[i])) {
      problem = value_problem({at, static_cast<std::size_t>(field_end - at)}, i, parsed);
      return false;
    }
    at = skip_separators(field_end, end);
  }
  return true;
}

// The line's last `dim` fields, wherever its word ends.
std::optional<std::string_view> parse_row_from_end(std::string_view line, std::size_t dim,
                                                   float* vector, std::string& problem,
                                                   std::uint64_t dim_line) {
  const std::size_t fields = count_fields(line);
  if (fields == 0) {
    problem = "the line is empty";
    return std::nullopt;
  }
  const char* const begin = line.data();
  const char* const end = begin + line.size();
  const char* at = skip_separators(begin, end);
  const bool is_indented = at != begin;
  if (fields == dim && is_indented &&
      is_number({at, static_cast<std::size_t>(skip_field(at, end) - at)})) {
    if (!parse_fields(at, end, dim, vector, problem)) return std::nullopt;
    return line.substr(0, static_cast<std::size_t>(at - begin) - 1);
  }
  if (fields <= dim) {
    problem = value_count_problem(fields - 1, dim, dim_line);
    // "king 1:0.5 9:0.02": other things than numbers say more than their count.
    if (fields > 1 && !is_number(last_field(line))) {
      std::size_t index = 0;
      std::string_view field;
      do {
        at = skip_separators(skip_field(at, end), end);
        field = {at, static_cast<std::size_t>(skip_field(at, end) - at)};
      } while (is_number(field) && ++index < fields);
      problem = value_problem(field, index, false);
    }
    return std::nullopt;
  }
  for (std::size_t skip = fields - dim; skip > 0; --skip) {
    at = skip_separators(skip_field(at, end), end);
  }
  const char* word_end = at;
  while (is_separator(word_end[-1])) --word_end;
  const char* const word_begin = skip_separators(begin, end);
  const std::string_view word(word_begin, static_cast<std::size_t>(word_end - word_begin));
  const std::string_view first_value(at, static_cast<std::size_t>(skip_field(at, end) - at));

  if (has_stray_value(word, first_value) &&
      !ends_by_tab(word, {word_end, static_cast<std::size_t>(at - word_end)},
                   {at, static_cast<std::size_t>(end - at)})) {
    problem = value_count_problem(fields - 1, dim, dim_line);
    return std::nullopt;
  }
  if (!parse_fields(at, end, dim, vector, problem)) return std::nullopt;
  return word;
}

// A word without separators, then exactly `dim` finite values, with any separators between them.
std::optional<std::string_view> parse_spaced_row(std::string_view line, std::size_t dim,
                                                 float* vector) {
  const char* const end = line.data() + line.size();
  const char* at = skip_field(line.data(), end);
  const std::string_view word(line.data(), static_cast<std::size_t>(at - line.data()));
  if (word.empty()) return std::nullopt;
  for (std::size_t i = 0; i < dim; ++i) {
    if (at == end || !is_separator(*at)) return std::nullopt;
    at = skip_separators(at, end);
    const char* const value_end = parse_value(at, end, vector[i]);
    if (value_end == at || !std::isfinite(vector[i])) return std::nullopt;
    at = value_end;
  }
  if (skip_separators(at, end) != end) return std::nullopt;
  return word;
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

bool is_blank_line(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

std::size_t shortest_row_bytes(std::size_t dim) {
  return 1 + 2 * dim;
}

std::optional<PlainRow> parse_plain_row(std::string_view text, std::size_t dim, float* vector,
                                        const simd::TextKernels& kernels) {
  // A word with more numbers in it is left to the careful way: each costs as much as the row.
  constexpr int kMaxTries = 4;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* at = begin;
  for (int tries = 0; tries < kMaxTries;) {
    while (at != end && !is_separator(*at) && *at != '\n') ++at;
    const std::string_view word(begin, static_cast<std::size_t>(at - begin));
    if (at == end || *at == '\n' || word.empty() || word.size() > kMaxWordBytes) break;
    const char* const field = at + 1;
    if (field == end || is_separator(*field)) break;
    if (!may_begin_number(*field)) {
      at = field;
      continue;
    }
    ++tries;
    const char* const values_end = kernels.parse_values(at, end, dim, vector, parse_finite);
    const char* next = values_end == nullptr ? nullptr : skip_separators(values_end, end);
    if (next != nullptr && next != end && *next == '\r') ++next;
    if (next == nullptr || (next != end && *next != '\n')) {
      at = field;
      continue;
    }
    if (tries > 1 || word.find_first_of(" \t") != std::string_view::npos) {
      const std::string_view values(field, static_cast<std::size_t>(values_end - field));
      const std::string_view first_value(
          field, static_cast<std::size_t>(skip_field(field, values_end) - field));
      if (has_stray_value(word, first_value) && !ends_by_tab(word, {at, 1}, values)) break;
    }
    if (next != end) ++next;
    return PlainRow{word, static_cast<std::size_t>(next - begin)};
  }
  return std::nullopt;
}

std::optional<std::string_view> parse_text_row(std::string_view line, std::size_t dim,
                                               float* vector, std::string& problem,
                                               std::uint64_t dim_line) {
  std::optional<std::string_view> found;
  if (line.size() >= shortest_row_bytes(dim)) found = parse_spaced_row(line, dim, vector);
  if (!found) found = parse_row_from_end(line, dim, vector, problem, dim_line);
  if (!found) return std::nullopt;
  const std::string_view word = *found;
  if (word.size() > kMaxWordBytes) {
    problem = fmt::format("the word has {} bytes, expected at most {}", word.size(), kMaxWordBytes);
    return std::nullopt;
  }
  return word;
}

EmptyLines parse_empty_lines(std::string_view text, std::size_t dim, float* vector) {
  EmptyLines found;
  bool ends_are_plain = true;
  std::string_view rest = text;
  while (!rest.empty()) {
    const TextLine line = first_line(rest);
    if (!line.text.empty()) break;
    ends_are_plain = ends_are_plain && line.size_bytes == 1;
    rest.remove_prefix(line.size_bytes);
    ++found.lines;
    found.size_bytes += line.size_bytes;
  }
  // Of "\r\n", the line end is a word only where it is one.
  if (rest.empty() || !is_separator(rest.front()) || (!ends_are_plain && found.lines > 1)) {
    return found;
  }
  const TextLine line = first_line(rest);
  std::string problem;
  if (count_fields(line.text) != dim) return found;
  const auto blanks = parse_row_from_end(line.text, dim, vector, problem, 1);
  const std::size_t ends = static_cast<std::size_t>(found.lines);
  if (!blanks || ends + blanks->size() > kMaxWordBytes) return found;
  found.word = text.substr(found.size_bytes - ends, ends + blanks->size());
  ++found.lines;
  found.size_bytes += line.size_bytes;
  return found;
}

std::optional<std::size_t> parse_plain_values(std::string_view text, std::size_t dim, float* vector,
                                              const simd::TextKernels& kernels) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* at = parse_value(begin, end, *vector);
  if (at == begin || !std::isfinite(*vector)) return std::nullopt;
  at = kernels.parse_values(at, end, dim - 1, vector + 1, parse_finite);
  if (at == nullptr) return std::nullopt;
  at = skip_separators(at, end);
  if (at != end && *at == '\r') ++at;
  if (at != end && *at++ != '\n') return std::nullopt;
  return static_cast<std::size_t>(at - begin);
}

bool parse_text_values(std::string_view line, std::size_t dim, float* vector, std::string& problem,
                       std::uint64_t dim_line) {
  const std::size_t fields = count_fields(line);
  if (fields != dim) {
    problem = fields == 0 ? "the line is empty" : value_count_problem(fields, dim, dim_line);
    return false;
  }
  const char* const end = line.data() + line.size();
  return parse_fields(skip_separators(line.data(), end), end, dim, vector, problem);
}

void append_text_row(std::string& out, std::string_view word, std::span<const float> vector,
                     std::string_view format_name) {
  std::string values;
  for (const float value : vector) {
    fmt::format_to(std::back_inserter(values), FMT_COMPILE(" {}"), value);
  }
  const std::string_view first_value = std::string_view(values).substr(1, values.find(' ', 1) - 1);
  const char* why = nullptr;
  if (word.find('\n') != std::string_view::npos) {
    why = "contains a line end";
  } else if (word.find_first_not_of(" \t") == std::string_view::npos) {
    // Nothing, or blanks, before the separator: as fastText and gensim write such words.
  } else if (is_separator(word.front()) || is_separator(word.back())) {
    why = "begins or ends with a space or tab";
  } else if (has_stray_value(word, first_value)) {
    // As Wikipedia2Vec writes each word: of one tab it is certain that it ends the word.
    values.front() = '\t';
    if (word.find('\t') != std::string_view::npos) {
      why = "contains a tab, and a number that could be taken for a value";
    }
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
