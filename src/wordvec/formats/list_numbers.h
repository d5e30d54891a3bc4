// Whole numbers beside the words of a list: how often each word occurred, or its row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

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

// Tells whether the numbers in list.counts, one for each word, are the rows of the words: then puts
// the words into their order, and there are no counts. They are where each of 0, 1, 2 … or 1, 2, 3
// … is there once, which counts are not but by accident; of fewer than kFewNumbers that is not
// told, those that fall (`fall`) are counts, and so are fewer than kManyNumbers where counts are
// expected. Where it may be otherwise all the same, list.warning says so, with the file's `name`.
bool take_rows(WordList& list, bool fall, ListedNumbers expected, const std::string& name);

// Tells whether the numbers of the words of an object in JSON, {"the": 5, …}, are rows. They are
// where each of 0, 1, 2 … or 1, 2, 3 … is there once, and in a vocabulary with gaps: then each is
// there once, they do not fall, and do not go far beyond how many words there are, or rows. Where
// it may be otherwise all the same, `warning` is set.
bool are_rows_of_object(std::span<const std::uint64_t> numbers, const WordListOptions& options,
                        const std::string& name, std::string& warning);

}  // namespace wordvec
