// Bytes at an address that a container accepts.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

namespace wordvec::test {

// A copy that starts at a multiple of 64 and ends where its memory ends.
class AlignedBytes {
 public:
  explicit AlignedBytes(std::string_view bytes)
      : size_(bytes.size()),
        data_(static_cast<char*>(::operator new(size_ == 0 ? 1 : size_, kAlignment))) {
    std::memcpy(data_.get(), bytes.data(), size_);
  }

  std::string_view view() const { return {data_.get(), size_}; }
  char& operator[](std::size_t i) { return data_.get()[i]; }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(char* data) const { ::operator delete(data, kAlignment); }
  };

  std::size_t size_;
  std::unique_ptr<char, Free> data_;
};

}  // namespace wordvec::test
