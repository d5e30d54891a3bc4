#include "wordvec/formats/words_beside.h"

#include <fmt/format.h>

#include <algorithm>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/is_there.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/text_encoding.h"
#include "wordvec/formats/column_names.h"
#include "wordvec/formats/compression.h"

namespace wordvec {

std::string without_extension(std::string_view path, std::string_view extension) {
  return std::string(less_extension(less_compression(path), extension));
}

std::string vocabulary_path_of(std::string_view path, std::string_view extension) {
  return without_extension(path, extension) + ".vocab.txt";
}

std::string first_file_of(std::span<const std::string> paths) {
  const auto found = std::find_if(paths.begin(), paths.end(), is_there);
  return found == paths.end() ? std::string() : *found;
}

std::string find_words(const std::string& asked, std::span<const std::string> beside,
                       const std::string& name) {
  if (!asked.empty()) return asked;
  if (std::string found = first_file_of(beside); !found.empty()) return found;
  std::string looked_for;
  for (const std::string& path : beside) {
    looked_for += (looked_for.empty() ? ", and there is no " : ", no ") + printable(path);
  }
  throw Error(ErrorCode::usage,
              "holds no words" + looked_for + ": name the file of its words with --vocab FILE",
              name);
}

std::string describe_other_count(std::uint64_t rows, std::span<const std::string> words,
                                 const std::string& words_name) {
  std::string text = fmt::format("has {} rows, but there are {} words in {}", rows, words.size(),
                                 printable(input_name(words_name)));
  if (words.size() != rows + 1 || !names_words(words.front())) return text;
  text += fmt::format(", of which the first, {}, may be the name of the column",
                      in_quotes(words.front()));
  // Of what is a line each.
  const auto has = [&](std::string_view extension) { return has_extension(words_name, extension); };
  const bool are_lines = words_name != "-" && less_compression(words_name) == words_name &&
                         !has(".zip") && !has(".npy") && !has(".json") && !has(".jsonl");
  if (are_lines)
    text += fmt::format(": `tail -n +2 {} > FILE` leaves it out", shell_word(words_name));
  return text;
}

void check_words_of_rows(const WordList& list, std::uint64_t rows, const std::string& words_path,
                         const std::string& name) {
  if (list.words.size() == rows) return;
  throw Error(ErrorCode::malformed,
              describe_other_count(rows, list.words, words_path) +
                  (list.warning.empty() ? "" : " (" + list.warning + ")"),
              name);
}

void append_word_line(std::string& out, std::string_view word, bool is_first,
                      std::string_view file_kind, std::string_view remedy) {
  const char* why = nullptr;
  if (word.empty()) {
    why = "is empty";
  } else if (word.find('\n') != std::string_view::npos) {
    why = "contains a line end";
  } else if (word.back() == '\r') {
    why = "ends with a part of a line end";
  } else if (is_first && begins_like_encoding(word)) {
    why = "comes first and begins like a text in another encoding";
  }
  if (why != nullptr) {
    throw Error(
        ErrorCode::usage,
        fmt::format("the word {} {}, which the list of words beside a {} file cannot hold: {}",
                    in_quotes(word), why, file_kind, remedy));
  }
  out += word;
  out += '\n';
}

PairedOutput::PairedOutput(const std::string& rows_path, const std::string& words_path,
                           unsigned threads)
    : rows_(FormatOutput::create(rows_path, threads)), words_(OutputFile::create(words_path)) {
  if (!rows_.is_seekable()) {
    throw Error(ErrorCode::usage,
                "cannot take rows whose words go to a file beside them: name a regular file",
                rows_.path());
  }
  if (is_there(words_path) && !is_there(rows_path)) {
    throw Error(ErrorCode::usage,
                "the words would go to " + printable(words_path) +
                    ", a file that belongs to something else: move it, or give another name",
                rows_path);
  }
}

void PairedOutput::publish() {
  // What can fail for long comes first.
  words_.sync();
  rows_.sync();
  words_.put_old_aside();
  rows_.publish();
  // From here on the old words are those of other rows.
  const int failed = words_.drop_old();
  try {
    words_.publish();
  } catch (const Error& error) {
    throw Error(
        error.code(),
        error.message() + "; " + printable(rows_.path()) + " is written, and has no words now",
        error.path());
  }
  if (failed != 0) throw Error::from_errno(failed, words_.path(), "cannot remove the old file");
}

}  // namespace wordvec
