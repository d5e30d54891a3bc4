#include "wordvec/base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace wordvec {

struct Hash128::State {
  XXH3_state_t xxh;  // over-aligned to 64 bytes; operator new of C++17 honours that
};

std::uint64_t hash64(std::string_view bytes) noexcept {
  return XXH3_64bits(bytes.data(), bytes.size());
}

Hash128::Hash128() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(&state_->xxh);
}
Hash128::~Hash128() = default;
Hash128::Hash128(Hash128&&) noexcept = default;
Hash128& Hash128::operator=(Hash128&&) noexcept = default;

void Hash128::update(std::span<const std::byte> bytes) noexcept {
  XXH3_128bits_update(&state_->xxh, bytes.data(), bytes.size());
}

std::string Hash128::hex() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state_->xxh));
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : canonical.digest) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

}  // namespace wordvec
