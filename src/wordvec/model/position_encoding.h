// The sinusoidal position encoding of Vaswani et al. 2017, "Attention Is All You Need", section
// 3.5: what tells a Transformer where in the text a word stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace wordvec {

// The encoding of `position` (from 0) into `out`, whose size is the vectors' dim:
//   out[2i]     = sin(position / 10000^(2i / dim))
//   out[2i + 1] = cos(position / 10000^(2i / dim))
// computed in double and rounded once to float32. Where dim is odd, the last sine has no cosine.
// Safe to call from many threads.
void encode_position(std::uint64_t position, std::span<float> out);

// Adds to each row of `rows`, a matrix [n, dim], the encoding of its position: that of row r is
// first_position + r. Each sum is of two float32 values. `rows` must hold whole rows. Safe to call
// from many threads for different rows.
void add_positions(std::uint64_t first_position, std::size_t dim, std::span<float> rows);

}  // namespace wordvec
