#include "wordvec/base/line_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "wordvec/base/error.h"

namespace wordvec {

LineReader LineReader::open(const std::string& path) {
  if (path == "-") return {FileDescriptor(), STDIN_FILENO, "standard input"};
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) throw Error::from_errno(errno, path, "cannot open");
  const int fd = file.get();
  return {std::move(file), fd, path};
}

LineReader::LineReader(FileDescriptor file, int fd, std::string name)
    : file_(std::move(file)), fd_(fd), name_(std::move(name)) {
  struct stat status {};
  if (::fstat(fd_, &status) == 0 && S_ISREG(status.st_mode)) {
    size_ = static_cast<std::uint64_t>(status.st_size);
  }
}

bool LineReader::fill() {
  constexpr std::size_t kReadBytes = std::size_t{1} << 20;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    searched_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  // Doubled, since a long line's buffer may be copied as it grows.
  if (buffer_.size() - end_ < kReadBytes) buffer_.resize(end_ * 2 + kReadBytes);
  ssize_t n = 0;
  do {
    n = ::read(fd_, buffer_.data() + end_, kReadBytes);
  } while (n < 0 && errno == EINTR);
  if (n < 0) {
    // A closed standard input is an empty one.
    if (errno != EBADF || file_.is_open()) throw Error::from_errno(errno, name_, "cannot read");
    n = 0;
  }
  end_ += static_cast<std::size_t>(n);
  bytes_read_ += static_cast<std::uint64_t>(n);
  ended_ = n == 0;
  return !ended_;
}

bool LineReader::has_line() {
  if (searched_ < end_) {
    const char* const data = buffer_.data();
    const void* const found = std::memchr(data + searched_, '\n', end_ - searched_);
    searched_ =
        found == nullptr ? end_ : static_cast<std::size_t>(static_cast<const char*>(found) - data);
  }
  return searched_ < end_ || ended_;
}

std::optional<std::string_view> LineReader::next() {
  while (!has_line()) fill();
  if (begin_ == end_) return std::nullopt;
  std::string_view line(buffer_.data() + begin_, searched_ - begin_);
  if (searched_ < end_) ++searched_;
  begin_ = searched_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace wordvec
