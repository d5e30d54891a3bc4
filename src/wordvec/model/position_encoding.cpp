#include "wordvec/model/position_encoding.h"

#include <cmath>
#include <vector>

namespace wordvec {
namespace {

constexpr double kBase = 10000;

double frequency(std::size_t pair, std::size_t dim) {
  return std::pow(kBase, -2 * static_cast<double>(pair) / static_cast<double>(dim));
}

}  // namespace

void encode_position(std::uint64_t position, std::span<float> out) {
  const auto at = static_cast<double>(position);
  for (std::size_t d = 0; d < out.size(); d += 2) {
    const double angle = at * frequency(d / 2, out.size());
    out[d] = static_cast<float>(std::sin(angle));
    if (d + 1 < out.size()) out[d + 1] = static_cast<float>(std::cos(angle));
  }
}

void add_positions(std::uint64_t first_position, std::size_t dim, std::span<float> rows) {
  if (dim == 0) return;
  std::vector<double> frequencies((dim + 1) / 2);
  for (std::size_t i = 0; i < frequencies.size(); ++i) frequencies[i] = frequency(i, dim);
  for (std::uint64_t position = first_position; !rows.empty(); ++position) {
    const auto at = static_cast<double>(position);
    for (std::size_t d = 0; d < dim; d += 2) {
      const double angle = at * frequencies[d / 2];
      rows[d] += static_cast<float>(std::sin(angle));
      if (d + 1 < dim) rows[d + 1] += static_cast<float>(std::cos(angle));
    }
    rows = rows.subspan(dim);
  }
}

}  // namespace wordvec
