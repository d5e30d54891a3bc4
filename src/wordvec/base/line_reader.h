// Lines of any length from a file or a pipe, as soon as they are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wordvec/base/file_descriptor.h"
#include "wordvec/base/growing_bytes.h"

namespace wordvec {

// Holds the line at hand and about a megabyte. Not for use by several threads at once. Throws
// Error(io) naming the path.
class LineReader {
 public:
  // "-" is standard input.
  static LineReader open(const std::string& path);

  // The next line without its end ("\n" or "\r\n"), empty lines too; nullopt at the end. The view
  // is valid until the next call.
  std::optional<std::string_view> next();
  // False: next() may have to wait for whoever writes the pipe.
  bool has_line();

  std::uint64_t bytes_read() const noexcept { return bytes_read_; }
  // Of a regular file; nullopt of anything else.
  std::optional<std::uint64_t> size_bytes() const noexcept { return size_; }
  const std::string& name() const noexcept { return name_; }

 private:
  LineReader(FileDescriptor file, int fd, std::string name);
  bool fill();

  FileDescriptor file_;  // not open: standard input
  int fd_;
  std::string name_;
  std::optional<std::uint64_t> size_;
  std::uint64_t bytes_read_ = 0;
  GrowingBytes buffer_;
  std::size_t begin_ = 0;     // [begin_, end_) is read and not yet taken,
  std::size_t searched_ = 0;  // and holds no line end before this
  std::size_t end_ = 0;
  bool ended_ = false;
};

}  // namespace wordvec
