#include "wordvec/base/temporary_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "wordvec/base/error.h"
#include "wordvec/base/partial_name.h"

namespace wordvec {
namespace {

// Where the file system has no files without a name. Not open: errno says why.
FileDescriptor make_and_remove(const std::string& path) {
  const std::string what = "temporary";
  const FileDescriptor folder(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return {};
  remove_left_files(folder.get(), what, ::geteuid());
  const std::string name = new_partial_name(what, path);
  FileDescriptor fd(::openat(folder.get(), name.c_str(),
                             O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                             S_IRUSR | S_IWUSR));
  // Another process may have taken it for left.
  if (fd.is_open() && ::unlinkat(folder.get(), name.c_str(), 0) != 0 && errno != ENOENT) {
    throw Error::from_errno(errno, path + '/' + name, "cannot remove");
  }
  return fd;
}

}  // namespace

TemporaryFile TemporaryFile::create() {
  const char* const asked = std::getenv("TMPDIR");
  std::string folder = asked != nullptr && *asked != '\0' ? asked : "/tmp";
  FileDescriptor fd(
      ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!fd.is_open() && has_no_unnamed_files(errno)) fd = make_and_remove(folder);
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
