// Writes the search codes of a container.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "wordvec/store/tensor_writer.h"

namespace wordvec {

// Told now and then how many bytes of the codes are done; from the calling thread.
using CodesProgress = std::function<void(std::uint64_t done_bytes, std::uint64_t all_bytes)>;

// Makes the codes of `matrix` (rows of `dim` values) on `threads` threads and writes their tensors;
// none when no row has a direction. Memory does not grow with the matrix, only with its number of
// rows.
void write_codes(TensorWriter& tensors, std::span<const float> matrix, std::size_t dim,
                 unsigned threads, const CodesProgress& progress);

}  // namespace wordvec
