// Numbers and texts from the front of an input.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace wordvec::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

// Behind its end all numbers are 0 and all texts empty.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : bytes_(reinterpret_cast<const char*>(data), size) {}

  bool at_end() const { return bytes_.empty(); }
  std::string_view rest() const { return bytes_; }

  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }
  // Of that many bytes, the least significant first.
  std::uint64_t number(unsigned bytes) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value |= std::uint64_t{byte()} << (8 * i);
    return value;
  }
  // Up to `end`, which is taken too, or to the end of the input.
  std::string text_to(char end) {
    const std::size_t size = std::min(bytes_.find(end), bytes_.size());
    std::string text(bytes_.substr(0, size));
    bytes_.remove_prefix(std::min(size + 1, bytes_.size()));
    return text;
  }
  std::string text(std::size_t size) {
    std::string text(bytes_.substr(0, size));
    bytes_.remove_prefix(text.size());
    return text;
  }

 private:
  std::string_view bytes_;
};

}  // namespace wordvec::fuzz
