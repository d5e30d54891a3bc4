// The names under which files that are not finished lie beside those that they become.
#pragma once

#include <sys/types.h>

#include <string>

namespace wordvec {

// ".wordvec-HASH.partial", where HASH tells the file `name` from others of its folder: how all
// names that new_partial_name(name) gives begin.
std::string partial_prefix(const std::string& name);

// ".wordvec-HASH.partial.RANDOM", a name that nobody can guess, and so neither take nor lay a link
// under it. Throws Error(io), naming `path`, when the system gives no random bytes.
std::string new_partial_name(const std::string& name, const std::string& path);

// Removes what writers of the file `name` that were killed have left in `folder`: what is under
// such a name, is a regular file, belongs to this user or to `owner`, and has no lock. A writer
// holds a lock (flock) as long as it lives; where the file system has no locks, all stays. Not to
// be able to remove is no failure.
void remove_left_files(int folder, const std::string& name, ::uid_t owner);

// The same for symbolic links, which cannot be locked: only while no other process makes one.
void remove_left_links(int folder, const std::string& name);

}  // namespace wordvec
