#include "wordvec/base/same_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace wordvec {
namespace {

bool are_one(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat status_a {};
  struct stat status_b {};
  if (a == "-" || b == "-" || ::stat(a.c_str(), &status_a) != 0 ||
      ::stat(b.c_str(), &status_b) != 0 || !S_ISREG(status_a.st_mode)) {
    return false;
  }
  return are_one(status_a, status_b);
}

bool is_still_at(int fd, int folder, const std::string& name) {
  struct stat opened {};
  struct stat named {};
  if (::fstat(fd, &opened) != 0 ||
      ::fstatat(folder, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) != 0) {
    return false;
  }
  errno = 0;
  return are_one(opened, named);
}

}  // namespace wordvec
