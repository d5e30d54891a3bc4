// NumPy's array files, with the words in a file beside them.
#pragma once

#include <span>
#include <string>

#include "wordvec/formats/array_rows.h"

namespace wordvec {

// Takes the header of a matrix: '<f2', '<f4', '<f8', or '>' of these. Throws Error(malformed) also
// when the file has not the bytes that its shape asks for: nothing is allocated for it.
ArrayLayout take_npy_layout(ByteSource& source);

// Reads the whole file, words[i] being the word of row i. Throws Error(malformed) where there are
// more or fewer words than rows; `words_name` is then what the file of the words is called.
ReadReport read_npy(ByteSource& source, std::span<const std::string> words,
                    const std::string& words_name, const ReadOptions& options, RowSink& sink);

}  // namespace wordvec
