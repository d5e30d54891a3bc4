// The largest eigenvalues of a symmetric matrix that is known by its products alone.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace wordvec {

// images = matrix × directions: both hold `count` vectors of dim values, one after the other.
using SymmetricProduct = std::function<void(std::span<const double> directions, std::size_t count,
                                            std::span<double> images)>;

struct Eigenpairs {
  std::vector<double> values;   // [count], falling
  std::vector<double> vectors;  // [count, dim], rows of unit length
};

// So many vectors are multiplied at once, at most.
inline constexpr std::size_t kMaxProductVectors = 16;

// The `count` largest eigenvalues of a positive semi-definite matrix of [dim, dim], and their
// vectors, by block Lanczos iteration with full reorthogonalisation, Rayleigh–Ritz projection and
// thick restarts (Golub and Underwood 1977; Wu and Simon 2000), from a random block that is always
// the same. `count` must be below dim. Each vector's angle to the exact one is at most 1e-7, or
// what rounding in double leaves where eigenvalues nearly coincide: the residuals ‖S v − θ v‖ are
// computed, and an angle is at most the residual over the distance to the next eigenvalue (Davis
// and Kahan 1970). nullopt: `max_products` products of a block did not suffice. Memory: about
// max(384, 4 count) vectors.
std::optional<Eigenpairs> largest_eigenpairs(std::size_t dim, std::size_t count,
                                             const SymmetricProduct& multiply,
                                             std::size_t max_products = 1000);

}  // namespace wordvec
