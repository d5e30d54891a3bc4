// What makes a row bad in the formats of numbers, in the same words for all.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"

namespace wordvec {

// What is wrong with a word: it is longer than kMaxWordBytes, or (strict_utf8) not UTF-8. Empty:
// nothing. A blank word is a word like any other.
std::string problem_of_word(std::string_view word, bool strict_utf8);

// True for a word without bytes, and for one of spaces, tabs and line ends: fastText writes them.
bool is_blank_word(std::string_view word) noexcept;

// Counts a blank word that is the word of a good row; `where` makes the text that tells where it
// is ("row 16"), and is called for the first one only.
template <class Where>
void note_blank_word(std::string_view word, ReadReport& report, const Where& where) {
  if (is_blank_word(word) && report.blank_words++ == 0) report.first_blank_word = where();
}

// What a refusal ends with, where options would lift it: all that it takes, at once. " (`convert`
// with --skip-bad reads the file …)"; empty where neither would help.
std::string_view remedy_of_rows(bool bad_rows, bool row_count) noexcept;

// Refuses the first bad row, with that remedy where it leads somewhere: not before there is a good
// row, which may come later.
class BadRowRefusal {
 public:
  // Makes the error of a text, at the place of the row.
  using ErrorOf = std::function<Error(const std::string& text)>;

  // Throws the error of `text` where `has_good_rows`; otherwise keeps the first. The reader goes on
  // then, and passes on no row.
  void refuse(const std::string& text, const ErrorOf& error_of, bool has_good_rows);
  // There is a good row: throws what was kept.
  void check() const;
  // There are no more rows: likewise, and says that none is good.
  void finish() const;

 private:
  std::string text_;
  ErrorOf error_of_;  // of the first bad row; nullptr: there was none
};
// What a refusal ends with where no row is good.
inline constexpr std::string_view kNoGoodRow = "; no row of the file is good";

// The index of the first value that is NaN or infinite.
std::optional<std::size_t> first_not_finite(std::span<const float> vector);

// Names that value: "value 2 of 'king' is nan, expected a finite number", where `whose` is
// "'king'"; `as` follows the value. Empty: all are finite. A NaN has no sign here, since that of
// one that was computed differs between kernels.
std::string problem_of_values(std::span<const float> vector, std::string_view whose,
                              std::string_view as = {});

}  // namespace wordvec
