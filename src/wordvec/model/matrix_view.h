// A matrix of float32, as a view over memory.
#pragma once

#include <cstddef>
#include <span>

namespace wordvec {

inline constexpr std::size_t kMaxDim = 65536;

// Rows of float32, one after the other.
struct MatrixView {
  const float* data = nullptr;
  std::size_t rows = 0;
  std::size_t dim = 0;

  std::span<const float> row(std::size_t r) const noexcept { return {data + r * dim, dim}; }
  std::span<const float> values() const noexcept { return {data, rows * dim}; }  // of all rows
};

}  // namespace wordvec
