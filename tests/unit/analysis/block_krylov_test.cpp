#include "wordvec/analysis/block_krylov.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace wordvec::block_krylov_test {
namespace {

// The matrix whose eigenvalues are `values`: H diag(values) H with the reflection H = I − 2 u uᵀ,
// so that the i-th eigenvector is H's i-th column.
struct KnownMatrix {
  explicit KnownMatrix(std::vector<double> eigenvalues) : values(std::move(eigenvalues)) {
    u.resize(values.size());
    double squares = 0;
    for (std::size_t i = 0; i < u.size(); ++i) {
      u[i] = std::sin(static_cast<double>(3 * i + 1));
      squares += u[i] * u[i];
    }
    for (double& x : u) x /= std::sqrt(squares);
  }

  void reflect(std::span<double> vector) const {
    const double along = std::inner_product(u.begin(), u.end(), vector.begin(), 0.0);
    for (std::size_t i = 0; i < u.size(); ++i) vector[i] -= 2 * along * u[i];
  }

  std::optional<Eigenpairs> largest(std::size_t count, std::size_t max_products = 1000) const {
    const std::size_t dim = values.size();
    return largest_eigenpairs(
        dim, count,
        [&](std::span<const double> directions, std::size_t vectors, std::span<double> images) {
          EXPECT_LE(vectors, kMaxProductVectors);
          std::copy(directions.begin(), directions.end(), images.begin());
          for (std::size_t v = 0; v < vectors; ++v) {
            const auto image = images.subspan(v * dim, dim);
            reflect(image);
            for (std::size_t i = 0; i < dim; ++i) image[i] *= values[i];
            reflect(image);
          }
        },
        max_products);
  }

  // How much of `vector` lies outside the eigenvectors [first, first + count).
  double outside(std::span<const double> vector, std::size_t first, std::size_t count) const {
    std::vector<double> parts(vector.begin(), vector.end());
    reflect(parts);
    double squares = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i < first || i >= first + count) squares += parts[i] * parts[i];
    }
    return std::sqrt(squares);
  }

  std::vector<double> values;
  std::vector<double> u;
};

std::vector<double> falling(std::size_t dim, double power) {
  std::vector<double> values;
  for (std::size_t i = 0; i < dim; ++i) {
    values.push_back(std::pow(static_cast<double>(i + 1), power));
  }
  return values;
}

TEST(LargestEigenpairs, AreThoseOfTheMatrix) {
  for (const double power : {-2.0, -0.5, -0.1}) {
    for (const std::size_t dim : {3U, 10U, 300U}) {
      const KnownMatrix matrix(falling(dim, power));
      for (const std::size_t count : {1U, 7U, 30U}) {
        if (count >= dim) continue;
        const auto pairs = matrix.largest(count);
        ASSERT_TRUE(pairs) << dim << ", " << count;
        ASSERT_EQ(pairs->values.size(), count);
        for (std::size_t i = 0; i < count; ++i) {
          EXPECT_NEAR(pairs->values[i], matrix.values[i], 1e-12);
          const std::span<const double> vector(pairs->vectors.data() + i * dim, dim);
          EXPECT_NEAR(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0), 1,
                      1e-12);
          EXPECT_LE(matrix.outside(vector, i, 1), 2e-7) << dim << ", " << count << ", " << i;
        }
      }
    }
  }
}

// As often as it occurs, also where that is more often than a block has vectors.
TEST(LargestEigenpairs, FindAMultipleEigenvalue) {
  for (const std::size_t multiplicity : {2U, 6U, 20U}) {
    std::vector<double> values = falling(400, -0.5);
    for (std::size_t i = 0; i < multiplicity; ++i) values[i] = 2;
    const KnownMatrix matrix(values);
    for (const std::size_t count : {2U, 18U}) {
      const auto pairs = matrix.largest(count);
      ASSERT_TRUE(pairs);
      for (std::size_t i = 0; i < count; ++i) {
        EXPECT_NEAR(pairs->values[i], values[i], 1e-11)
            << multiplicity << " times, " << count << ", " << i;
        const std::span<const double> vector(pairs->vectors.data() + i * 400, 400);
        if (i >= multiplicity) continue;
        EXPECT_LE(matrix.outside(vector, 0, multiplicity), 2e-7);
      }
    }
  }
}

TEST(LargestEigenpairs, StandFewEigenvaluesThatAreNotZero) {
  for (const std::size_t rank : {0U, 1U, 2U, 5U}) {
    std::vector<double> values(600);
    for (std::size_t i = 0; i < rank; ++i) values[i] = static_cast<double>(rank - i);
    const auto pairs = KnownMatrix(values).largest(3);
    ASSERT_TRUE(pairs) << rank;
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(pairs->values[i], values[i], 1e-13) << rank;
  }
}

TEST(LargestEigenpairs, TellNearlyEqualOnesApart) {
  for (const double apart : {1e-3, 1e-6, 1e-9}) {
    std::vector<double> values = falling(500, -1);
    values[1] = 1 - apart;
    const KnownMatrix matrix(values);
    const auto pairs = matrix.largest(2);
    ASSERT_TRUE(pairs);
    EXPECT_NEAR(pairs->values[0] - pairs->values[1], apart, 1e-13);
    // What rounding leaves over the distance of the two.
    const double angle = std::max(2e-7, 1e-12 / apart);
    EXPECT_LE(matrix.outside(std::span(pairs->vectors).first(500), 0, 1), angle) << apart;
    EXPECT_LE(matrix.outside(std::span(pairs->vectors).last(500), 1, 1), angle) << apart;
  }
}

TEST(LargestEigenpairs, EndWhereTheProductsDoNotSuffice) {
  EXPECT_FALSE(KnownMatrix(falling(1000, -0.001)).largest(5, 6));
}

}  // namespace
}  // namespace wordvec::block_krylov_test
