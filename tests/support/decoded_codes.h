// What search codes stand for, read element by element from their specification.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "wordvec/index/scan_codes.h"
#include "wordvec/model/embeddings.h"

namespace wordvec::test {

// The position of a row; fails the test and returns 0 when it has none.
std::size_t position_of(const ScanCodes& codes, std::size_t row);

// The cluster of a block.
std::size_t cluster_of(const ScanCodes& codes, std::size_t block);

// e = u − μ − s·z of the row at a position, from its 4-bit and its 8-bit codes.
std::vector<float> left_out4(const ScanCodes& codes, const MatrixView& matrix,
                             std::size_t position);
std::vector<float> left_out8(const ScanCodes& codes, const MatrixView& matrix,
                             std::size_t position);

// The stored error of a row's 4-bit codes.
double error4(const ScanCodes& codes, std::size_t position);

// In double, in the plain order of elements.
double cosine_of(std::span<const float> a, std::span<const float> b);

}  // namespace wordvec::test
