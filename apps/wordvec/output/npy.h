// NumPy's array files.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace wordvec::cli {

// The bytes of a .npy file (version 1.0, '<f4', C order) before its data:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
std::string npy_header(std::size_t rows, std::size_t columns);

// "points.vocab.txt" for "points.npy": where the words of the rows go, one a line.
std::string vocabulary_path_of(const std::string& npy_path);

}  // namespace wordvec::cli
