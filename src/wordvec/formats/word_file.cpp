#include "wordvec/formats/word_file.h"

#include <fmt/format.h>

#include <string_view>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/utf8.h"
#include "wordvec/formats/input.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {

std::vector<std::string> read_word_file(const std::string& path) {
  constexpr std::size_t kMaxLineBytes = kMaxWordBytes + 2;
  ByteSource source = open_input(path, {});
  if (source.peek(kByteOrderMark.size()).starts_with(kByteOrderMark)) {
    source.skip(kByteOrderMark.size());
  }
  std::vector<std::string> words;
  for (;;) {
    const std::string_view ahead = source.peek(kMaxLineBytes + 1).substr(0, kMaxLineBytes + 1);
    if (ahead.empty()) return words;
    const TextLine line = first_line(ahead);
    const std::uint64_t number = words.size() + 1;
    if (line.text.empty()) {
      throw Error::at_line(source.name(), number, "the line is empty, expected a word");
    }
    if (line.text.size() > kMaxWordBytes) {
      throw Error::at_line(source.name(), number,
                           fmt::format("the word has more than {} bytes", kMaxWordBytes));
    }
    if (number > kMaxRows) {
      throw Error::at_line(source.name(), number,
                           fmt::format("there are more than {} words", kMaxRows));
    }
    words.emplace_back(line.text);
    source.skip(line.size_bytes);
  }
}

}  // namespace wordvec
