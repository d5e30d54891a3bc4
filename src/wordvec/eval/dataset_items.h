// What becomes of the single items of a test set: its pairs, words, cases.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wordvec/eval/word_finder.h"

namespace wordvec {

// The first of unknown and no_direction that holds.
enum class ItemStatus {
  counted,
  unknown,       // a word has no vector; whether the item counts, and how, was asked
  no_direction,  // it counts, but the vector of a word is one of DirectionlessWords
};

// "no-direction"
std::string_view name_of(ItemStatus status);

// Words whose vectors have no direction, each once, in the order of the tests.
struct DirectionlessWords {
  std::vector<std::string> zeros;       // all values are 0
  std::vector<std::string> not_finite;  // a value is infinite or no number
};

class DirectionCheck {
 public:
  // Remembers the word if its vector has none. What `word` points to must outlive this.
  bool has_direction(const std::string& word, std::span<const float> vector);
  DirectionlessWords take() && { return {std::move(zeros_).take(), std::move(not_finite_).take()}; }

 private:
  DistinctWords zeros_;
  DistinctWords not_finite_;
};

}  // namespace wordvec
