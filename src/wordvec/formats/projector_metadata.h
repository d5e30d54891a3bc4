// The words of the TensorFlow Embedding Projector's files, which lie in a file of labels:
// https://www.tensorflow.org/tensorboard/tensorboard_projector_plugin
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wordvec {

// The words in `bytes`, a file of one label a line, or of tab-separated fields below a line with
// their names: then the word is in the column "word" or "label" (whatever the case), or else in the
// first. Throws Error(malformed) with the line where one has no word, since the projector leaves
// out blank lines, so that all that follow would belong to other rows.
//
// A word that a line cannot hold is written with escapes: \t, \n, \r, \\, and \xHH for any byte.
// They are undone when every backslash of the column begins one of these; otherwise all backslashes
// are what they are, since the file was then written without escapes.
std::vector<std::string> parse_projector_metadata(std::string_view bytes, const std::string& path);

// Appends the line of `word`, in a file of words only. Throws Error(usage) for an empty word.
void append_projector_label(std::string& out, std::string_view word);

}  // namespace wordvec
