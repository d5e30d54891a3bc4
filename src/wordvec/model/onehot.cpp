#include "wordvec/model/onehot.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "wordvec/base/best_time.h"
#include "wordvec/base/error.h"

namespace wordvec {
namespace {

void check_rows(const MatrixView& matrix, std::span<const Row> rows) {
  for (const Row row : rows) {
    if (row < matrix.rows) continue;
    throw Error(ErrorCode::usage, "found row " + std::to_string(row) + ", expected less than " +
                                      std::to_string(matrix.rows));
  }
}

std::vector<float> onehot_matrix(std::size_t columns, std::span<const Row> rows) {
  const std::uint64_t most = kMaxOneHotBytes / sizeof(float);
  if (columns != 0 && rows.size() > most / columns) {
    throw Error(ErrorCode::usage, "a one-hot matrix of " + std::to_string(rows.size()) + " × " +
                                      std::to_string(columns) + " values takes more than " +
                                      std::to_string(kMaxOneHotBytes >> 20) +
                                      " MiB; give fewer words");
  }
  std::vector<float> onehot(rows.size() * columns);
  for (std::size_t i = 0; i < rows.size(); ++i) onehot[i * columns + rows[i]] = 1;
  return onehot;
}

std::vector<float> product_of(std::span<const float> onehot, std::size_t count,
                              const MatrixView& matrix) {
  const std::size_t dim = matrix.dim;
  std::vector<float> product(count * dim);
  // Row after row of the matrix, so that each is read from memory once, however many words.
  for (std::size_t r = 0; r < matrix.rows; ++r) {
    const float* row = matrix.data + r * dim;
    for (std::size_t i = 0; i < count; ++i) {
      const float factor = onehot[i * matrix.rows + r];
      float* sum = product.data() + i * dim;
      for (std::size_t d = 0; d < dim; ++d) sum[d] += factor * row[d];
    }
  }
  return product;
}

OneHotAgreement compare(std::span<const float> product, std::span<const float> row) {
  OneHotAgreement agreement;
  for (std::size_t d = 0; d < row.size(); ++d) {
    if (std::bit_cast<std::uint32_t>(product[d]) == std::bit_cast<std::uint32_t>(row[d])) {
      ++agreement.same_bits;
    } else if (product[d] == 0 && row[d] == 0) {
      ++agreement.lost_zero_signs;
    } else if (std::isnan(product[d])) {
      ++(std::isnan(row[d]) ? agreement.other_nans : agreement.not_a_number);
    } else {
      ++agreement.different;
    }
  }
  return agreement;
}

std::optional<Row> first_not_finite(const MatrixView& matrix) {
  const auto values = matrix.values();
  const auto found =
      std::find_if(values.begin(), values.end(), [](float x) { return !std::isfinite(x); });
  if (found == values.end()) return std::nullopt;
  return static_cast<Row>(static_cast<std::size_t>(found - values.begin()) / matrix.dim);
}

}  // namespace

std::vector<float> onehot_product(const MatrixView& matrix, std::span<const Row> rows) {
  check_rows(matrix, rows);
  return product_of(onehot_matrix(matrix.rows, rows), rows.size(), matrix);
}

std::vector<float> copied_rows(const MatrixView& matrix, std::span<const Row> rows) {
  check_rows(matrix, rows);
  std::vector<float> copied;
  copied.reserve(rows.size() * matrix.dim);
  for (const Row row : rows) {
    const auto values = matrix.row(row);
    copied.insert(copied.end(), values.begin(), values.end());
  }
  return copied;
}

OneHotComparison compare_onehot(const MatrixView& matrix, std::span<const Row> rows) {
  check_rows(matrix, rows);
  const std::vector<float> onehot = onehot_matrix(matrix.rows, rows);
  OneHotComparison comparison;
  const std::size_t dim = matrix.dim;
  const std::uint64_t row_bytes = std::uint64_t{dim} * sizeof(float);
  // The look-up first: its rows are then as far away as those of the product.
  comparison.of_look_up = {0, rows.size() * row_bytes, 0};
  comparison.looked_up =
      with_best_time([&] { return copied_rows(matrix, rows); }, comparison.of_look_up.seconds);
  comparison.of_product = {std::uint64_t{rows.size()} * matrix.rows * dim,
                           matrix.rows * row_bytes + onehot.size() * sizeof(float), 0};
  comparison.product = with_best_time([&] { return product_of(onehot, rows.size(), matrix); },
                                      comparison.of_product.seconds);
  const std::span<const float> product(comparison.product);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    comparison.agreement.push_back(compare(product.subspan(i * dim, dim), matrix.row(rows[i])));
  }
  if (std::any_of(product.begin(), product.end(), [](float x) { return std::isnan(x); })) {
    comparison.first_not_finite = first_not_finite(matrix);
  }
  return comparison;
}

}  // namespace wordvec
