// An owned file descriptor and the system calls that must be tried until they are done.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace wordvec {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  ~FileDescriptor() { reset(); }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  int get() const noexcept { return fd_; }
  bool is_open() const noexcept { return fd_ >= 0; }
  void reset() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

// True for the errors of open() with O_TMPFILE on a file system that has no files without a name
// (NFS, FUSE, vfat), or from a kernel that does not know them.
bool has_no_unnamed_files(int error_number) noexcept;

// All throw Error(io) that names `path`.
// Reads until `into` is full or the file ends; returns the number of bytes read.
std::size_t read_fully(int fd, std::span<char> into, const std::string& path);
void write_fully(int fd, std::span<const std::byte> bytes, const std::string& path);
void write_fully_at(int fd, std::span<const std::byte> bytes, std::uint64_t offset_bytes,
                    const std::string& path);

}  // namespace wordvec
