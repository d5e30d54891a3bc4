#include "wordvec/base/growing_floats.h"

#include <algorithm>
#include <limits>
#include <new>

namespace wordvec {

void GrowingFloats::append(std::span<const float> values) {
  const std::size_t capacity = memory_.size() / sizeof(float);
  if (values.size() > capacity - size_) {
    constexpr std::size_t kMax = std::numeric_limits<std::size_t>::max() / sizeof(float) / 2;
    if (values.size() > kMax - size_) throw std::bad_alloc();
    memory_.resize(std::max(size_ + values.size(), 2 * capacity) * sizeof(float));
  }
  std::copy(values.begin(), values.end(), reinterpret_cast<float*>(memory_.data()) + size_);
  size_ += values.size();
}

}  // namespace wordvec
