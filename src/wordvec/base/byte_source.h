// Bytes to read, front to back: a mapped file, a pipe, memory, or what comes out of an archive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "wordvec/base/byte_stream.h"
#include "wordvec/base/growing_bytes.h"
#include "wordvec/base/hash.h"
#include "wordvec/base/mapped_file.h"

namespace wordvec {

// What messages call the input `path`: "standard input" for "-".
std::string input_name(const std::string& path);

// More than a file can have: a claim of more is none.
inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 62;

// Not for use by several threads at once. Throws Error(io).
class ByteSource {
 public:
  // "-" is standard input. A regular file is mapped, anything else is read as a stream.
  static ByteSource open(const std::string& path);
  // Reads from `bytes`, which must outlive the source. `name` stands for it in messages.
  static ByteSource from_memory(std::string name, std::string_view bytes);
  // Reads what `stream` gives. `path` is that of the file behind it, empty where there is none.
  static ByteSource from_stream(std::string name, std::string path,
                                std::unique_ptr<ByteStream> stream);

  // The next bytes, without taking them: at least `at_least`, fewer only at the end. The view is
  // valid until the next call; where views_persist(), as long as the source.
  std::string_view peek(std::size_t at_least);
  // Takes `count` bytes that peek() has shown.
  void skip(std::size_t count);

  bool at_end() { return peek(1).empty(); }
  bool views_persist() const noexcept { return stream_ == nullptr; }
  // What messages call it: the path, "standard input", or "archive.zip:member".
  const std::string& name() const noexcept { return name_; }
  // Of the file, to find what lies beside it; empty: it is none.
  const std::string& path() const noexcept { return path_; }
  std::uint64_t position_bytes() const noexcept { return position_; }
  // How much of the file has been read, and how much there is to read, for progress: of an archive,
  // its compressed bytes, of one member those of the member. nullopt: not known.
  std::uint64_t file_position_bytes() const noexcept {
    return stream_ ? stream_->file_position_bytes() : position_;
  }
  std::optional<std::uint64_t> file_size_bytes() const noexcept {
    return stream_ ? stream_->file_size_bytes() : size_bytes();
  }
  // nullopt for a stream.
  std::optional<std::uint64_t> size_bytes() const noexcept;
  // All that is left, at once, without taking it: a stream is read to its end, into memory. The
  // view is valid as long as the source; views_persist() from then on.
  std::string_view peek_all();
  // As peek_all(), for input that itself says how long it is: of a stream it reads only as far as
  // that, and one byte, by which the caller sees that it goes on. `needed_bytes` is given what has
  // come, and returns how many bytes the input has as far as these tell; at most their number: no
  // more. Half of what has come is read ahead, and of what it asks for as much again at most.
  std::string_view peek_needed(const std::function<std::uint64_t(std::string_view)>& needed_bytes);
  // As peek_all(). Throws Error(malformed) as soon as a stream has more than `most_bytes`: what
  // comes out of an archive may be a thousand times as long as the file. `what` it would be, for
  // the message: "a list of words in JSON".
  std::string_view peek_all(std::uint64_t most_bytes, std::string_view what);
  // Gives the mapping away, to who uses the file in place; nothing is left to read. nullopt, and
  // nothing changed, where the source is not a mapped file.
  std::optional<MappedFile> release_file();
  // XXH3-128 of the bytes taken so far.
  std::string checksum() const { return checksum_.hex(); }

 private:
  // Makes a stream that was read to its end, or far enough, memory.
  std::string_view close_stream();

  ByteSource(std::string name, std::string path) : name_(std::move(name)), path_(std::move(path)) {}

  std::string name_;
  std::string path_;
  std::optional<MappedFile> file_;
  std::string_view memory_;         // the whole content, where there is one
  std::uint64_t taken_before_ = 0;  // of a stream, before its rest became memory_
  std::unique_ptr<ByteStream> stream_;
  GrowingBytes buffer_;  // of the stream: [begin_, end_) is read and not yet taken
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool stream_ended_ = false;
  std::uint64_t position_ = 0;
  Hash128 checksum_;
};

}  // namespace wordvec
