// What embed says of the texts: which words are unknown, what is cut, filled up and empty.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "options/model_options.h"
#include "output/messages.h"
#include "output/row_writer.h"
#include "wordvec/model/text_embedder.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec::cli {

class EmbeddingNotes {
 public:
  EmbeddingNotes(const Vocabulary& vocabulary, Messages& messages)
      : vocabulary_(vocabulary), messages_(messages) {}

  // The first unknown words are named, each once; the rest are counted by the embedder.
  void unknown_word(std::string_view word);
  // Begins a query, which may have several texts.
  void begin_query();
  // The record of a query, called `query`, that its unknown words leave without an answer: the
  // first of them, each once, and what was told of those that were named in this run, in this query
  // or before. It has no words where none is unknown.
  ErrorRecord record_of_unknown(std::string_view query) const;
  // One more text; `words` of it have a vector, or in row numbers a place.
  void text(std::uint64_t words, std::uint64_t pad);
  std::uint64_t texts() const noexcept { return texts_; }

  struct Layout {
    UnknownWords unknown = UnknownWords::skip;
    bool rows_only = false;
    bool pooled = false;
    std::uint64_t pad = 0;  // 0: as long as they are
    WordMatching matching{};
  };
  void summarize(const TextCounts& counts, const Layout& layout) const;

 private:
  const Vocabulary& vocabulary_;
  Messages& messages_;
  std::unordered_map<std::string, UnknownWord> named_;  // and what was told of each
  std::vector<std::string> of_query_;                   // its first unknown words
  std::uint64_t texts_ = 0;
  std::uint64_t filled_ = 0;
  std::uint64_t empty_ = 0;
  std::uint64_t first_empty_ = 0;
};

}  // namespace wordvec::cli
