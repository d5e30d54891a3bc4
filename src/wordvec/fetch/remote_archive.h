// A zip archive on a server, of which only pieces are asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wordvec/fetch/download.h"

namespace wordvec {

class RemoteArchive {
 public:
  // Asks for the size and the end of the file at the retrier's URL. nullopt: the server
  // ignores ranges. Throws RemoteError. `transfer` must outlive the archive.
  static std::optional<RemoteArchive> open(Transfer& transfer);

  std::uint64_t size_bytes() const noexcept { return size_; }
  const std::string& validator() const noexcept { return validator_; }

  // `size_bytes` bytes from `offset_bytes` on, which the archive has. Throws RemoteError,
  // FileChanged where it is another archive by now.
  std::string piece(std::uint64_t offset_bytes, std::uint64_t size_bytes) const;

 private:
  RemoteArchive(Transfer& transfer, std::uint64_t size_bytes, std::string validator,
                std::string tail);

  Transfer* transfer_;
  std::uint64_t size_;
  std::string validator_;
  std::string tail_;
};

}  // namespace wordvec
