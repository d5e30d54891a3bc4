// Files that appear whole or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "wordvec/base/file_descriptor.h"
#include "wordvec/base/mapped_file.h"

namespace wordvec {

// A file under construction. Until publish() nothing is seen at `path`: the old file, if any,
// stays. publish() syncs the bytes and puts them there in one step. Without publish(), also when
// the process is killed, nothing remains. (Two exceptions, both removed by the next write of the
// same file: on file systems without O_TMPFILE a kill can leave ".wordvec-HASH.partial" beside the
// target; and replacing a file gives the new one, whole, such a name for an instant.)
//
// A `path` that exists and is no regular file (a FIFO, a device), a name of an open descriptor
// (/dev/stdout, /dev/fd/N), and "-" for standard output, are written to directly, front to back.
//
// All functions throw Error(io) naming `path`. Not for use by several threads at once.
class OutputFile {
 public:
  static OutputFile create(const std::string& path);

  OutputFile(OutputFile&& other) noexcept = default;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  // Appends at the end of what write() has written.
  void write(std::span<const std::byte> bytes);
  void write(std::string_view bytes) { write(std::as_bytes(std::span(bytes))); }
  // Takes room behind the last byte, to be filled with write_at(). Only where is_seekable().
  void reserve(std::uint64_t size_bytes);
  // Only where is_seekable().
  void write_at(std::span<const std::byte> bytes, std::uint64_t offset_bytes);
  // Moves all bytes from `from_bytes` to the end of the file so that they begin at `to_bytes`; the
  // file grows or shrinks with them. Only where is_seekable().
  void move_tail(std::uint64_t from_bytes, std::uint64_t to_bytes);
  // The bytes so far. Only where is_seekable(), and with no room that was reserved and not filled.
  MappedFile map() const { return MappedFile::map(fd_, position_, path_); }
  // Sees to it that all bytes are on the disk, so that publish() has little left to do.
  void sync();
  // Removes the old file, which publish() would replace, if there is one.
  void remove_old();
  void publish();

  bool is_seekable() const noexcept { return mode_ != Mode::direct; }
  int descriptor() const noexcept { return fd_.get(); }
  std::uint64_t size_bytes() const noexcept { return position_; }  // bytes from write()
  const std::string& path() const noexcept { return path_; }

 private:
  enum class Mode { unnamed, named, direct };

  OutputFile(std::string path, std::string target, FileDescriptor fd, Mode mode);
  void start_writeback();
  void allocate_ahead(std::uint64_t end_bytes);
  void link_into_place();

  std::string path_;    // as the caller named it, for messages
  std::string target_;  // with symbolic links followed
  FileDescriptor fd_;
  Mode mode_;
  std::uint64_t position_ = 0;
  std::uint64_t written_back_ = 0;
  std::uint64_t allocated_ = 0;  // space is asked for up to here, when it is more than position_
  bool published_ = false;
};

}  // namespace wordvec
