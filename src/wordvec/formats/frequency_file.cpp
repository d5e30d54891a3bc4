#include "wordvec/formats/frequency_file.h"

#include <cmath>
#include <utility>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"

namespace wordvec {

WordFrequencies frequencies_of(const WordList& list, const std::string& name) {
  const auto fail = [&](const char* what) { throw Error(ErrorCode::malformed, what, name); };
  if (list.frequencies.empty()) {
    fail(
        list.words.empty()
            ? "holds no words, expected a word and its count or frequency on each line"
            : "has words without numbers, expected a word and its count or frequency on each line");
  }
  WordFrequencies frequencies;
  for (std::size_t i = 0; i < list.words.size(); ++i) {
    frequencies.add(list.words[i], list.frequencies[i]);
  }
  if (!(frequencies.total() > 0)) fail("all its numbers are 0");
  if (!std::isfinite(frequencies.total())) {
    fail("the sum of all its numbers is beyond the range of float64");
  }
  return frequencies;
}

ListedFrequencies read_word_frequencies(const std::string& path) {
  WordList list = read_word_list(
      path, {.rows = std::nullopt, .skip_blank = true, .expected = ListedNumbers::frequencies});
  return {frequencies_of(list, input_name(path)), std::move(list.note), std::move(list.warning)};
}

}  // namespace wordvec
