// An array of floats that grows without being copied.
#pragma once

#include <cstddef>
#include <span>

#include "wordvec/base/growing_bytes.h"

namespace wordvec {

// As std::vector<float>, but in memory that grows as GrowingBytes does. Not for use by several
// threads at once.
class GrowingFloats {
 public:
  GrowingFloats() = default;
  GrowingFloats(const GrowingFloats&) = delete;
  GrowingFloats& operator=(const GrowingFloats&) = delete;

  // Throws std::bad_alloc; the array is then as it was.
  void append(std::span<const float> values);

  float* data() noexcept { return reinterpret_cast<float*>(memory_.data()); }
  const float* data() const noexcept { return reinterpret_cast<const float*>(memory_.data()); }
  std::size_t size() const noexcept { return size_; }

 private:
  GrowingBytes memory_;
  std::size_t size_ = 0;
};

}  // namespace wordvec
