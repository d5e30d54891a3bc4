// Sets of word pairs with a number that people gave them: WordSim-353, SimLex-999, MEN, RW, …
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/eval/dataset_lines.h"

namespace wordvec {

struct WordPair {
  std::string first;
  std::string second;
  double rating = 0;       // finite
  std::uint64_t line = 0;  // from 1
};

// "7,35" of the line "tiger,cat,7,35".
struct DecimalComma {
  std::string text;
  std::uint64_t line = 0;  // from 1
};

// Pairs that were there before, whichever of the two words came first.
struct RepeatedPairs {
  std::uint64_t count = 0;
  std::uint64_t first_line = 0;    // of the first
  std::uint64_t earlier_line = 0;  // that has the same words
};

struct WordPairs {
  std::vector<WordPair> pairs;
  BadLines bad_lines;
  HashLines hash_lines;
  RepeatedPairs repeated;
  // The first whole number with a fourth field after it that may be its decimals. nullopt: none is,
  // since other things than commas separate, other columns than the first three were asked for, or
  // a header or another pair shows that the fourth field is a column.
  std::optional<DecimalComma> decimal_comma;
};

// Where a line has the two words and the number, as find_columns() takes them (dataset_fields.h).
using PairColumns = std::array<std::string, 3>;

inline const PairColumns kFirstColumns = {"1", "2", "3"};

// Three columns, separated by commas. Throws Error(usage).
PairColumns parse_pair_columns(std::string_view text);

// Parses one pair a line, its fields separated as separator_of() says. Blank lines and comments are
// passed over. A line that begins with '#' is one unless it is a pair that looks like the others
// (for_each_dataset_row()). The first line is a header where the columns have names, or its number
// is none. Lines without two words and a finite number are in bad_lines. `path` is for messages.
// Throws Error(malformed) for a text without pairs, and Error(usage) for columns that the header
// does not have.
WordPairs parse_word_pairs(std::string_view text, const PairColumns& columns,
                           const std::string& path);

}  // namespace wordvec
