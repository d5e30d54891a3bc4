#include "wordvec/base/partial_name.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string_view>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/file_descriptor.h"
#include "wordvec/base/hash.h"
#include "wordvec/base/same_file.h"

namespace wordvec {
namespace {

// The names in `folder` that begin with `prefix`; none when it cannot be read.
std::vector<std::string> names_with(int folder, const std::string& prefix) {
  std::vector<std::string> names;
  const int fd = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return names;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(fd), &::closedir);
  if (entries == nullptr) {
    ::close(fd);
    return names;
  }
  while (const dirent* const entry = ::readdir(entries.get())) {
    if (std::string_view(entry->d_name).starts_with(prefix)) names.emplace_back(entry->d_name);
  }
  return names;
}

bool belongs_to(const struct stat& status, ::uid_t owner) {
  return status.st_uid == ::geteuid() || status.st_uid == owner;
}

void remove_left_file(int folder, const std::string& name, ::uid_t owner) {
  struct stat status {};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
      !S_ISREG(status.st_mode) || !belongs_to(status, owner)) {
    return;
  }
  constexpr int kFlags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  // NFS gives a lock of this kind only to those who may write.
  FileDescriptor fd(::openat(folder, name.c_str(), O_RDWR | kFlags));
  if (!fd.is_open()) fd = FileDescriptor(::openat(folder, name.c_str(), O_RDONLY | kFlags));
  if (!fd.is_open() || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return;
  // It may have been finished, or replaced, before the lock was there.
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode) || !belongs_to(status, owner) ||
      !is_still_at(fd.get(), folder, name)) {
    return;
  }
  ::unlinkat(folder, name.c_str(), 0);
}

}  // namespace

std::string partial_prefix(const std::string& name) {
  char text[40];
  std::snprintf(text, sizeof text, ".wordvec-%08x.partial",
                static_cast<unsigned>(hash64(name) & 0xffffffffU));
  return text;
}

std::string new_partial_name(const std::string& name, const std::string& path) {
  std::uint64_t random = 0;
  while (::getrandom(&random, sizeof random, 0) != sizeof random) {
    if (errno != EINTR) throw Error::from_errno(errno, path, "cannot write: no random bytes");
  }
  char text[24];
  std::snprintf(text, sizeof text, ".%016llx", static_cast<unsigned long long>(random));
  return partial_prefix(name) + text;
}

void remove_left_files(int folder, const std::string& name, ::uid_t owner) {
  for (const std::string& left : names_with(folder, partial_prefix(name))) {
    remove_left_file(folder, left, owner);
  }
}

void remove_left_links(int folder, const std::string& name) {
  for (const std::string& left : names_with(folder, partial_prefix(name))) {
    struct stat status {};
    if (::fstatat(folder, left.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISLNK(status.st_mode) && status.st_uid == ::geteuid()) {
      ::unlinkat(folder, left.c_str(), 0);
    }
  }
}

}  // namespace wordvec
