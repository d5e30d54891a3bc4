// Queries in whole numbers, as the kernels that read 8-bit codes take them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "wordvec/index/search_index.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {

// Groups of 16 queries, packed for CodeKernels::tile8(), and what an estimate needs besides.
class TileQueries {
 public:
  TileQueries(std::size_t count, std::size_t dim);

  // Sets query q to the unit vector of `vector`.
  void set(std::size_t q, std::span<const float> vector, double inverse_length);

  std::size_t groups() const noexcept { return groups_; }
  std::size_t quads() const noexcept { return quads_; }
  const std::int8_t* packed(std::size_t group) const noexcept {
    return packed_.data() + group * quads_ * 4 * simd::kCodeLanes;
  }
  const std::int32_t* offsets() const noexcept { return offsets_.data(); }
  const float* steps() const noexcept { return steps_.data(); }
  double error(std::size_t q) const noexcept { return errors_[q]; }  // δ

  // t · s · ⟨Q,z⟩, from the sum that tile8() gives.
  double estimate(std::size_t q, std::int32_t sum, float scale) const noexcept {
    return double{steps_[q]} * double{scale} * static_cast<double>(sum - offsets_[q]);
  }

 private:
  std::size_t dim_;
  std::size_t groups_;
  std::size_t quads_;
  std::vector<std::int8_t> packed_;
  std::vector<std::int32_t> offsets_;
  std::vector<float> steps_;
  std::vector<double> errors_;
};

}  // namespace wordvec
