#include "wordvec/eval/word_pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/eval/dataset_fields.h"

namespace wordvec {
namespace {

// The number of a field; a '+' before it is taken too.
std::optional<double> rating_of(std::string_view field) {
  if (field.size() > 1 && field[0] == '+' && field[1] != '-') field.remove_prefix(1);
  return parse_number<double>(field);
}

std::string with_points(std::string field) {
  std::replace(field.begin(), field.end(), ',', '.');
  return field;
}

// What is wrong with a field that should be a finite number.
std::string problem_of_rating(const std::string& field) {
  const std::string pointed = with_points(field);
  if (pointed != field && rating_of(pointed)) {
    return fmt::format("found {}, expected a decimal point: {}", in_quotes(field),
                       in_quotes(pointed));
  }
  return "found " + in_quotes(field) + ", expected a number";
}

// What is wrong with a line; empty: nothing, and it is in `pair`.
std::string parse_pair(const DatasetRow& row, WordPair& pair) {
  if (std::string problem = problem_of_count(row); !problem.empty()) return problem;
  pair.line = row.line;
  pair.first = row.fields[row.indexes[0]];
  pair.second = row.fields[row.indexes[1]];
  if (pair.first.empty() || pair.second.empty()) return "found an empty word";
  const std::string& rating = row.fields[row.indexes[2]];
  const std::optional<double> parsed = rating_of(rating);
  if (!parsed || !std::isfinite(*parsed)) {
    return problem_of_rating(rating);
  }
  pair.rating = *parsed;
  return {};
}

// Between blanks: "king," shows that something else separates.
bool ends_in_separator(const std::string& word) {
  return word.size() > 1 && (word.back() == ',' || word.back() == ';');
}

// The right separator gives the row two words and a number. A decimal comma is a mistake, but not
// in the separator.
bool is_good(const DatasetRow& row) {
  const std::string& first = row.fields[row.indexes[0]];
  const std::string& second = row.fields[row.indexes[1]];
  if (first.empty() || second.empty()) return false;
  if (row.separator == kBlankSeparator && (ends_in_separator(first) || ends_in_separator(second))) {
    return false;
  }
  const std::optional<double> rating = rating_of(with_points(row.fields[row.indexes[2]]));
  return rating && std::isfinite(*rating);
}

// Of the first line: its columns have names, or a name stands where the numbers should. What begins
// like a number is a bad one.
bool heads_pairs(const DatasetRow& row, const PairColumns& columns) {
  if (!problem_of_count(row).empty()) return false;
  const std::string& rating = row.fields[row.indexes[2]];
  const bool is_name = !rating.empty() && !rating_of(rating) &&
                       std::string_view("+-.0123456789").find(rating[0]) == std::string_view::npos;
  return have_names(columns) || is_name;
}

bool are_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Finds numbers that a comma may have cut in two: it separates here, but may stand for the point.
class DecimalCommas {
 public:
  // Of a row that is a pair.
  void add(const DatasetRow& row) {
    if (row.separator != ',') are_columns_ = true;
    if (are_columns_ || row.fields.size() == 3) return;
    const std::string_view whole = row.fields[2];
    const std::string_view decimals = row.fields[3];
    const std::string number = fmt::format("{},{}", whole, decimals);
    constexpr std::size_t kMaxDecimals = 3;
    are_columns_ = row.fields.size() > 4 || decimals.size() > kMaxDecimals ||
                   !are_digits(decimals) ||
                   !are_digits(whole.substr(whole.find_first_of("+-") == 0 ? 1 : 0)) ||
                   !trimmed(row.text).ends_with(number);  // no blank, no quote is between
    if (!first_) first_ = {number, row.line};
  }

  std::optional<DecimalComma> first(const std::vector<std::string>& header) const {
    return are_columns_ || header.size() > 3 ? std::nullopt : first_;
  }

 private:
  bool are_columns_ = false;  // the numbers are whole
  std::optional<DecimalComma> first_;
};

}  // namespace

PairColumns parse_pair_columns(std::string_view text) {
  PairColumns columns;
  const std::vector<std::string> found = parse_columns(text, columns.size());
  std::copy(found.begin(), found.end(), columns.begin());
  return columns;
}

namespace {

RepeatedPairs find_repeated(const std::vector<WordPair>& pairs) {
  RepeatedPairs repeated;
  std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> lines;
  for (const WordPair& pair : pairs) {
    // Of a list, since of two arguments the result would refer to copies that are gone.
    const auto words = std::minmax({std::string_view(pair.first), std::string_view(pair.second)});
    const auto [found, is_new] = lines.try_emplace(words, pair.line);
    if (is_new) continue;
    if (repeated.count++ == 0) {
      repeated.first_line = pair.line;
      repeated.earlier_line = found->second;
    }
  }
  return repeated;
}

}  // namespace

WordPairs parse_word_pairs(std::string_view text, const PairColumns& columns,
                           const std::string& path) {
  WordPairs result;
  DecimalCommas commas;
  const auto add = [&](const DatasetRow& row) {
    WordPair pair;
    const std::string problem = parse_pair(row, pair);
    if (problem.empty()) {
      commas.add(row);
      result.pairs.push_back(std::move(pair));
    } else {
      result.bad_lines.add(row.line, problem);
    }
  };
  const auto heads = [&](const DatasetRow& row) { return heads_pairs(row, columns); };
  const DatasetRows rows = for_each_dataset_row(text, {columns, heads, is_good}, path, add);
  result.hash_lines = rows.hash_lines;
  if (columns == kFirstColumns) result.decimal_comma = commas.first(rows.header);
  const BadLines& bad = result.bad_lines;
  if (result.pairs.empty() && bad.count > 0) {
    throw Error::at_line(path, bad.first_line,
                         bad.first_problem + ", and no other line is a pair with a number");
  }
  if (result.pairs.empty()) {
    throw Error(ErrorCode::malformed,
                "found no pair, expected lines of two words and a number" +
                    comments_passed_over(result.hash_lines),
                path);
  }
  result.repeated = find_repeated(result.pairs);
  return result;
}

}  // namespace wordvec
