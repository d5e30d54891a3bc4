#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "wordvec/model/split_words.h"
#include "wordvec/model/vocabulary_builder.h"

namespace {

using namespace wordvec;

void require(bool holds) {
  if (!holds) std::abort();
}

const Vocabulary& vocabulary() {
  static const Vocabulary words = [] {
    static VocabularyBuilder builder;
    for (const char* word : {"n't", "'s", "do", "a", "u.s.", "...", "3.14", "東京", "東", "é"}) {
      builder.add(word);
    }
    return builder.view();
  }();
  return words;
}

// Nothing but white space lies between the words, which are in order.
void split(std::string_view text, SplitOptions options) {
  std::size_t at = 0;
  const auto skip_to = [&](std::size_t end) {
    while (at < end) {
      const Utf8Char c = decode_utf8(text.substr(at));
      require(options.pretokenized ? c.code_point == ' '
                                   : c.valid && char_kind(c.code_point) == CharKind::space);
      at += c.size_bytes;
    }
  };
  WordSplitter splitter(vocabulary(), options);
  splitter.split(text, [&](const SplitWord& word) {
    require(!word.text.empty());
    const auto begin = static_cast<std::size_t>(word.text.data() - text.data());
    require(begin >= at && begin + word.text.size() <= text.size());
    skip_to(begin);
    at = begin + word.text.size();
    require(word.row == WordSplitter(vocabulary(), options).find(word.text));
  });
  skip_to(text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  split(text, {});
  split(text, {.pretokenized = false, .matching = WordMatching::exact});
  split(text, {.pretokenized = true});
  return 0;
}
