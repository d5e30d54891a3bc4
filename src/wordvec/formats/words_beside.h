// The words of formats that hold numbers only, in a file of their own beside the numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/output_file.h"
#include "wordvec/formats/format_output.h"
#include "wordvec/formats/word_file.h"

namespace wordvec {

// "folder/points" for "folder/points.npy" and "folder/points.npy.gz", with the extension ".npy".
std::string without_extension(std::string_view path, std::string_view extension);

// "points.vocab.txt" for "points.npy": where the words of its rows are, one a line.
std::string vocabulary_path_of(std::string_view path, std::string_view extension);

// The first of `paths` that is there; empty: none is. Throws as is_there().
std::string first_file_of(std::span<const std::string> paths);

// The file of the words: `asked`, or the first of `beside` that is there. Throws Error(usage) that
// names those it looked for and the option that names another; `name` is the file of the numbers.
std::string find_words(const std::string& asked, std::span<const std::string> beside,
                       const std::string& name);

// "has 2 rows, but there are 3 words in x.vocab.txt", of `words` in the file `words_name`; and
// where the first may be the name of a column, the command that leaves it out.
std::string describe_other_count(std::uint64_t rows, std::span<const std::string> words,
                                 const std::string& words_name);

// Throws Error(malformed) unless `list`, the words of the file `words_path`, has as many words as
// the file `name` has rows; what may be wrong with the list is told too.
void check_words_of_rows(const WordList& list, std::uint64_t rows, const std::string& words_path,
                         const std::string& name);

// Appends `word` and a line end. Throws Error(usage) for a word that a list of words, one a line,
// cannot hold, or not on its first line: `file_kind` names the file that it lies beside (".npy"),
// `remedy` what to do.
void append_word_line(std::string& out, std::string_view word, bool is_first,
                      std::string_view file_kind,
                      std::string_view remedy = "write a container (.safetensors)");

// A file of rows and the file of their words, which replace an older pair together. Nobody reads
// rows with the words of others: when a run is killed between the two, or the second cannot be put
// into place, the rows, old or new, have no words. After any other failure the old pair is there.
// Not for use by several threads at once.
class PairedOutput {
 public:
  // The rows are compressed on `threads` threads where their path ends in ".gz". Throws Error(io);
  // Error(usage) when `rows_path` is a pipe, beside which no file can lie, and when there is a file
  // at `words_path`, but none at `rows_path`: then it holds something else.
  PairedOutput(const std::string& rows_path, const std::string& words_path, unsigned threads);

  FormatOutput& rows() noexcept { return rows_; }
  OutputFile& words() noexcept { return words_; }
  void publish();

 private:
  FormatOutput rows_;
  OutputFile words_;
};

}  // namespace wordvec
