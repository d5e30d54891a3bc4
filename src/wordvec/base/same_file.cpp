#include "wordvec/base/same_file.h"

#include <sys/stat.h>

namespace wordvec {

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat status_a {};
  struct stat status_b {};
  if (a == "-" || b == "-" || ::stat(a.c_str(), &status_a) != 0 ||
      ::stat(b.c_str(), &status_b) != 0 || !S_ISREG(status_a.st_mode)) {
    return false;
  }
  return status_a.st_dev == status_b.st_dev && status_a.st_ino == status_b.st_ino;
}

}  // namespace wordvec
