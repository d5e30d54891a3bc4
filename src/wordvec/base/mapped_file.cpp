#include "wordvec/base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/file_descriptor.h"

namespace wordvec {

MappedFile MappedFile::open(const std::string& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) throw Error::from_errno(errno, path, "cannot open");
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw Error::from_errno(errno, path, "cannot open");
  if (S_ISDIR(status.st_mode)) throw Error(ErrorCode::io, "is a folder, expected a file", path);
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorCode::io, "is not a regular file and cannot be mapped", path);
  }
  return map(fd, static_cast<std::uint64_t>(status.st_size), path);
}

MappedFile MappedFile::map(const FileDescriptor& fd, std::uint64_t size_bytes,
                           const std::string& path) {
  const auto size = static_cast<std::size_t>(size_bytes);
  if (size == 0) return {};  // mmap refuses a length of zero
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd.get(), 0);
  if (data == MAP_FAILED) throw Error::from_errno(errno, path, "cannot map");
  return {static_cast<const char*>(data), size};
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::prefer_large_pages(std::string_view part) const noexcept {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::uintptr_t>(part.data()) + page - 1) / page * page;
  const auto end = reinterpret_cast<std::uintptr_t>(part.data() + part.size()) / page * page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

std::uint64_t MappedFile::resident_bytes() const {
  if (data_ == nullptr) return 0;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> in_memory((size_ + page - 1) / page);
  if (::mincore(const_cast<char*>(data_), size_, in_memory.data()) != 0) return 0;
  const auto pages = std::count_if(in_memory.begin(), in_memory.end(),
                                   [](unsigned char flags) { return (flags & 1) != 0; });
  return std::min<std::uint64_t>(static_cast<std::uint64_t>(pages) * page, size_);
}

}  // namespace wordvec
