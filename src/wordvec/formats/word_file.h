// Lists of words in files of their own: the words of a format that keeps numbers only, and those
// that somebody chooses.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/byte_source.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {

// What the numbers beside the words are, where whoever named the file knows.
enum class ListedNumbers : std::uint8_t {
  unknown,      // as the file tells
  counts,       // how often each word occurred: whole numbers
  frequencies,  // the same in any unit, whole or with a fraction
};

struct WordList {
  std::vector<std::string> words;
  std::vector<std::uint64_t> counts;  // how often each word occurred; empty: the file has none
  // Of each word, where ListedNumbers::frequencies are expected; empty: the file has none.
  std::vector<double> frequencies;
  bool are_lines = false;  // each word is a line of text, as it stands
  // The file numbers its words, and these are at their rows: WordListOptions::rows, or up to the
  // last that has one. Then this tells of each whether its row has no word, and an empty text.
  bool are_numbered = false;
  std::vector<bool> without_word;
  std::string numbered_by;  // the name of the file then, for messages
  // Sentences for a person, with the file's name: what was taken of the file (empty: all of it, a
  // word a line), and what may be wrong with it (empty: nothing).
  std::string note;
  std::string warning;
};

struct WordListOptions {
  // Of the matrix that the words belong to, in its order. A file that numbers its words gives them
  // to the rows of these numbers, and others have none (WordList::without_word); without, they are
  // in the order of their numbers.
  std::optional<std::uint64_t> rows;
  bool skip_blank = false;  // lines that are blank (base/blank.h) are no words
  // `counts`: a word and a whole number on each line of text are these, however few they are, and
  // so is what `uniq -c` prints.
  // `frequencies`: the file must have a number for each word, finite and not below 0.
  // Blanks around a word beside its number are no part of it then, and a note tells of words that
  // are there more than once, whose numbers whoever asks for them adds.
  ListedNumbers expected = ListedNumbers::unknown;
  // The words belong to a matrix, of which it is not known how many rows there are.
  bool are_of_rows = false;
  // Where `rows` is not known, how many they are at most. The largest vocabularies of the field
  // have 12 million words: of lists for no matrix at all, 2²⁴ words are read.
  std::uint64_t most_rows = (1 << 23) - (1 << 15);
  // Reading ends with an error as soon as there are more words: what comes out of a small archive
  // may be as many as memory holds. Some more than rows are read, for whom messages count them.
  std::uint64_t most_words() const noexcept {
    constexpr std::uint64_t kMore = 1 << 16;
    return std::min(2 * rows.value_or(most_rows) + kMore, kMaxRows);
  }
};

// "there are more than 65540 words, expected 2, one for each row"
std::string describe_too_many_words(const WordListOptions& options);

// The words of `path` ("-": standard input), which may be compressed (formats/input.h). The file is
// probed as those of vectors are, and taken where it is certain what it is:
// - text, a word a line, which is all before its "\n" or "\r\n", spaces too. A byte order mark is
//   passed over. Empty lines at the end are no words. An empty line before is an empty word, unless
//   there are as many words as `rows` only without.
// - text of a word and its count, with a space, a tab or (in .csv, or where all lines have them) a
//   comma or semicolon between, perhaps below a line of the names of these columns, as GloVe's and
//   word2vec's vocabularies have it, of a count and its word, as `uniq -c` prints them, of a word,
//   a tab and its score, as SentencePiece's has it, or of a word and its row: the words, which must
//   be distinct, and the counts.
// - JSON: a list of words or of [word, number], an object of words and their numbers, one of rows
//   and their words, a tokenizer.json (formats/tokenizer_json.h); JSON Lines of words, of [word,
//   number] or of objects with a "word" and a "count".
// - a NumPy array (.npy) of strings, of the types U and S.
// Numbers are what the name of their column or member says (formats/column_names.h). Without one,
// whole numbers that are 0, 1, 2 … or 1, 2, 3 …, each once, in whatever order, are rows, and the
// words are put into their order (formats/list_numbers.h); others are counts. Of an object in JSON,
// those that are mere numbers of a word, with gaps, are rows too, unless they fall or go far beyond
// how many there are. What may be otherwise is told in the note or the warning.
// Throws Error(malformed) that says what the file is where it is another kind: a pickle, a model, a
// table, UTF-16; for a word longer than kMaxWordBytes, and past most_words(), of which messages
// tell; where the counts that are expected add up to more than 64 bits for a word; where
// frequencies are expected, with the line that has none; where counts or frequencies are, and the
// numbers are rows; where rows do not fit (put_at_rows()); Error(io). Memory is a multiple of the
// words, and of what is not JSON a megabyte.
WordList read_word_list(const std::string& path, const WordListOptions& options = {});

// The same of a source that is open, and not compressed.
WordList take_word_list(ByteSource& source, const WordListOptions& options = {});

}  // namespace wordvec
