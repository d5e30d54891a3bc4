#include "wordvec/formats/row_problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {

std::string problem_of_word(std::string_view word, bool strict_utf8) {
  if (word.size() > kMaxWordBytes) {
    return fmt::format("the word has {} bytes, expected at most {}", word.size(), kMaxWordBytes);
  }
  if (strict_utf8 && !is_valid_utf8(word)) return "the word " + in_quotes(word) + " is not UTF-8";
  return {};
}

bool is_blank_word(std::string_view word) noexcept {
  return word.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos;
}

std::string_view remedy_of_rows(bool bad_rows, bool row_count) noexcept {
  if (bad_rows && row_count) {
    return " (`convert` with --skip-bad and --trust-rows, both, reads the file without its bad "
           "rows and takes the number of rows that is there)";
  }
  if (bad_rows) return " (`convert` with --skip-bad reads the file without its bad rows)";
  if (row_count) return " (`convert` with --trust-rows takes what is there)";
  return "";
}

void BadRowRefusal::refuse(const std::string& text, const ErrorOf& error_of, bool has_good_rows) {
  if (!error_of_) {
    text_ = text;
    error_of_ = error_of;
  }
  if (has_good_rows) check();
}

void BadRowRefusal::check() const {
  if (error_of_) throw error_of_(text_ + std::string(remedy_of_rows(true, false)));
}

void BadRowRefusal::finish() const {
  if (error_of_) throw error_of_(text_ + std::string(kNoGoodRow));
}

std::optional<std::size_t> first_not_finite(std::span<const float> vector) {
  const auto bad =
      std::find_if(vector.begin(), vector.end(), [](float x) { return !std::isfinite(x); });
  if (bad == vector.end()) return std::nullopt;
  return static_cast<std::size_t>(bad - vector.begin());
}

std::string problem_of_values(std::span<const float> vector, std::string_view whose,
                              std::string_view as) {
  const auto bad = first_not_finite(vector);
  if (!bad) return {};
  const float value = vector[*bad];
  return fmt::format("value {}{}{} is {}{}, expected a finite number", *bad + 1,
                     whose.empty() ? "" : " of ", whose,
                     std::isnan(value) ? std::abs(value) : value, as);
}

}  // namespace wordvec
