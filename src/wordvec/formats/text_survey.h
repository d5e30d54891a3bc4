// What the first lines of a text tell of its rows: how many values they have, and whether they have
// words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wordvec/base/byte_source.h"

namespace wordvec {

// `text` without the blank lines in front of its rows, unless they are the word of the first one
// (parse_empty_lines()).
std::string_view after_blank_lines(std::string_view text);
// Takes those lines from the source; returns how many they are.
std::uint64_t take_blank_lines(ByteSource& source);

struct RowSurvey {
  std::uint64_t rows = 0;  // lines that were looked at and are not blank
  // What most of them have: how many values, and which of all lines is the first that has as many,
  // counted from 1. 0: they have nothing in common that could be rows.
  std::size_t dim = 0;
  std::uint64_t dim_line = 0;
  std::uint64_t agreeing = 0;  // rows with so many
  // Where that is not certain: no row has a word without separators, or one that a tab ends, so
  // that the numbers at the end of each line are taken for its values.
  bool is_assumed = false;
};

// Looks at the first lines of `text`; the last one counts only when it is whole, which is when it
// ends or `is_whole`.
RowSurvey survey_rows(std::string_view text, bool is_whole);
// The same for lines of values alone.
RowSurvey survey_values(std::string_view text, bool is_whole);

// survey_rows() of the first bytes of a file, as detection has them.
RowSurvey survey_probe(std::string_view text);

// Peeks as far as the surveys look.
std::string_view peek_for_survey(ByteSource& source);
// Whether `text`, of peek_for_survey(), is all that is left.
bool is_whole_survey(std::string_view text);

// How many numbers each line of `text` has, where all lines have as many and nothing else, and the
// first is no name: whole numbers that differ, before values that have fractions, are taken for
// words, and so is what a single tab parts from values with spaces between. 0: there is other text,
// or a name, or only blank lines.
std::size_t columns_of_numbers(std::string_view text);

}  // namespace wordvec
