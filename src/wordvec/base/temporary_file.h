// A file that has no name: room on the disk for what is too much for memory.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "wordvec/base/file_descriptor.h"

namespace wordvec {

// In $TMPDIR, or /tmp. Gone when it is closed, also when the process is killed: only where the file
// system has no O_TMPFILE, a kill between two system calls leaves an empty file
// (".wordvec-HASH.partial.RANDOM", see partial_name.h), which the next one that is made removes.
// Functions throw Error(io). Not for use by several threads at once.
class TemporaryFile {
 public:
  static TemporaryFile create();

  void write(std::span<const std::byte> bytes);
  // The next read() begins where the first write() did. Nothing is to be written after it.
  void rewind();
  // Reads until `into` is full or the file ends; the number of bytes read.
  std::size_t read(std::span<char> into) { return read_fully(fd_.get(), into, folder_); }

 private:
  TemporaryFile(FileDescriptor fd, std::string folder)
      : fd_(std::move(fd)), folder_(std::move(folder)) {}

  FileDescriptor fd_;
  std::string folder_;  // for messages
};

}  // namespace wordvec
