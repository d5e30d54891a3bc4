#include "wordvec/fetch/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/output_place.h"
#include "wordvec/base/same_file.h"

namespace wordvec {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
constexpr std::size_t kMaxStateBytes = std::size_t{64} << 10;

// Not open: it was there, and was removed at this moment.
FileDescriptor open_or_make(const std::string& path, bool& made) {
  constexpr int kFlags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
  FileDescriptor fd(::open(path.c_str(), kFlags | O_CREAT | O_EXCL, 0666));
  made = fd.is_open();
  if (made) return fd;
  if (errno == EEXIST) fd = FileDescriptor(::open(path.c_str(), kFlags));
  if (!fd.is_open() && errno != ENOENT) throw Error::from_errno(errno, path, "cannot write");
  return fd;
}

// False: another process has the lock.
bool try_to_lock(int fd, const std::string& path) {
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno != EWOULDBLOCK) throw Error::from_errno(errno, path, "cannot lock");
  return false;
}

void wait_for_lock(int fd, const std::string& path) {
  while (::flock(fd, LOCK_EX) != 0) {
    if (errno != EINTR) throw Error::from_errno(errno, path, "cannot lock");
  }
}

bool is_planted_at(const std::string& path, const struct stat& status) {
  const FileDescriptor folder(::open(folder_of(path).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return is_planted(folder.get(), status);
}

// The size of a part file that may be used.
std::uint64_t check_part(int fd, const std::string& path) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw Error::from_errno(errno, path, "cannot read");
  if (!S_ISREG(status.st_mode)) throw Error(ErrorCode::io, "is no regular file: remove it", path);
  if (is_planted_at(path, status)) {
    throw Error(ErrorCode::io,
                "another user has put this file there, in a folder where all may write", path);
  }
  return static_cast<std::uint64_t>(status.st_size);
}

// The library converts a fraction, also one that is out of range.
std::uint64_t whole_number(const nlohmann::json& value) {
  if (!value.is_number_unsigned()) throw std::invalid_argument("no whole number");
  return value.get<std::uint64_t>();
}

// False, with errno set: among others where there is a file of that name.
bool rename_to_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL) return false;  // else the file system cannot do that
  struct stat status {};
  if (::lstat(to.c_str(), &status) != 0 && errno == ENOENT)
    return ::rename(from.c_str(), to.c_str()) == 0;
  errno = EEXIST;
  return false;
}

}  // namespace

PartFile::PartFile(std::string path, FileDescriptor fd, std::uint64_t size_bytes)
    : path_(std::move(path)), fd_(std::move(fd)), size_(size_bytes) {}

PartFile PartFile::lock(const std::string& path, const std::function<void()>& on_wait) {
  return *open_locked(path, on_wait);
}

std::optional<PartFile> PartFile::try_lock(const std::string& path) {
  return open_locked(path, {});
}

// Without `on_wait`, nullopt where another process has the lock.
std::optional<PartFile> PartFile::open_locked(const std::string& path,
                                              const std::function<void()>& on_wait) {
  constexpr int kMaxAttempts = 100;
  bool told = false;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    bool made = false;
    FileDescriptor fd = open_or_make(path, made);
    if (!fd.is_open()) continue;
    try {
      if (!try_to_lock(fd.get(), path)) {
        if (!on_wait) return std::nullopt;
        if (!std::exchange(told, true)) on_wait();
        wait_for_lock(fd.get(), path);
      }
      // Else it was removed or renamed while its lock was waited for.
      if (!is_still_at(fd.get(), AT_FDCWD, path)) continue;
      const std::uint64_t size_bytes = check_part(fd.get(), path);
      PartFile part(path, std::move(fd), size_bytes);
      ::unlink(part.unfinished_state_path().c_str());  // of a run that was killed
      part.load_state();
      return part;
    } catch (const Error&) {
      if (made) ::unlink(path.c_str());
      throw;
    }
  }
  throw Error(ErrorCode::io, "cannot lock: other processes keep replacing this file", path);
}

std::uint64_t PartFile::received_bytes() const noexcept {
  const std::uint64_t prefix = state_ ? state_->prefix_bytes : 0;
  return size_ - std::min(size_, prefix);
}

void PartFile::restart(const PartState& state, std::string_view prefix) {
  state_.reset();
  // So that it never tells of other bytes.
  if (const int failed = remove_state()) {
    throw Error::from_errno(failed, state_path(), "cannot remove");
  }
  if (::ftruncate(fd_.get(), 0) != 0) throw Error::from_errno(errno, path_, "cannot write");
  size_ = 0;
  append(prefix);
  state_ = state;
  save_state();
}

void PartFile::append(std::string_view bytes) {
  try {
    write_fully_at(fd_.get(), std::as_bytes(std::span(bytes)), size_, path_);
  } catch (const Error&) {
    // A full disk may have taken some of them, which need not come again.
    struct stat status {};
    if (::fstat(fd_.get(), &status) == 0) {
      size_ = std::clamp(static_cast<std::uint64_t>(status.st_size), size_, size_ + bytes.size());
    }
    throw;
  }
  size_ += bytes.size();
}

void PartFile::cut(std::uint64_t received_bytes) {
  const std::uint64_t size = (state_ ? state_->prefix_bytes : 0) + received_bytes;
  if (size >= size_) return;
  if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) {
    throw Error::from_errno(errno, path_, "cannot write");
  }
  size_ = size;
}

void PartFile::read(const std::function<void(std::string_view bytes)>& piece) const {
  std::vector<char> buffer(kPieceBytes);
  std::uint64_t offset = size_ - received_bytes();
  while (offset < size_) {
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size_ - offset));
    const ssize_t n = ::pread(fd_.get(), buffer.data(), wanted, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error::from_errno(errno, path_, "cannot read");
    if (n == 0) throw Error(ErrorCode::io, "has become shorter while it was read", path_);
    piece({buffer.data(), static_cast<std::size_t>(n)});
    offset += static_cast<std::uint64_t>(n);
  }
}

bool PartFile::is_newer_than(const std::string& made) const {
  struct stat ours {};
  struct stat other {};
  if (::fstat(fd_.get(), &ours) != 0 || ::stat(made.c_str(), &other) != 0) return true;
  const auto time = [](const struct stat& status) {
    return std::pair(status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  };
  return time(ours) > time(other);
}

int PartFile::discard() noexcept {
  if (std::exchange(gone_, true)) return 0;  // another process may have made a new one
  int failed = remove_state();
  if (::unlink(path_.c_str()) != 0 && errno != ENOENT && failed == 0) failed = errno;
  state_.reset();
  return failed;
}

int PartFile::remove_state() const noexcept {
  return ::unlink(state_path().c_str()) == 0 || errno == ENOENT ? 0 : errno;
}

std::string PartFile::keep_as(const std::string& name) {
  const std::string folder = path_.substr(0, path_.rfind('/') + 1);
  std::string target = folder + name;
  for (int i = 1; !rename_to_new(path_, target); ++i) {
    if (errno != EEXIST) throw Error::from_errno(errno, target, "cannot keep the download");
    target = folder + name + '.' + std::to_string(i);
  }
  remove_state();
  state_.reset();
  gone_ = true;
  return target;
}

void PartFile::load_state() {
  struct stat status {};
  if (::lstat(state_path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (is_planted_at(state_path(), status)) return;
  try {
    ByteSource source = ByteSource::open(state_path());
    const auto json = nlohmann::json::parse(source.peek(kMaxStateBytes).substr(0, kMaxStateBytes));
    PartState state;
    state.url = json.at("url").get<std::string>();
    state.validator = json.at("validator").get<std::string>();
    state.member = json.at("member").get<std::string>();
    state.total_bytes = whole_number(json.at("total_bytes"));
    state.first = whole_number(json.at("first"));
    state.wanted_bytes = whole_number(json.at("wanted_bytes"));
    state.prefix_bytes = whole_number(json.at("prefix_bytes"));
    if (state.prefix_bytes <= size_) state_ = std::move(state);
  } catch (const std::exception&) {
    state_.reset();  // the download begins anew
  }
}

void PartFile::save_state() const {
  // Bytes of a header field need not be UTF-8.
  const nlohmann::json json = {{"url", state_->url},
                               {"validator", state_->validator},
                               {"member", state_->member},
                               {"total_bytes", state_->total_bytes},
                               {"first", state_->first},
                               {"wanted_bytes", state_->wanted_bytes},
                               {"prefix_bytes", state_->prefix_bytes}};
  const std::string text = json.dump(1, ' ', true, nlohmann::json::error_handler_t::replace) + '\n';
  // Not through a link, and for nobody else to read: the address may have a password in it.
  const std::string made = unfinished_state_path();
  ::unlink(made.c_str());
  const FileDescriptor fd(
      ::open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.is_open()) throw Error::from_errno(errno, made, "cannot write");
  try {
    write_fully(fd.get(), std::as_bytes(std::span(text)), made);
    if (::rename(made.c_str(), state_path().c_str()) != 0) {
      throw Error::from_errno(errno, state_path(), "cannot write");
    }
  } catch (const Error&) {
    ::unlink(made.c_str());
    throw;
  }
}

}  // namespace wordvec
