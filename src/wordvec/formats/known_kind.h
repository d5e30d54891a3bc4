// Files that people bring and that are no word vectors: what they are, and what to do with them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/line_reader.h"

namespace wordvec {

struct KnownKind {
  std::string name;         // "is an HDF5 file (…)": what the file is, to stand behind its name
  std::string for_vectors;  // what to do where vectors were expected; empty: nothing helps
  std::string for_words;    // likewise a list of words,
  std::string for_text;     // and any other text
  bool is_table = false;    // text, which other readers may take
};

// What a file should have been.
struct Expected {
  std::string_view what;           // "a list of words"; empty: word vectors, which need no name
  std::string KnownKind::*remedy;  // what leads there
};
inline constexpr Expected kExpectedVectors = {{}, &KnownKind::for_vectors};
inline constexpr Expected kExpectedWords = {"a list of words", &KnownKind::for_words};
constexpr Expected expected_text(std::string_view what) {
  return {what, &KnownKind::for_text};
}

// "is an HDF5 file (…), expected a list of words: in Python, …"
std::string sentence_of(const KnownKind& kind, const Expected& expected);

// How many first bytes known_kind() looks at.
inline constexpr std::size_t kKindBytes = std::size_t{64} << 10;

// The kind of a file that begins with `head`; nullopt where it is none that is known. Text that may
// be word vectors or a list of words is none.
std::optional<KnownKind> known_kind(std::string_view head);

// The kind of a zip archive that holds members of these names: a PyTorch checkpoint, a document of
// an office program, …; nullopt where it is an archive of files.
std::optional<KnownKind> known_zip_kind(std::span<const std::string> names);

// The kind of a file of word vectors that is no text, as convert reads it; nullopt where it is
// none.
std::optional<KnownKind> known_vectors(std::string_view head, std::string_view path);

// Opens `path` as open_input() does. Throws Error(malformed) where it is of a known kind, other
// than a table, or word vectors that are no text: `what` says what it should be, "a test set".
ByteSource open_text(const std::string& path, std::string_view what);

// The same of a file that is read by lines, and not unpacked. Of a pipe, text is what somebody
// means to be read: there, only what is no text is refused, by its first line.
LineReader open_lines(const std::string& path, std::string_view what,
                      std::size_t most_line_bytes = kMaxLineBytes);

// True where `head` begins a pickle of Python, of any protocol.
bool looks_like_pickle(std::string_view head);

// True where `head` begins the model of a SentencePiece tokenizer, which is a protocol buffer.
bool looks_like_sentencepiece(std::string_view head);

}  // namespace wordvec
