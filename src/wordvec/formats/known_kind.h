// Files that people bring and that are no word vectors: what they are, and what to do with them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "wordvec/base/byte_source.h"

namespace wordvec {

struct KnownKind {
  std::string name;         // "is an HDF5 file (…)": what the file is, to stand behind its name
  std::string for_vectors;  // what to do where vectors were expected; empty: nothing helps
  std::string for_words;    // likewise a list of words,
  std::string for_text;     // and any other text
  bool is_table = false;    // text, which other readers may take
};

// `name: for_vectors`.
std::string vectors_sentence(const KnownKind& kind);
// `name, expected a list of words: for_words`.
std::string words_sentence(const KnownKind& kind);

// How many first bytes known_kind() looks at.
inline constexpr std::size_t kKindBytes = std::size_t{64} << 10;

// The kind of a file that begins with `head`; nullopt where it is none that is known. Text that may
// be word vectors or a list of words is none.
std::optional<KnownKind> known_kind(std::string_view head);

// The kind of a zip archive that holds members of these names: a PyTorch checkpoint, a document of
// an office program, …; nullopt where it is an archive of files.
std::optional<KnownKind> known_zip_kind(std::span<const std::string> names);

// Opens `path` as open_input() does. Throws Error(malformed) where it is of a known kind, other
// than a table: `expected` says what it should be, "a test set".
ByteSource open_text(const std::string& path, std::string_view expected);

// True where `head` begins a pickle of Python, of any protocol.
bool looks_like_pickle(std::string_view head);

// True where `head` begins the model of a SentencePiece tokenizer, which is a protocol buffer.
bool looks_like_sentencepiece(std::string_view head);

}  // namespace wordvec
