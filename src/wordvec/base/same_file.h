// Whether two names are of one file.
#pragma once

#include <string>

namespace wordvec {

// True where both are there and are the same regular file, also through links. "-" is none.
bool is_same_file(const std::string& a, const std::string& b);

}  // namespace wordvec
