// The most that the processor's arithmetic can do with bytes.
#pragma once

#include <cstddef>

namespace wordvec::bench {

// False where the processor has no AVX-512 VNNI, and there is no such number.
bool has_int8_peak();

// Multiplies and adds 4 × 16 pairs of bytes `count` times in each of 24 independent sums, without
// reading memory; returns how many multiplications and additions that was.
std::size_t spend_int8_operations(std::size_t count);

}  // namespace wordvec::bench
