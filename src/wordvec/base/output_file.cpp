#include "wordvec/base/output_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/partial_name.h"
#include "wordvec/base/same_file.h"

namespace wordvec {
namespace {

constexpr std::uint64_t kWritebackBytes = std::uint64_t{16} << 20;
constexpr std::uint64_t kAllocateBytes = std::uint64_t{64} << 20;
constexpr std::uint64_t kNoMoreAhead = std::numeric_limits<std::uint64_t>::max();

// The name by which linkat() finds a file that has none.
std::string name_of_descriptor(int fd) {
  return "/proc/self/fd/" + std::to_string(fd);
}

}  // namespace

OutputFile::OutputFile(std::string path, OutputPlace place)
    : path_(std::move(path)), place_(std::move(place)) {}

OutputFile OutputFile::create(const std::string& path) {
  OutputFile file(path == "-" ? "standard output" : path, find_output_place(path));
  const auto& old = file.place_.status;
  if (old && S_ISDIR(old->st_mode)) {
    throw Error(ErrorCode::io, "is a folder, expected the name of a file to write", path);
  }
  if (file.place_.descriptor || (old && !S_ISREG(old->st_mode))) {
    file.open_directly();
    return file;
  }
  remove_left_files(file.place_.folder.get(), file.place_.name, old ? old->st_uid : ::geteuid());
  if (!file.open_unnamed()) file.open_named();
  file.take_after_old();
  return file;
}

void OutputFile::open_directly() {
  fd_ = FileDescriptor(place_.descriptor ? ::dup(*place_.descriptor)
                                         : ::openat(place_.folder.get(), place_.name.c_str(),
                                                    O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC));
  if (!fd_.is_open()) throw Error::from_errno(errno, path_, "cannot write");
  struct stat status {};
  if (!place_.descriptor && ::fstat(fd_.get(), &status) == 0 && S_ISREG(status.st_mode)) {
    throw Error(ErrorCode::io, "cannot write: it was replaced by a file at this moment", path_);
  }
}

// False: the file system has no files without a name.
bool OutputFile::open_unnamed() {
  FileDescriptor fd(::openat(place_.folder.get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC,
                             place_.status ? 0600 : 0666));
  if (!fd.is_open()) {
    if (has_no_unnamed_files(errno)) return false;
    throw Error::from_errno(errno, path_, "cannot write");
  }
  // Without /proc it could never get a name.
  if (::access(name_of_descriptor(fd.get()).c_str(), F_OK) != 0) return false;
  // For the moment in which it has a second name. No other process knows of it yet.
  ::flock(fd.get(), LOCK_EX | LOCK_NB);
  fd_ = std::move(fd);
  mode_ = Mode::unnamed;
  return true;
}

void OutputFile::open_named() {
  constexpr int kMaxAttempts = 100;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const std::string name = new_partial_name(place_.name, path_);
    FileDescriptor fd(::openat(place_.folder.get(), name.c_str(),
                               O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                               place_.status ? 0600 : 0666));
    if (!fd.is_open() && errno == EEXIST) continue;
    if (!fd.is_open()) throw Error::from_errno(errno, path_, "cannot write");
    // Another writer may have taken it for a left one before it was locked. On a file system
    // without locks nobody does.
    const bool taken = ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!taken && is_still_at(fd.get(), place_.folder.get(), name)) {
      fd_ = std::move(fd);
      mode_ = Mode::named;
      partial_ = name;
      return;
    }
    ::unlinkat(place_.folder.get(), name.c_str(), 0);
  }
  throw Error(ErrorCode::io, "cannot write: other processes keep removing the unfinished file",
              path_);
}

// As an editor would: keep the owner, where this process may give files away, and the mode.
void OutputFile::take_after_old() {
  if (!place_.status) return;
  const int given = ::fchown(fd_.get(), place_.status->st_uid, place_.status->st_gid);
  static_cast<void>(given);
  if (::fchmod(fd_.get(), place_.status->st_mode & 07777) == 0) return;
  // Not every file system has modes.
  if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS) {
    throw Error::from_errno(errno, path_, "cannot set the mode");
  }
}

OutputFile::~OutputFile() {
  if (!fd_.is_open() || published_) return;  // moved from, or done
  // NFS and FUSE keep a file that is removed while it is open, under yet another name.
  fd_.reset();
  const int folder = place_.folder.get();
  if (!partial_.empty()) ::unlinkat(folder, partial_.c_str(), 0);
  // What another writer has put there since stays.
  if (!aside_.empty() &&
      ::renameat2(folder, aside_.c_str(), folder, place_.name.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) ::unlinkat(folder, aside_.c_str(), 0);
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
    if (::lseek(fd_.get(), static_cast<off_t>(from_bytes + at), SEEK_SET) < 0) {
      throw Error::from_errno(errno, path_, "cannot read back what was written");
    }
    if (read_fully(fd_.get(), bytes, path_) != bytes.size()) {
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
  const int folder = place_.folder.get();
  const std::string source = name_of_descriptor(fd_.get());
  const auto link_to = [&](const std::string& name) {
    return ::linkat(AT_FDCWD, source.c_str(), folder, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
  };
  if (link_to(place_.name)) return;
  if (errno != EEXIST) throw Error::from_errno(errno, path_, "cannot write");
  // linkat() never replaces, rename() needs a name: so a second name is there for an instant, and
  // it is that of a whole file.
  std::string name = new_partial_name(place_.name, path_);
  if (!link_to(name)) throw Error::from_errno(errno, path_, "cannot write");
  partial_ = std::move(name);
  rename_into_place();
}

void OutputFile::rename_into_place() {
  const int folder = place_.folder.get();
  if (!is_still_at(fd_.get(), folder, partial_)) {
    if (errno != 0 && errno != ENOENT) throw Error::from_errno(errno, path_, "cannot write");
    throw Error(ErrorCode::io,
                "cannot write: another process has removed or replaced the unfinished file", path_);
  }
  if (::renameat(folder, partial_.c_str(), folder, place_.name.c_str()) != 0) {
    throw Error::from_errno(errno, path_, "cannot write");
  }
  partial_.clear();
}

void OutputFile::sync() {
  if (mode_ == Mode::direct) return;
  // Gives back what was allocated and not used.
  if (allocated_ > position_ && ::ftruncate(fd_.get(), static_cast<off_t>(position_)) != 0) {
    throw Error::from_errno(errno, path_, "cannot write");
  }
  if (::fsync(fd_.get()) != 0) throw Error::from_errno(errno, path_, "cannot write");
}

void OutputFile::put_old_aside() {
  if (mode_ == Mode::direct) return;
  const int folder = place_.folder.get();
  struct stat status {};
  if (::fstatat(folder, place_.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return;
    throw Error::from_errno(errno, path_, "cannot replace");
  }
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorCode::io, "cannot replace: it is no regular file any more", path_);
  }
  // With a lock, so that no other writer takes it for left.
  old_ = FileDescriptor(
      ::openat(folder, place_.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (old_.is_open()) ::flock(old_.get(), LOCK_EX | LOCK_NB);
  std::string name = new_partial_name(place_.name, path_);
  if (::renameat(folder, place_.name.c_str(), folder, name.c_str()) != 0) {
    throw Error::from_errno(errno, path_, "cannot replace");
  }
  aside_ = std::move(name);
}

int OutputFile::drop_old() noexcept {
  if (aside_.empty()) return 0;
  old_.reset();
  const bool is_gone = ::unlinkat(place_.folder.get(), aside_.c_str(), 0) == 0 || errno == ENOENT;
  const int failed = is_gone ? 0 : errno;
  aside_.clear();
  return failed;
}

void OutputFile::sync_folder() const {
  const FileDescriptor folder(
      ::openat(place_.folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open()) ::fsync(folder.get());
}

void OutputFile::publish() {
  if (mode_ != Mode::direct) {
    sync();
    if (mode_ == Mode::unnamed) {
      link_into_place();
    } else {
      rename_into_place();
    }
  }
  published_ = true;
  if (mode_ == Mode::direct) return;
  drop_old();
  sync_folder();
}

}  // namespace wordvec
