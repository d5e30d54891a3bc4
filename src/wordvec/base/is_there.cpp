#include "wordvec/base/is_there.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "wordvec/base/error.h"

namespace wordvec {

bool is_failure_to_look(int error_number) noexcept {
  constexpr std::array<int, 5> kAbsent = {ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG};
  return std::find(kAbsent.begin(), kAbsent.end(), error_number) == kAbsent.end();
}

bool is_there(const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) return true;
  if (is_failure_to_look(errno)) throw Error::from_errno(errno, path, "cannot open");
  return false;
}

}  // namespace wordvec
