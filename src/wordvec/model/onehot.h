// A row of the embedding matrix as a product with a one-hot row: what a look-up saves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wordvec/model/matrix_view.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {

// A one-hot matrix of more bytes is refused.
inline constexpr std::uint64_t kMaxOneHotBytes = std::uint64_t{1} << 30;

// The product of the one-hot matrix of `rows`, [n, matrix.rows], which is 1 at (i, rows[i]) and 0
// elsewhere, with `matrix`: [n, dim]. It is computed in full: the one-hot matrix is made, and each
// of its elements, zeros too, is multiplied with each value of a row; element (i, d) is the float32
// sum
//   0 + onehot(i, 0) · matrix(0, d) + onehot(i, 1) · matrix(1, d) + …
// in the order of the rows. Throws Error(usage) for a row beyond the matrix, and when the one-hot
// matrix would have more than kMaxOneHotBytes.
std::vector<float> onehot_product(const MatrixView& matrix, std::span<const Row> rows);

// The same rows, copied: [n, dim]. Throws Error(usage) for a row beyond the matrix.
std::vector<float> copied_rows(const MatrixView& matrix, std::span<const Row> rows);

// How the values of a row of the product are to those of the row of the matrix; they add up to dim.
struct OneHotAgreement {
  std::size_t same_bits = 0;
  // −0 in the matrix and +0 in the product: a sum that begins at +0 never becomes −0.
  std::size_t lost_zero_signs = 0;
  // A NaN in the product alone: 0 times an infinity or a NaN, of any row of the matrix, is NaN.
  std::size_t not_a_number = 0;
  // A NaN in both whose bits differ: which of many NaNs a sum is, no standard says.
  std::size_t other_nans = 0;
  std::size_t different = 0;  // none of these; none where arithmetic is that of IEEE 754

  bool all_same() const noexcept {
    return lost_zero_signs + not_a_number + other_nans + different == 0;
  }
};

struct OneHotCost {
  std::uint64_t multiplications = 0;
  std::uint64_t bytes_read = 0;  // of the two matrices
  double seconds = 0;            // the best of a few runs; of a long one, the only run
};

struct OneHotComparison {
  std::vector<float> product;              // [n, dim]
  std::vector<float> looked_up;            // [n, dim]
  std::vector<OneHotAgreement> agreement;  // [n]
  OneHotCost of_product;                   // for all n rows at once
  OneHotCost of_look_up;
  // The first row with a value that is not finite, where the product has NaNs.
  std::optional<Row> first_not_finite;
};

// Computes both, compares them, and takes the time of each. Throws as onehot_product() does.
OneHotComparison compare_onehot(const MatrixView& matrix, std::span<const Row> rows);

}  // namespace wordvec
