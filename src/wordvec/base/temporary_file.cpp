#include "wordvec/base/temporary_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "wordvec/base/error.h"

namespace wordvec {

TemporaryFile TemporaryFile::create() {
  const char* const asked = std::getenv("TMPDIR");
  std::string folder = asked != nullptr && *asked != '\0' ? asked : "/tmp";
  FileDescriptor fd(
      ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!fd.is_open() && (errno == EOPNOTSUPP || errno == EISDIR)) {  // a file system without them
    std::string path = folder + "/.wordvec-XXXXXX";
    fd = FileDescriptor(::mkostemp(path.data(), O_CLOEXEC));
    if (fd.is_open()) ::unlink(path.c_str());
  }
  if (!fd.is_open()) throw Error::from_errno(errno, folder, "cannot make a temporary file");
  return {std::move(fd), std::move(folder)};
}

void TemporaryFile::write(std::span<const std::byte> bytes) {
  write_fully(fd_.get(), bytes, folder_);
}

void TemporaryFile::rewind() {
  if (::lseek(fd_.get(), 0, SEEK_SET) < 0) throw Error::from_errno(errno, folder_, "cannot read");
}

}  // namespace wordvec
