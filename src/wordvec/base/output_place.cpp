#include "wordvec/base/output_place.h"

#include <fcntl.h>

#include <cerrno>
#include <climits>
#include <string_view>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/parse_number.h"

namespace wordvec {
namespace {

constexpr std::string_view kAction = "cannot write";

std::optional<int> descriptor_of(const std::string& path) {
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    const auto fd = parse_number<int>(std::string_view(path).substr(folder.size()));
    if (fd && *fd >= 0) return fd;
  }
  return std::nullopt;
}

FileDescriptor open_folder(int beside, const std::string& folder, const std::string& path) {
  FileDescriptor fd(::openat(beside, folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) throw Error::from_errno(errno, path, kAction);
  return fd;
}

std::string read_link(int folder, const std::string& name, const std::string& path) {
  std::string target(PATH_MAX, '\0');
  const ssize_t size = ::readlinkat(folder, name.c_str(), target.data(), target.size());
  if (size < 0) throw Error::from_errno(errno, path, kAction);
  target.resize(static_cast<std::size_t>(size));
  return target;
}

[[noreturn]] void refuse_planted(const struct stat& status, const std::string& path) {
  const char* const kind = S_ISLNK(status.st_mode)   ? "link"
                           : S_ISREG(status.st_mode) ? "file"
                                                     : "FIFO";
  throw Error(ErrorCode::io,
              std::string(kAction) + ": another user has put a " + kind +
                  " there, in a folder where all may write: give another name",
              path);
}

}  // namespace

bool is_planted(int folder, const struct stat& status) noexcept {
  const bool may_be =
      S_ISLNK(status.st_mode) || S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode);
  if (!may_be || status.st_uid == ::geteuid()) return false;
  struct stat around {};
  if (::fstat(folder, &around) != 0) return true;
  constexpr ::mode_t kFreeForAll = S_ISVTX | S_IWOTH;
  return (around.st_mode & kFreeForAll) == kFreeForAll && status.st_uid != around.st_uid;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

OutputPlace find_output_place(const std::string& path) {
  constexpr int kMaxLinks = 40;
  OutputPlace place;
  if (path == "-") {
    place.descriptor = STDOUT_FILENO;
    return place;
  }
  std::string target = path;
  for (int links = 0; links <= kMaxLinks; ++links) {
    place.descriptor = descriptor_of(target);
    if (place.descriptor) return place;
    if (target.empty()) throw Error::from_errno(ENOENT, path, kAction);
    const int beside = place.folder.is_open() ? place.folder.get() : AT_FDCWD;
    place.folder = open_folder(beside, folder_of(target), path);
    place.name = name_of(target);
    if (place.name.empty()) {  // "folder/"
      throw Error(ErrorCode::io, "is a folder, expected the name of a file to write", path);
    }
    struct stat status {};
    if (::fstatat(place.folder.get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) throw Error::from_errno(errno, path, kAction);
      return place;
    }
    if (is_planted(place.folder.get(), status)) refuse_planted(status, path);
    if (!S_ISLNK(status.st_mode)) {
      place.status = status;
      return place;
    }
    target = read_link(place.folder.get(), place.name, path);
  }
  throw Error::from_errno(ELOOP, path, kAction);
}

}  // namespace wordvec
