// What stands before the numbers of NumPy's array files:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/byte_source.h"

namespace wordvec {

inline constexpr std::string_view kNpyExtension = ".npy";

inline constexpr std::string_view kNpyFloat32 = "<f4";
inline constexpr std::string_view kNpyFloat16 = "<f2";

// The bytes of a .npy file (version 1.0, C order) before its data, whose type is `descr`. Their
// number is the same for every matrix of at most kMaxRows rows of kMaxDim values, so that a header
// can be written anew.
std::string npy_header(std::uint64_t rows, std::size_t columns,
                       std::string_view descr = kNpyFloat32);
// The same for an array of any shape; the bytes are at most 64 more for another.
std::string npy_header(std::span<const std::uint64_t> shape, std::string_view descr = kNpyFloat32);

// True of the type of elements that have fields, each with a name and a type of its own.
bool is_structured(std::string_view descr) noexcept;

// "(2, 3)"
std::string shape_text(std::span<const std::uint64_t> shape);

bool looks_like_npy(std::string_view head) noexcept;

struct NpyHeader {
  // Of the elements, as it stands there: "<f4", and "[('word', '<U9'), …]" of a structured type.
  std::string descr;
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;
};

// Takes the header of version 1, 2 or 3 from the source. Throws Error(malformed).
NpyHeader take_npy_header(ByteSource& source);

}  // namespace wordvec
