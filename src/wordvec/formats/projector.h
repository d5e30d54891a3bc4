// Files of the TensorFlow Embedding Projector: values by tabs, words in a file beside them.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "wordvec/formats/format.h"
#include "wordvec/formats/wordless_rows.h"

namespace wordvec {

// Reads the whole file of values, of which `lines_before` have been taken, words[i] being the word
// of line i + 1 of the others. Blank lines behind the last row are nothing, and so are as many
// blank words. Where there are `counts`, one for each word, counts[i] says how often it occurred.
// `wordless` tells of lines without a word, and the report's note of those that are left out.
// Throws Error(malformed) where there are more or fewer words than lines; `words_name` is then what
// the file of the words is called. Values are parsed on options.threads threads.
ReadReport read_projector(ByteSource& source, std::span<const std::string> words,
                          const std::string& words_name, const ReadOptions& options, RowSink& sink,
                          std::span<const std::uint64_t> counts = {},
                          std::uint64_t lines_before = 0, const WordlessRows& wordless = {});

// Of words whose numbers are 1, 2, 3 …, each once, which may be those of as many lines, or of one
// more: counts the lines that `source` has left, and takes row 0 from the list where there is none.
void settle_first_row(ByteSource& source, WordList& list);

}  // namespace wordvec
