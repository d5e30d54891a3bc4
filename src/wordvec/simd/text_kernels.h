// Kernels that read numbers from text, one table of them for each instruction set.
//
// C headers only, for the reason that kernels.h gives.
#pragma once

#include <stddef.h>

namespace wordvec::simd {

// Reads the whole of [begin, end) as a finite number; false when it is none.
using ParseField = bool (*)(const char* begin, const char* end, float* value) noexcept;

// Results are the same to the last bit in all tables: each value is the float32 nearest to the
// number as written, ties to even.
//
// All functions are safe to call from many threads, never throw, and read no byte outside the
// memory that they are given, wherever it ends.
struct TextKernels {
  // Reads `count` fields into `values`, from the text [at, end). In front of each field is one
  // space or tab; the last ends with a space, tab, '\n', '\r', or the end of the text. Returns the
  // end of the last field; nullptr, with any of `values` overwritten, where the text is different:
  // there are fewer fields or more than one separator, or a field is no finite number.
  //
  // What is left to `parse_field` is up to each table: numbers that one rounded division cannot
  // give (more than 24 bits of digits, exponents), and what is no number.
  const char* (*parse_values)(const char* at, const char* end, size_t count, float* values,
                              ParseField parse_field) noexcept;
};

extern const TextKernels kScalarTextKernels;
#if defined(__x86_64__)
extern const TextKernels kAvx2TextKernels;
extern const TextKernels kAvx512TextKernels;
#endif

}  // namespace wordvec::simd
