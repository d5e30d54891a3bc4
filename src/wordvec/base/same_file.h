// Whether two names are of one file.
#pragma once

#include <string>

namespace wordvec {

// True where both are there and are the same regular file, also through links. "-" is none.
bool is_same_file(const std::string& a, const std::string& b);

// True where the open file `fd` is what has the name `name` in `folder` (AT_FDCWD: the current
// one), itself and not through a link. False: it was removed, renamed or replaced since (errno is 0
// or ENOENT), or the system does not tell (errno is why).
bool is_still_at(int fd, int folder, const std::string& name);

}  // namespace wordvec
