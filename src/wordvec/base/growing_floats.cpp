#include "wordvec/base/growing_floats.h"

#include <algorithm>
#include <limits>
#include <new>

namespace wordvec {

void GrowingFloats::append(std::span<const float> values) {
  if (values.size() > capacity_ - size_) {
    constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max() / sizeof(float) / 2;
    if (values.size() > kMost - size_) throw std::bad_alloc();
    const std::size_t wanted = std::max(size_ + values.size(), 2 * capacity_);
    void* const moved = std::realloc(data_.get(), wanted * sizeof(float));
    if (moved == nullptr) throw std::bad_alloc();
    static_cast<void>(data_.release());
    data_.reset(static_cast<float*>(moved));
    capacity_ = wanted;
  }
  std::copy(values.begin(), values.end(), data_.get() + size_);
  size_ += values.size();
}

}  // namespace wordvec
