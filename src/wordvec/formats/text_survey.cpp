#include "wordvec/formats/text_survey.h"

#include <algorithm>
#include <vector>

#include "wordvec/formats/text_chunks.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {
namespace {

constexpr std::size_t kSurveyBytes = std::size_t{256} << 10;
constexpr std::uint64_t kSurveyRows = 100;
// A probe of a file is longer, or all of it.
constexpr std::size_t kShortTextBytes = std::size_t{64} << 10;

// The numbers that a line ends with, one after the other.
std::size_t count_last_numbers(std::string_view line) {
  std::size_t count = 0;
  for (;;) {
    const std::string_view field = last_field(line);
    if (!is_number(field)) return count;
    ++count;
    line = line.substr(0, static_cast<std::size_t>(field.data() - line.data()));
  }
}

struct Shape {
  std::size_t fields = 0;
  std::size_t values = 0;   // 0: it is no row
  bool is_certain = false;  // where its word ends
  bool has_tab = false;
};

Shape shape_of_row(std::string_view line) {
  Shape shape;
  shape.fields = count_fields(line);
  const std::size_t numbers = count_last_numbers(line);
  const std::size_t tab = line.find('\t');
  shape.has_tab = tab != std::string_view::npos;
  if (shape.has_tab) {
    const std::string_view after = line.substr(tab + 1);
    const std::size_t count = count_fields(after);
    const bool one_kind =
        after.find('\t') == std::string_view::npos || after.find(' ') == std::string_view::npos;
    // One value behind a tab may also be the last of several.
    if (one_kind && count > 0 && count <= numbers && (count > 1 || numbers == 1)) {
      shape.values = count;
      shape.is_certain = true;
      return shape;
    }
  }
  if (numbers < shape.fields) {
    shape.values = numbers;
    shape.is_certain = numbers > 0 && numbers + 1 == shape.fields;
  } else if (is_separator(line.front())) {
    shape.values = numbers;  // of a blank word, or one fewer of a number
  } else {
    shape.values = numbers - 1;
    shape.is_certain = numbers > 1;
  }
  return shape;
}

Shape shape_of_values(std::string_view line) {
  Shape shape;
  shape.fields = count_fields(line);
  const bool is_row = count_last_numbers(line) == shape.fields;
  shape.values = is_row ? shape.fields : 0;
  shape.is_certain = is_row;
  return shape;
}

struct Candidate {
  std::size_t values = 0;
  std::uint64_t first_line = 0;
  std::uint64_t rows = 0;
  std::uint64_t certain_rows = 0;
  std::uint64_t first_certain_line = 0;
};

// More rows first, then those that are certain, then the first.
bool is_better(const Candidate& a, const Candidate& b) {
  if (a.rows != b.rows) return a.rows > b.rows;
  if ((a.certain_rows > 0) != (b.certain_rows > 0)) return a.certain_rows > 0;
  return a.certain_rows > 0 ? a.first_certain_line < b.first_certain_line
                            : a.first_line < b.first_line;
}

RowSurvey survey(std::string_view text, bool is_whole, Shape (*shape_of)(std::string_view)) {
  RowSurvey found;
  std::vector<Candidate> candidates;
  bool has_tab = false;
  bool same_fields = true;
  std::size_t fields = 0;
  std::uint64_t number = 0;
  for (std::string_view rest = text; !rest.empty() && found.rows < kSurveyRows;) {
    const TextLine line = first_line(rest);
    if (line.size_bytes == rest.size() && !is_whole && rest.back() != '\n') break;
    rest.remove_prefix(line.size_bytes);
    ++number;
    if (is_blank_line(line.text)) continue;
    ++found.rows;
    const Shape shape = shape_of(line.text);
    has_tab = has_tab || shape.has_tab;
    same_fields = same_fields && (fields == 0 || fields == shape.fields);
    fields = shape.fields;
    if (shape.values == 0 || shape.values > kMaxDim) continue;
    auto candidate =
        std::find_if(candidates.begin(), candidates.end(),
                     [&](const Candidate& other) { return other.values == shape.values; });
    if (candidate == candidates.end()) {
      candidates.push_back({shape.values, number});
      candidate = candidates.end() - 1;
    }
    ++candidate->rows;
    if (shape.is_certain && candidate->certain_rows++ == 0) candidate->first_certain_line = number;
  }
  const auto best = std::min_element(candidates.begin(), candidates.end(), is_better);
  if (best == candidates.end()) return found;
  // Lines of several words each: a table of scores has them too, with a tab between the words, or
  // with a single score.
  const bool is_assumed = best->certain_rows == 0;
  if (is_assumed && (has_tab || best->values < 2)) return found;
  found.is_assumed = is_assumed && same_fields;
  found.dim = best->values;
  found.dim_line = is_assumed ? best->first_line : best->first_certain_line;
  found.agreeing = best->rows;
  return found;
}

// True of a line with a single tab, and spaces between what stands behind it.
bool has_word_before_tab(std::string_view line) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos || count_fields(line.substr(0, tab)) == 0) return false;
  const std::string_view values = line.substr(tab + 1);
  return values.find('\t') == std::string_view::npos && count_fields(values) > 1;
}

// Digits only.
bool is_whole_number(std::string_view field) {
  return !field.empty() && field.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string_view after_blank_lines(std::string_view text) {
  std::string_view rest = text;
  std::string_view last_empty = text;  // from where on lines are empty
  while (!rest.empty()) {
    const TextLine line = first_line(rest);
    if (!is_blank_line(line.text)) {
      const bool may_be_a_word = is_separator(line.text.front()) && last_empty.size() > rest.size();
      return may_be_a_word && count_last_numbers(line.text) == count_fields(line.text) ? last_empty
                                                                                       : rest;
    }
    rest.remove_prefix(line.size_bytes);
    if (!line.text.empty()) last_empty = rest;
  }
  return rest;
}

std::uint64_t take_blank_lines(ByteSource& source) {
  const std::string_view text = peek_for_survey(source);
  const std::size_t size = text.size() - after_blank_lines(text).size();
  const auto lines =
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size), '\n');
  source.skip(size);
  return static_cast<std::uint64_t>(lines);
}

RowSurvey survey_rows(std::string_view text, bool is_whole) {
  return survey(text, is_whole, shape_of_row);
}

RowSurvey survey_values(std::string_view text, bool is_whole) {
  return survey(text, is_whole, shape_of_values);
}

RowSurvey survey_probe(std::string_view text) {
  const bool is_whole = text.size() < kShortTextBytes;
  return survey_rows(text.substr(0, kSurveyBytes), is_whole);
}

std::string_view peek_for_survey(ByteSource& source) {
  std::string_view text = source.peek(kSurveyBytes);
  if (text.size() < kSurveyBytes) return text;
  text = text.substr(0, kSurveyBytes);
  // A line of the highest dimension is longer.
  if (text.find('\n') != std::string_view::npos) return text;
  return source.peek(kMaxTextLineBytes).substr(0, kMaxTextLineBytes);
}

bool is_whole_survey(std::string_view text) {
  return text.size() != kSurveyBytes && text.size() != kMaxTextLineBytes;
}

std::size_t columns_of_numbers(std::string_view text) {
  std::vector<std::string_view> names;
  bool are_names = true;
  bool has_fractions = false;
  std::size_t columns = 0;
  const bool may_be_cut = text.size() >= kShortTextBytes;
  while (!text.empty()) {
    const TextLine line = first_line(text);
    if (may_be_cut && columns != 0 && line.size_bytes == text.size() && text.back() != '\n') break;
    text.remove_prefix(line.size_bytes);
    if (is_blank_line(line.text)) continue;
    const std::size_t fields = count_fields(line.text);
    if (count_last_numbers(line.text) != fields || (columns != 0 && fields != columns)) return 0;
    if (has_word_before_tab(line.text)) return 0;
    columns = fields;
    const std::size_t begin = line.text.find_first_not_of(" \t");
    const std::size_t end = std::min(line.text.find_first_of(" \t", begin), line.text.size());
    names.push_back(line.text.substr(begin, end - begin));
    are_names = are_names && is_whole_number(names.back());
    has_fractions =
        has_fractions || line.text.substr(end).find_first_of(".eE") != std::string_view::npos;
  }
  if (columns > 1 && are_names && has_fractions) {
    std::sort(names.begin(), names.end());
    if (std::adjacent_find(names.begin(), names.end()) == names.end()) return 0;
  }
  return columns;
}

}  // namespace wordvec
