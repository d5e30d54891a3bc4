// The matrices of finalfusion files: float32 as they are, or quantised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/formats/finalfusion_chunks.h"

namespace wordvec {

// Rows in the bytes of a file, which must outlive the array. Immutable, so safe to use from many
// threads.
class FinalfusionArray {
 public:
  // Takes an array chunk, begin and all. Throws Error(malformed) where the chunk is not exactly as
  // long as its sizes say, and where it has not `rows` rows.
  static FinalfusionArray take(FinalfusionCursor& cursor, FinalfusionChunkId id,
                               std::uint64_t rows);

  std::size_t dim() const noexcept { return dim_; }
  // Where the file has row `row`: its values, or its codes.
  std::uint64_t offset_of_row(std::uint64_t row) const noexcept {
    return rows_offset_bytes_ + row * row_bytes_;
  }

  // The vectors of `count` rows from `first` on, in the file's bytes where they are aligned float32
  // there, else in `buffer`, valid as long as these.
  //
  // A quantised row (a product quantiser, Jégou et al. 2011, perhaps optimised, Ge et al. 2013) is
  //   norm · (P · (C[0][code 0] ‖ C[1][code 1] ‖ …))
  // as in finalfusion-rust (src/chunks/storage/quantized.rs) and reductive (src/pq/pq.rs): the
  // centroids C of the codes one after the other, times the matrix P, times the row's norm, where
  // the file has P and norms. The product with P is summed in double (simd/kernels.h) and rounded
  // to float32; that with the norm is float32. A row with a code that has no centroid is NaN.
  std::span<const float> vectors(std::uint64_t first, std::size_t count,
                                 std::vector<float>& buffer) const;

  // Why a row is NaN by no fault of its values; empty: it is not.
  std::string problem_of_codes(std::uint64_t row) const;

 private:
  void take_float32(FinalfusionCursor& cursor, std::uint64_t rows);
  void take_quantized(FinalfusionCursor& cursor, std::uint64_t rows);
  // The centroids of a row's codes, one after the other.
  void decode(std::uint64_t row, std::span<float> vector) const;
  // Multiplies rows by the projection matrix.
  void project(std::span<float> vectors) const;

  std::size_t dim_ = 0;
  std::uint64_t rows_offset_bytes_ = 0;
  std::uint64_t row_bytes_ = 0;
  std::string_view rows_;  // float32, or codes

  bool quantized_ = false;
  std::size_t codes_ = 0;               // of a row
  std::size_t centroids_per_code_ = 0;  // that a code may stand for
  std::vector<float> centroids_;        // codes_ times centroids_per_code_ times dim_ / codes_
  std::vector<float> projection_;       // dim_ times dim_; empty: there is none
  std::string_view norms_;              // float32, of each row; empty: there are none
};

}  // namespace wordvec
