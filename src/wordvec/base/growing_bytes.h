// A buffer of bytes that grows without being copied.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace wordvec {

// A big one grows by realloc(), for which the system moves pages to other addresses and leaves
// their bytes where they are; and what is not written to takes no memory. Not for use by several
// threads at once.
class GrowingBytes {
 public:
  // To `size` bytes, what was there before first; new bytes are undefined. Throws std::bad_alloc;
  // the buffer is then as it was.
  void resize(std::size_t size);

  char* data() noexcept { return data_.get(); }
  const char* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }

 private:
  struct Free {
    void operator()(char* data) const noexcept { std::free(data); }
  };

  std::unique_ptr<char, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace wordvec
