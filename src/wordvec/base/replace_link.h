// Symbolic links that change in one step.
#pragma once

#include <string>

namespace wordvec {

// Makes `path` a symbolic link to `target`, in the place of a link that may be there: at any moment
// there is the old one or the new one. No link can be without a name, so the new one has another
// for an instant (partial_name.h); a process of its own makes and renames it, so that neither a
// signal nor a kill of this process can leave it there. What a kill of both leaves, the next call
// removes. Throws Error(io) that names `path`.
void replace_link(const std::string& path, const std::string& target);

}  // namespace wordvec
