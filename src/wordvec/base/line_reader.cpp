#include "wordvec/base/line_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/compressed.h"
#include "wordvec/base/error.h"
#include "wordvec/base/text_encoding.h"
#include "wordvec/base/utf8.h"

namespace wordvec {

LineReader LineReader::open(const std::string& path, std::size_t most_line_bytes, HeadCheck check) {
  if (path == "-") {
    return {FileDescriptor(), STDIN_FILENO, input_name(path), most_line_bytes, std::move(check)};
  }
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) throw Error::from_errno(errno, path, "cannot open");
  const int fd = file.get();
  return {std::move(file), fd, path, most_line_bytes, std::move(check)};
}

LineReader::LineReader(FileDescriptor file, int fd, std::string name, std::size_t most_line_bytes,
                       HeadCheck check)
    : file_(std::move(file)),
      fd_(fd),
      name_(std::move(name)),
      most_line_bytes_(most_line_bytes),
      check_(std::move(check)) {
  struct stat status {};
  if (::fstat(fd_, &status) != 0) return;
  if (S_ISDIR(status.st_mode)) {
    throw Error(ErrorCode::io, "is a folder, expected a file", name_);
  }
  if (S_ISREG(status.st_mode)) size_ = static_cast<std::uint64_t>(status.st_size);
}

bool LineReader::fill() {
  // What a pipe holds; a larger buffer would cost each start its pages.
  constexpr std::size_t kReadBytes = std::size_t{64} << 10;
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

void LineReader::check_length(std::size_t bytes) const {
  if (bytes <= most_line_bytes_) return;
  throw Error::at_line(name_, number_ + 1,
                       "found no line end within " + std::to_string(most_line_bytes_) +
                           " bytes, expected a shorter line");
}

std::optional<std::string_view> LineReader::next() {
  while (!has_line()) {
    check_length(end_ - begin_);
    fill();
  }
  check_length(searched_ - begin_);
  if (number_ == 0) {
    if (check_) {
      const std::size_t head_bytes = size_ ? end_ : std::min(searched_ + 1, end_);
      check_({buffer_.data(), head_bytes}, *this);
    }
    if (begins_compressed({buffer_.data(), end_})) {
      throw Error(ErrorCode::malformed,
                  "is compressed, expected lines of text: unpack it, and pipe in what is inside",
                  name_);
    }
    // By the first line alone: how much is there behind it depends on who writes a pipe.
    const std::string_view encoding =
        wide_encoding({buffer_.data(), std::min(searched_ + 1, end_)});
    if (!encoding.empty()) {
      throw Error(ErrorCode::malformed, describe_wide_text(encoding), name_);
    }
    if (ended_ && searched_ == end_ && has_mac_line_ends({buffer_.data(), end_})) {
      throw Error(ErrorCode::malformed,
                  std::string(kMacLineEnds) + ": " + std::string(kMacLineEndsRemedy) +
                      " prints them with others",
                  name_);
    }
  }
  if (number_ == 0 && std::string_view(buffer_.data(), searched_).starts_with(kByteOrderMark)) {
    begin_ = kByteOrderMark.size();
  }
  if (begin_ == end_) return std::nullopt;
  ++number_;
  std::string_view line(buffer_.data() + begin_, searched_ - begin_);
  if (searched_ < end_) ++searched_;
  begin_ = searched_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace wordvec
