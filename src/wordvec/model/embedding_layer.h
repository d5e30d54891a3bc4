// The embedding layer of a neural network: rows of the matrix in, their vectors out, with the
// semantics of PyTorch's nn.Embedding and nn.EmbeddingBag in inference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wordvec/model/matrix_view.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {

struct EmbeddingLayerOptions {
  // PyTorch's padding_idx: forward() gives its vector as it is stored, bags leave it out, also of
  // the number that a mean is divided by. (PyTorch fills that row with zeros when it makes a new
  // matrix; what is loaded stays.)
  std::optional<Row> padding_row;
  // A vector whose norm is above this is scaled by max_norm / (norm + 1e-7), as PyTorch does it.
  // PyTorch changes the matrix, ours stays; the vectors that come out are the same.
  std::optional<double> max_norm;
  double norm_type = 2;  // the p of the p-norm; infinity: the largest magnitude
};

enum class BagMode : std::uint8_t { sum, mean, max };

// A view: the matrix must outlive it. Immutable, so safe to use from many threads.
class EmbeddingLayer {
 public:
  // Throws Error(usage): a padding row that the matrix does not have, max_norm or norm_type that is
  // not above zero.
  explicit EmbeddingLayer(const MatrixView& matrix, EmbeddingLayerOptions options = {});

  std::size_t dim() const noexcept { return matrix_.dim; }

  // out [rows.size(), dim]: the vector of each row. Throws Error(usage) for a row that the matrix
  // does not have, and for an `out` of another size.
  void forward(std::span<const Row> rows, std::span<float> out) const;

  // out [offsets.size(), dim]: one vector for each bag of rows. Bag b begins at rows[offsets[b]]
  // and ends where the next begins; offsets do not fall and start with 0. A bag without rows, or
  // with none but the padding, is zeros. `weights`: none, or one for each row, which its vector is
  // multiplied with; only for sums. Sums are in double, in order, and rounded once. A maximum is
  // that of each dim; as in PyTorch, NaN is kept only where it comes first. Throws Error(usage).
  void bags(std::span<const Row> rows, std::span<const std::size_t> offsets, BagMode mode,
            std::span<const float> weights, std::span<float> out) const;

  // The vector of one row: that of the matrix, or where it has to be scaled, `scratch` (dim
  // values). Throws Error(usage) for a row that the matrix does not have.
  std::span<const float> vector(Row row, std::span<float> scratch) const;

  // Scales a vector that is in no matrix to max_norm.
  void limit_norm(std::span<float> vector) const;

 private:
  double scale_of(std::span<const float> vector) const;  // 1: stays as it is

  MatrixView matrix_;
  EmbeddingLayerOptions options_;
};

}  // namespace wordvec
