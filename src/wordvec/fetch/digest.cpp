#include "wordvec/fetch/digest.h"

#include <openssl/evp.h>

#include <array>

#include "wordvec/base/error.h"

namespace wordvec {

struct Digest::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

namespace {

void require(int success) {
  if (success != 1) throw Error(ErrorCode::io, "libcrypto cannot compute a checksum");
}

}  // namespace

Digest::Digest(Kind kind) : state_(std::make_unique<State>()) {
  require(state_->context != nullptr ? 1 : 0);
  require(
      EVP_DigestInit_ex(state_->context, kind == Kind::sha1 ? EVP_sha1() : EVP_sha256(), nullptr));
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::update(std::string_view bytes) {
  require(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()));
}

std::string Digest::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned size = 0;
  require(EVP_DigestFinal_ex(state_->context, sum.data(), &size));
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[sum[i] >> 4U];
    text += kDigits[sum[i] & 15U];
  }
  return text;
}

}  // namespace wordvec
