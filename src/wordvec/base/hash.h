// XXH3, of the xxHash library: 64 bits for hash tables, 128 bits for checksums.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace wordvec {

// XXH3_64bits with seed 0. Part of the container's format.
std::uint64_t hash64(std::string_view bytes) noexcept;

// XXH3_128bits with seed 0 over a stream of bytes.
class Hash128 {
 public:
  Hash128();
  ~Hash128();
  Hash128(Hash128&&) noexcept;
  Hash128& operator=(Hash128&&) noexcept;

  void update(std::span<const std::byte> bytes) noexcept;
  // 32 lower-case hexadecimal digits of all bytes so far, high half first (xxHash's canonical
  // form: what `xxhsum -H2` prints).
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wordvec
