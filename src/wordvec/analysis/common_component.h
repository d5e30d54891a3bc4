// What all vectors of a set have in common, and taking it away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wordvec {

// The direction u of unit length for which the sum of (v · u)² over all vectors v is largest: the
// first right singular vector of the matrix of the vectors, which are not centred. Arora, Liang, Ma
// 2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings", algorithm 1, line 4.
//
// Computed from the dim × dim matrix of the sums of products, in double: memory does not grow with
// the number of vectors. Not for several threads at once.
class CommonComponent {
 public:
  // Throws Error(usage) for a dim above kMaxCovarianceDim (analysis/decompose.h).
  explicit CommonComponent(std::size_t dim);

  void add(std::span<const float> vector);
  // How many of the vectors were not all zeros.
  std::uint64_t count() const noexcept { return count_; }
  // u [dim], its value of largest magnitude positive; zeros where all vectors are. Throws
  // Error(malformed) when a value was not finite.
  std::vector<double> direction();

 private:
  void add_pending();

  std::size_t dim_;
  std::size_t width_;  // dim, padded for the kernels
  std::uint64_t count_ = 0;
  std::vector<double> pending_;  // vectors that are not in the sums yet, rows of width_
  std::size_t pending_rows_ = 0;
  std::vector<double> sums_;
};

// vector − direction (direction · vector), in double, rounded once. What is left is zeros where it
// is no longer than kRoundingShare of the vector: nothing but rounding. Values that float32 cannot
// hold become infinite.
void remove_component(std::span<const double> direction, std::span<float> vector) noexcept;

// The values of a vector in float32 are off by up to 2⁻²⁴ of themselves, and so is the direction of
// vectors that lie on a line: what is left of such a vector can be 2⁻²³ of its length, though it
// should be nothing. (The computation itself, in double, adds less than a hundredth of that.)
inline constexpr double kRoundingShare = 0x1p-23;

}  // namespace wordvec
