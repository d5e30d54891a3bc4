// A file that has no name: room on the disk for what is too much for memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "wordvec/base/file_descriptor.h"
#include "wordvec/base/mapped_file.h"

namespace wordvec {

// In $TMPDIR, or /tmp. Gone when it is closed, also when the process is killed. Functions throw
// Error(io). Not for use by several threads at once.
class TemporaryFile {
 public:
  static TemporaryFile create();

  // Appends.
  void write(std::span<const std::byte> bytes);
  MappedFile map() const { return MappedFile::map(fd_, size_, folder_); }
  std::uint64_t size_bytes() const noexcept { return size_; }

 private:
  TemporaryFile(FileDescriptor fd, std::string folder)
      : fd_(std::move(fd)), folder_(std::move(folder)) {}

  FileDescriptor fd_;
  std::string folder_;  // for messages
  std::uint64_t size_ = 0;
};

}  // namespace wordvec
