#include "wordvec/base/file_descriptor.h"

#include <sys/types.h>

#include <cerrno>

#include "wordvec/base/error.h"

namespace wordvec {
namespace {

// Calls `write(rest, done)` until all of `bytes` is written.
template <class Write>
void write_all(std::span<const std::byte> bytes, const std::string& path, Write write) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = write(bytes.subspan(done), done);
    if (n < 0) {
      if (errno == EINTR) continue;
      throw Error::from_errno(errno, path, "cannot write");
    }
    if (n == 0) throw Error(ErrorCode::io, "cannot write: no byte is taken", path);
    done += static_cast<std::size_t>(n);
  }
}

}  // namespace

bool has_no_unnamed_files(int error_number) noexcept {
  return error_number == EOPNOTSUPP || error_number == EISDIR || error_number == EINVAL;
}

std::size_t read_fully(int fd, std::span<char> into, const std::string& path) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t n = ::read(fd, into.data() + done, into.size() - done);
    if (n < 0) {
      if (errno == EINTR) continue;
      throw Error::from_errno(errno, path, "cannot read");
    }
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

void write_fully(int fd, std::span<const std::byte> bytes, const std::string& path) {
  write_all(bytes, path, [fd](std::span<const std::byte> rest, std::size_t) {
    return ::write(fd, rest.data(), rest.size());
  });
}

void write_fully_at(int fd, std::span<const std::byte> bytes, std::uint64_t offset_bytes,
                    const std::string& path) {
  write_all(bytes, path, [fd, offset_bytes](std::span<const std::byte> rest, std::size_t done) {
    return ::pwrite(fd, rest.data(), rest.size(), static_cast<off_t>(offset_bytes + done));
  });
}

}  // namespace wordvec
