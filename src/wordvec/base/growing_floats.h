// An array of floats that grows without being copied.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>

namespace wordvec {

// As std::vector<float>, but a big one grows by realloc(), for which the system moves pages to
// other addresses and leaves their bytes where they are. Not for use by several threads at once.
class GrowingFloats {
 public:
  GrowingFloats() = default;
  GrowingFloats(const GrowingFloats&) = delete;
  GrowingFloats& operator=(const GrowingFloats&) = delete;

  // Throws std::bad_alloc; the array is then as it was.
  void append(std::span<const float> values);

  const float* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }

 private:
  struct Free {
    void operator()(float* data) const noexcept { std::free(data); }
  };

  std::unique_ptr<float, Free> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace wordvec
