#include "wordvec/base/output_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/hash.h"
#include "wordvec/base/parse_number.h"

namespace wordvec {
namespace {

constexpr std::uint64_t kWritebackBytes = std::uint64_t{16} << 20;
constexpr std::uint64_t kAllocateBytes = std::uint64_t{64} << 20;
constexpr std::uint64_t kNoMoreAhead = std::numeric_limits<std::uint64_t>::max();

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// One fixed name a target, so that what a killed run left is found and replaced by the next.
std::string partial_path(const std::string& target) {
  char name[40];
  std::snprintf(name, sizeof name, "/.wordvec-%08x.partial",
                static_cast<unsigned>(hash64(name_of(target)) & 0xffffffffU));
  return folder_of(target) + name;
}

// Where the bytes go in the end. A link may lead to a file that does not exist yet.
std::string follow_links(const std::string& path) {
  constexpr int kMostLinks = 40;
  std::filesystem::path target(path);
  std::error_code error;
  for (int i = 0; i < kMostLinks && std::filesystem::is_symlink(target, error); ++i) {
    const std::filesystem::path next = std::filesystem::read_symlink(target, error);
    if (error) break;
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return target.string();
}

// The descriptor that a name like /dev/stdout or /dev/fd/3 stands for. Such names are links to
// whatever file a shell has opened, which must be added to, not replaced.
std::optional<int> descriptor_of(const std::string& path) {
  if (path == "-" || path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    const auto fd = parse_number<int>(std::string_view(path).substr(folder.size()));
    if (fd && *fd >= 0) return fd;
  }
  return std::nullopt;
}

// Removes what writers that were killed at the worst moment have left (see link_into_place()).
void remove_leftovers(const std::string& target) {
  const std::filesystem::path prefix(partial_path(target) + '.');
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(target), error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix.filename().string())) continue;
    const int pid = std::atoi(name.c_str() + prefix.filename().string().size());
    if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) {
      std::filesystem::remove(entry.path(), error);
    }
  }
}

void sync_folder(const std::string& target) {
  const FileDescriptor folder(
      ::open(folder_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open()) ::fsync(folder.get());  // a folder that cannot be synced is no failure
}

}  // namespace

OutputFile::OutputFile(std::string path, std::string target, FileDescriptor fd, Mode mode)
    : path_(std::move(path)), target_(std::move(target)), fd_(std::move(fd)), mode_(mode) {}

OutputFile OutputFile::create(const std::string& path) {
  if (const auto descriptor = descriptor_of(path)) {
    FileDescriptor fd(::dup(*descriptor));
    std::string name = path == "-" ? "standard output" : path;
    if (!fd.is_open()) throw Error::from_errno(errno, std::move(name), "cannot write");
    return {std::move(name), path, std::move(fd), Mode::direct};
  }
  const std::string target = follow_links(path);
  struct stat status {};
  const bool exists = ::stat(target.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) {
    throw Error(ErrorCode::io, "is a folder, expected the name of a file to write", path);
  }
  if (exists && !S_ISREG(status.st_mode)) {
    FileDescriptor fd(::open(target.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd.is_open()) throw Error::from_errno(errno, path, "cannot write");
    return {path, target, std::move(fd), Mode::direct};
  }

  remove_leftovers(target);
  Mode mode = Mode::unnamed;
  FileDescriptor fd(::open(folder_of(target).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0666));
  if (!fd.is_open() && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    mode = Mode::named;
    fd = FileDescriptor(::open(partial_path(target).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (fd.is_open() && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      throw Error(ErrorCode::io, "another process is writing this file", path);
    }
    if (fd.is_open() && ::ftruncate(fd.get(), 0) != 0) {
      throw Error::from_errno(errno, path, "cannot write");
    }
  }
  if (!fd.is_open()) throw Error::from_errno(errno, path, "cannot write");
  if (exists) {
    // As an editor would: keep the owner, where this process may give files away, and the mode.
    const int given = ::fchown(fd.get(), status.st_uid, status.st_gid);
    static_cast<void>(given);
    ::fchmod(fd.get(), status.st_mode & 07777);
  }
  return {path, target, std::move(fd), mode};
}

OutputFile::~OutputFile() {
  if (fd_.is_open() && mode_ == Mode::named && !published_) {
    ::unlink(partial_path(target_).c_str());
  }
}

void OutputFile::write(std::span<const std::byte> bytes) {
  if (mode_ == Mode::direct) {
    write_fully(fd_.get(), bytes, path_);
  } else {
    allocate_ahead(position_ + bytes.size());
    write_fully_at(fd_.get(), bytes, position_, path_);
  }
  position_ += bytes.size();
  if (mode_ != Mode::direct && position_ - written_back_ >= kWritebackBytes) start_writeback();
}

void OutputFile::reserve(std::uint64_t size_bytes) {
  allocate_ahead(position_ + size_bytes);
  position_ += size_bytes;
}

void OutputFile::write_at(std::span<const std::byte> bytes, std::uint64_t offset_bytes) {
  write_fully_at(fd_.get(), bytes, offset_bytes, path_);
  constexpr std::size_t kLargePieceBytes = std::size_t{1} << 20;
  if (bytes.size() < kLargePieceBytes) return;
  ::sync_file_range(fd_.get(), static_cast<off64_t>(offset_bytes),
                    static_cast<off64_t>(bytes.size()), SYNC_FILE_RANGE_WRITE);
}

void OutputFile::move_tail(std::uint64_t from_bytes, std::uint64_t to_bytes) {
  constexpr std::uint64_t kBlockBytes = std::uint64_t{4} << 20;
  const std::uint64_t tail = position_ - from_bytes;
  std::vector<char> block(static_cast<std::size_t>(std::min(tail, kBlockBytes)));
  // Backwards when the tail moves up, so that no byte is overwritten before it is read.
  for (std::uint64_t done = 0; done < tail;) {
    const std::uint64_t size = std::min(tail - done, kBlockBytes);
    const std::uint64_t at = to_bytes > from_bytes ? tail - done - size : done;
    const std::span<char> bytes(block.data(), static_cast<std::size_t>(size));
    if (::lseek(fd_.get(), static_cast<off_t>(from_bytes + at), SEEK_SET) < 0 ||
        read_fully(fd_.get(), bytes, path_) != bytes.size()) {
      throw Error(ErrorCode::io, "cannot read back what was written", path_);
    }
    write_fully_at(fd_.get(), std::as_bytes(bytes), to_bytes + at, path_);
    done += size;
  }
  position_ = to_bytes + tail;
  if (::ftruncate(fd_.get(), static_cast<off_t>(position_)) != 0) {
    throw Error::from_errno(errno, path_, "cannot write");
  }
  if (allocated_ != kNoMoreAhead) allocated_ = 0;
}

// A file system that must find room for pages while it writes them back takes several times as long
// for it. Without success here, the disk may still hold what is really written.
void OutputFile::allocate_ahead(std::uint64_t end_bytes) {
  if (end_bytes < kWritebackBytes || end_bytes <= allocated_) return;
  const std::uint64_t from = std::max(position_, allocated_);
  const std::uint64_t size = std::max(end_bytes - from, kAllocateBytes);
  const bool done = ::fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(from),
                                static_cast<off_t>(size)) == 0;
  allocated_ = done ? from + size : kNoMoreAhead;
}

// The final fsync then has little left to wait for.
void OutputFile::start_writeback() {
  ::sync_file_range(fd_.get(), static_cast<off64_t>(written_back_),
                    static_cast<off64_t>(position_ - written_back_), SYNC_FILE_RANGE_WRITE);
  written_back_ = position_;
}

void OutputFile::link_into_place() {
  const std::string source = "/proc/self/fd/" + std::to_string(fd_.get());
  // Its own name: once another writer took the name away, this file could not be linked again.
  const std::string partial =
      partial_path(target_) + '.' + std::to_string(::getpid()) + '.' + std::to_string(fd_.get());
  const auto link_to = [&](const std::string& name) {
    return ::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
  };
  // linkat() never replaces, rename() needs a name: so a second name is there for an instant, and
  // it is that of a whole file. Another process that writes the same target may take it away.
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (link_to(target_)) return;
    if (errno != EEXIST) throw Error::from_errno(errno, path_, "cannot write");
    if (!link_to(partial)) {
      if (errno != EEXIST) throw Error::from_errno(errno, path_, "cannot write");
      ::unlink(partial.c_str());
      continue;
    }
    if (::rename(partial.c_str(), target_.c_str()) == 0) return;
    const int error_number = errno;
    if (error_number == ENOENT) continue;
    ::unlink(partial.c_str());
    throw Error::from_errno(error_number, path_, "cannot write");
  }
  throw Error(ErrorCode::io, "cannot write: other processes keep replacing this file", path_);
}

void OutputFile::sync() {
  if (mode_ == Mode::direct) return;
  // Gives back what was allocated and not used.
  if (allocated_ > position_ && ::ftruncate(fd_.get(), static_cast<off_t>(position_)) != 0) {
    throw Error::from_errno(errno, path_, "cannot write");
  }
  if (::fsync(fd_.get()) != 0) throw Error::from_errno(errno, path_, "cannot write");
}

void OutputFile::remove_old() {
  if (mode_ == Mode::direct || ::unlink(target_.c_str()) == 0 || errno == ENOENT) return;
  throw Error::from_errno(errno, path_, "cannot replace");
}

void OutputFile::publish() {
  if (mode_ == Mode::direct) {
    published_ = true;
    return;
  }
  sync();
  if (mode_ == Mode::unnamed) {
    link_into_place();
  } else if (::rename(partial_path(target_).c_str(), target_.c_str()) != 0) {
    throw Error::from_errno(errno, path_, "cannot write");
  }
  published_ = true;
  sync_folder(target_);
}

}  // namespace wordvec
