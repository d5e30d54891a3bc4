// Whether a file is there.
#pragma once

#include <string>

namespace wordvec {

// False for the errors with which the system says that there is no file of a name, or none that
// this user could get at; true means that it could not look.
bool is_failure_to_look(int error_number) noexcept;

// True where `path` leads to something. Throws Error(io) that names it when that cannot be told,
// which is not to be taken for a no.
bool is_there(const std::string& path);

}  // namespace wordvec
