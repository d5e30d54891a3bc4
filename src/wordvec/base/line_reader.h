// Lines from a file or a pipe, as soon as they are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "wordvec/base/file_descriptor.h"
#include "wordvec/base/growing_bytes.h"

namespace wordvec {

// A novel has a megabyte; what has no line end at all may be endless.
inline constexpr std::size_t kMaxLineBytes = std::size_t{16} << 20;

// Holds the line at hand and about a megabyte. Not for use by several threads at once. Throws
// Error(io) naming the path.
class LineReader {
 public:
  // Given what there is in front of the first line: of a regular file its first bytes, of anything
  // else the line, with its end. May throw.
  using HeadCheck = std::function<void(std::string_view head, const LineReader& lines)>;

  // "-" is standard input. A line may have `most_line_bytes` before its end. `check` is called by
  // the first next().
  static LineReader open(const std::string& path, std::size_t most_line_bytes = kMaxLineBytes,
                         HeadCheck check = nullptr);

  // The next line without its end ("\n" or "\r\n"), empty lines too; nullopt at the end. A byte
  // order mark in front of all is no part of the first. The view is valid until the next call.
  // Throws Error(malformed) for a line that is too long, and for what is compressed
  // (base/compressed.h), UTF-16, UTF-32, or lines that end with CR alone (base/text_encoding.h).
  std::optional<std::string_view> next();
  // False: next() may have to wait for whoever writes the pipe, or throws.
  bool has_line();

  // Of the line that next() gave, from 1.
  std::uint64_t number() const noexcept { return number_; }
  std::uint64_t bytes_read() const noexcept { return bytes_read_; }
  // Of a regular file; nullopt of anything else.
  std::optional<std::uint64_t> size_bytes() const noexcept { return size_; }
  const std::string& name() const noexcept { return name_; }

 private:
  LineReader(FileDescriptor file, int fd, std::string name, std::size_t most_line_bytes,
             HeadCheck check);
  bool fill();
  void check_length(std::size_t bytes) const;

  FileDescriptor file_;  // not open: standard input
  int fd_;
  std::string name_;
  std::size_t most_line_bytes_;
  std::uint64_t number_ = 0;
  std::optional<std::uint64_t> size_;
  std::uint64_t bytes_read_ = 0;
  GrowingBytes buffer_;
  std::size_t begin_ = 0;     // [begin_, end_) is read and not yet taken,
  std::size_t searched_ = 0;  // and holds no line end before this
  std::size_t end_ = 0;
  bool ended_ = false;
  HeadCheck check_;
};

}  // namespace wordvec
