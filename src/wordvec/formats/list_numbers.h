// Whole numbers beside the words of a list: how often each word occurred, or its row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "wordvec/formats/column_names.h"
#include "wordvec/formats/word_file.h"

namespace wordvec {

// Numbers, as few as an order can be told of.
inline constexpr std::size_t kFewNumbers = 3;
// Numbers beyond which an order is no accident.
inline constexpr std::size_t kManyNumbers = 20;

struct NumberOrder {
  bool are_rows = false;  // 0, 1, 2 … or 1, 2, 3 …, each once, in any order
  bool differ = true;     // none is there twice
  bool fall = true;       // none is above the one before
  bool rise = true;       // none is below it
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};
NumberOrder order_of(std::span<const std::uint64_t> numbers);

// A word and the row that its file gives it.
struct NumberedWord {
  std::string word;
  std::uint64_t row = 0;
  std::uint64_t count = 0;  // how often it occurred, where the file tells
};

// Tells whether `numbers`, one for each word of a list, are the rows of the words. They are what
// their name says. Without one they are rows where each of 0, 1, 2 … or 1, 2, 3 … is there once,
// which counts are not but by accident; of fewer than kFewNumbers that is not told, those that fall
// (`fall`) are counts, and so are fewer than kManyNumbers where counts are expected. Where it may
// be otherwise all the same, `warning` says so, with the file's `name`. Throws Error(malformed)
// where they are rows, and counts or frequencies are expected.
bool are_rows_of_list(std::span<const std::uint64_t> numbers, bool fall, NamedNumbers named,
                      ListedNumbers expected, const std::string& name, std::string& warning);

// Puts `words` into the order of their rows. Where they belong to those of a matrix, each is at its
// own in list.words, and list.without_word tells of those between; 1, 2, 3 …, each once, for as
// many rows are counted from 1. Throws Error(malformed) where two have the same row, where one is
// beyond options.rows, and where there are so few words for the rows that memory is not risked.
void put_at_rows(std::vector<NumberedWord> words, const WordListOptions& options,
                 const std::string& name, WordList& list);

// Tells whether the numbers of the words of an object in JSON, {"the": 5, …}, are rows. They are
// where each of 0, 1, 2 … or 1, 2, 3 … is there once, and in a vocabulary with gaps: then each is
// there once, they do not fall, and do not go far beyond how many words there are, or rows. Where
// it may be otherwise all the same, `warning` is set. Throws as are_rows_of_list().
bool are_rows_of_object(std::span<const std::uint64_t> numbers, const WordListOptions& options,
                        const std::string& name, std::string& warning);

}  // namespace wordvec
