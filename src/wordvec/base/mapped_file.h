// A whole file, mapped read-only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wordvec {

class FileDescriptor;

// Owns the mapping; views into bytes() are valid as long as it lives. Immutable, so safe to
// share between threads. Another program that truncates the file under a mapping ends this one
// with SIGBUS; files that we publish are replaced by renaming, never shortened.
class MappedFile {
 public:
  MappedFile() = default;
  // Throws Error(io): no such file, a folder, no permission.
  static MappedFile open(const std::string& path);
  // Maps the regular file behind `fd`, which may be closed afterwards.
  static MappedFile map(const FileDescriptor& fd, std::uint64_t size_bytes,
                        const std::string& path);

  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::string_view bytes() const noexcept { return {data_, size_}; }
  // Asks the kernel to map a part of bytes() in large pages where it can; a hint.
  void prefer_large_pages(std::string_view part) const noexcept;
  // How many bytes of the file are in memory now (mincore); 0 where the system does not tell.
  std::uint64_t resident_bytes() const;

 private:
  MappedFile(const char* data, std::size_t size) noexcept : data_(data), size_(size) {}

  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace wordvec
