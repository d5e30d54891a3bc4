#include "wordvec/formats/word_file.h"

#include <fmt/format.h>

#include <string_view>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/input.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {

std::vector<std::string> read_word_file(const std::string& path) {
  constexpr std::size_t kMaxLineBytes = kMaxWordBytes + 2;
  ByteSource source = open_input(path, {});
  std::vector<std::string> words;
  std::uint64_t first_empty = 0;  // the line from which on lines are empty; 0: the last was a word
  for (std::uint64_t number = 1;; ++number) {
    const std::string_view ahead = source.peek(kMaxLineBytes + 1).substr(0, kMaxLineBytes + 1);
    if (ahead.empty()) return words;
    const TextLine line = first_line(ahead);
    if (line.text.empty() || line.text == "\r") {
      // At the end of the file it is nothing.
      if (first_empty == 0) first_empty = number;
      source.skip(line.size_bytes);
      continue;
    }
    if (first_empty != 0) {
      throw Error::at_line(source.name(), first_empty, "the line is empty, expected a word");
    }
    if (line.text.size() > kMaxWordBytes) {
      throw Error::at_line(source.name(), number,
                           fmt::format("the word has more than {} bytes", kMaxWordBytes));
    }
    if (words.size() == kMaxRows) {
      throw Error::at_line(source.name(), number,
                           fmt::format("there are more than {} words", kMaxRows));
    }
    words.emplace_back(line.text);
    source.skip(line.size_bytes);
  }
}

}  // namespace wordvec
