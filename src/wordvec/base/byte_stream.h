// Bytes that come one after the other, from whatever makes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace wordvec {

// Not for use by several threads at once.
class ByteStream {
 public:
  ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;

  // Fills `into`; returns how many bytes it took, fewer than asked for only at the end. Throws
  // Error(io), Error(malformed).
  virtual std::size_t read(std::span<char> into) = 0;
  // How far the file behind the stream has been read: less than what read() gave, where the file
  // is compressed.
  virtual std::uint64_t file_position_bytes() const noexcept = 0;
  // How far it will be at the end; nullopt: not known.
  virtual std::optional<std::uint64_t> file_size_bytes() const noexcept { return std::nullopt; }
};

}  // namespace wordvec
