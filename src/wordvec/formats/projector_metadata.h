// The words of the TensorFlow Embedding Projector's files, which lie in a file of labels:
// https://www.tensorflow.org/tensorboard/tensorboard_projector_plugin
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wordvec/formats/word_file.h"

namespace wordvec {

// Which row a label belongs to.
enum class LabelOrder : std::uint8_t {
  lines,       // that of its line, as for the projector
  named_rows,  // that of a column whose name says so, if there is one
};

// The words in `bytes`, a file of one label a line, or of tab-separated fields below a line with
// their names: then the word is in the column "word" (whatever the case), or in another whose name
// says so (formats/column_names.h), "label" behind those that name words alone, of these in the
// first that has more than numbers; or else in the first column that has. The counts are those of a
// column whose name says so, where each is a whole number. The note says which columns that are, or
// why there are no counts; a warning tells of labels that have a number beside a word, and are the
// words all the same. Throws Error(malformed) with the line where one has no word, since the
// projector leaves out blank lines, so that all that follow would belong to other rows.
//
// A word that a line cannot hold is written with escapes: \t, \n, \r, \\, and \xHH for any byte.
// They are undone when every backslash of the column begins one of these; otherwise all backslashes
// are what they are, since the file was then written without escapes.
//
// With LabelOrder::lines a warning tells of a column of rows (formats/column_names.h) whose numbers
// are those of the lines in another order. With LabelOrder::named_rows the words are put at its
// rows (put_at_rows()), and Error(malformed) is thrown where two such columns differ, where a line
// has no number, and where two have the same.
WordList parse_projector_metadata(std::string_view bytes, const std::string& path,
                                  LabelOrder order = LabelOrder::lines);

// True where `line`, the first of a file of labels, names its columns: it has several, and none
// behind the first is a number.
bool names_projector_columns(std::string_view line);

// Appends the line of `word`, in a file of words only. On the first line, one that begins like a
// text in another encoding is escaped. Throws Error(usage) for an empty word.
void append_projector_label(std::string& out, std::string_view word, bool is_first);

}  // namespace wordvec
