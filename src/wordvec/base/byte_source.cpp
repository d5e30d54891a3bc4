#include "wordvec/base/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <span>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/file_descriptor.h"

namespace wordvec {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} << 10;

class FileStream final : public ByteStream {
 public:
  FileStream(FileDescriptor fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}

  std::size_t read(std::span<char> into) override {
    const std::size_t n = read_fully(fd_.get(), into, name_);
    position_ += n;
    return n;
  }
  std::uint64_t file_position_bytes() const noexcept override { return position_; }

 private:
  FileDescriptor fd_;
  std::string name_;
  std::uint64_t position_ = 0;
};

}  // namespace

std::string input_name(const std::string& path) {
  return path == "-" ? "standard input" : path;
}

ByteSource ByteSource::open(const std::string& path) {
  const bool is_stdin = path == "-";
  ByteSource source(input_name(path), is_stdin ? "" : path);
  FileDescriptor fd(is_stdin ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) throw Error::from_errno(errno, source.name_, "cannot open");
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw Error::from_errno(errno, source.name_, "cannot open");
  if (S_ISDIR(status.st_mode)) {
    throw Error(ErrorCode::io, "is a folder, expected a file", source.name_);
  }
  // Standard input may be a file of which a shell has already read a part: read it as a stream.
  if (S_ISREG(status.st_mode) && !is_stdin) {
    source.file_ = MappedFile::map(fd, static_cast<std::uint64_t>(status.st_size), source.name_);
    source.memory_ = source.file_->bytes();
  } else {
    source.stream_ = std::make_unique<FileStream>(std::move(fd), source.name_);
  }
  return source;
}

ByteSource ByteSource::from_memory(std::string name, std::string_view bytes) {
  ByteSource source(std::move(name), {});
  source.memory_ = bytes;
  return source;
}

ByteSource ByteSource::from_stream(std::string name, std::string path,
                                   std::unique_ptr<ByteStream> stream) {
  ByteSource source(std::move(name), std::move(path));
  source.stream_ = std::move(stream);
  return source;
}

std::string_view ByteSource::peek(std::size_t at_least) {
  if (views_persist()) {
    return memory_.substr(static_cast<std::size_t>(position_ - taken_before_));
  }
  if (end_ - begin_ < at_least && !stream_ended_) {
    if (begin_ > 0) std::copy(buffer_.data() + begin_, buffer_.data() + end_, buffer_.data());
    end_ -= begin_;
    begin_ = 0;
    while (end_ < at_least && !stream_ended_) {
      // In steps: what is asked for may be a claim of the input that it does not keep.
      const std::size_t wanted = std::max(std::min(at_least - end_, end_), kReadBytes);
      if (buffer_.size() < end_ + wanted) buffer_.resize(end_ + wanted);
      const std::size_t n = stream_->read({buffer_.data() + end_, wanted});
      stream_ended_ = n < wanted;
      end_ += n;
    }
  }
  return {buffer_.data() + begin_, end_ - begin_};
}

void ByteSource::skip(std::size_t count) {
  const std::string_view taken = peek(0).substr(0, count);
  checksum_.update(std::as_bytes(std::span(taken)));
  position_ += count;
  begin_ += count;
}

std::optional<std::uint64_t> ByteSource::size_bytes() const noexcept {
  if (!views_persist()) return std::nullopt;
  return taken_before_ + memory_.size();
}

std::string_view ByteSource::close_stream() {
  buffer_.resize(end_);
  memory_ = std::string_view(buffer_.data(), end_).substr(begin_);
  taken_before_ = position_;
  stream_.reset();
  return peek(0);
}

std::string_view ByteSource::peek_all() {
  constexpr auto kAll = std::numeric_limits<std::uint64_t>::max();
  return peek_needed([](std::string_view /*bytes*/) { return kAll; });
}

std::string_view ByteSource::peek_all(std::uint64_t most_bytes, std::string_view what) {
  const std::string_view bytes =
      peek_needed([&](std::string_view /*bytes*/) { return most_bytes; });
  if (bytes.size() <= most_bytes || file_) return bytes;
  throw Error(ErrorCode::malformed,
              "has more than the " + std::to_string(most_bytes) + " bytes that " +
                  std::string(what) + " may have",
              name_);
}

std::string_view ByteSource::peek_needed(
    const std::function<std::uint64_t(std::string_view)>& needed_bytes) {
  if (views_persist()) return peek(0);
  std::string_view bytes = peek(kReadBytes);
  for (std::uint64_t needed = 0; !stream_ended_;) {
    if (needed < bytes.size()) needed = needed_bytes(bytes);
    if (needed < bytes.size()) break;
    const std::uint64_t more = std::min<std::uint64_t>(needed - bytes.size(), bytes.size()) + 1;
    // In steps that grow, since what has come may be looked at from its beginning each time.
    bytes = peek(bytes.size() +
                 std::max({static_cast<std::size_t>(more), bytes.size() / 2, kReadBytes}));
  }
  return close_stream();
}

std::optional<MappedFile> ByteSource::release_file() {
  if (!file_) return std::nullopt;
  memory_ = {};
  position_ = 0;
  return std::exchange(file_, std::nullopt);
}

}  // namespace wordvec
