// SHA-1 and SHA-256, of OpenSSL's libcrypto, over a stream of bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace wordvec {

class Digest {
 public:
  enum class Kind { sha1, sha256 };

  explicit Digest(Kind kind);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  void update(std::string_view bytes);
  // Lower-case hexadecimal digits of all bytes so far. To be called once, as the last.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wordvec
