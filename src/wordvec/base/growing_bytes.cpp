#include "wordvec/base/growing_bytes.h"

#include <algorithm>
#include <new>

namespace wordvec {

void GrowingBytes::resize(std::size_t size) {
  void* const moved = std::realloc(data_.get(), std::max<std::size_t>(size, 1));
  if (moved == nullptr) throw std::bad_alloc();
  static_cast<void>(data_.release());
  data_.reset(static_cast<char*>(moved));
  size_ = size;
}

}  // namespace wordvec
