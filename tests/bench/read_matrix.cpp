// The least that a full scan can do: opens a container, reads each float32 of its matrix once, in
// order, from as many accumulators as keep the memory busy, and prints their sum.
#include <array>
#include <cstddef>
#include <cstdio>

#include "wordvec/store/container.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: read_matrix CONTAINER\n", stderr);
    return 2;
  }
  const auto container = wordvec::Container::open(argv[1]);
  const wordvec::MatrixView& matrix = container.embeddings().matrix;
  constexpr std::size_t kLanes = 32;
  std::array<float, kLanes> sums{};
  const std::size_t count = matrix.rows * matrix.dim;
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += matrix.data[i + lane];
  }
  for (; i < count; ++i) sums[0] += matrix.data[i];
  float total = 0;
  for (const float sum : sums) total += sum;
  std::printf("%g\n", static_cast<double>(total));
}
