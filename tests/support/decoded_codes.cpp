#include "support/decoded_codes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace wordvec::test {
namespace {

float float_at(const std::uint8_t* bytes) {
  float value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

double squared_length(std::span<const float> x) {
  double sum = 0;
  for (const float value : x) sum += double{value} * double{value};
  return sum;
}

template <class CodeOf>
std::vector<float> left_out(const SearchIndex& codes, const MatrixView& matrix,
                            std::size_t position, float scale, CodeOf code_of) {
  const auto row = matrix.row(codes.rows[position]);
  const auto centroid = codes.centroid(cluster_of(codes, position / 16));
  const double length = std::sqrt(squared_length(row));
  std::vector<float> left(codes.dim);
  for (std::size_t i = 0; i < codes.dim; ++i) {
    left[i] = static_cast<float>(double{row[i]} / length - double{centroid[i]} -
                                 double{scale} * code_of(i));
  }
  return left;
}

const std::uint8_t* scales_of(const SearchIndex& codes, std::size_t position) {
  return codes.block4(position / 16) + (codes.dim + 7) / 8 * 64;
}

}  // namespace

std::size_t position_of(const SearchIndex& codes, std::size_t row) {
  for (std::size_t p = 0; p < codes.rows.size(); ++p) {
    if (codes.rows[p] == row) return p;
  }
  ADD_FAILURE() << "row " << row << " has no position";
  return 0;
}

std::size_t cluster_of(const SearchIndex& codes, std::size_t block) {
  std::size_t cluster = 0;
  while (codes.first_blocks[cluster + 1] <= block) ++cluster;
  return cluster;
}

std::vector<float> left_out4(const SearchIndex& codes, const MatrixView& matrix,
                             std::size_t position) {
  const std::size_t lane = position % 16;
  const std::uint8_t* block = codes.block4(position / 16);
  return left_out(codes, matrix, position, float_at(scales_of(codes, position) + 4 * lane),
                  [&](std::size_t i) {
                    const int pair = block[64 * (i / 8) + 4 * lane + i % 4];
                    return 2.0 * (i % 8 < 4 ? pair % 16 : pair / 16) - 15;
                  });
}

std::vector<float> left_out8(const SearchIndex& codes, const MatrixView& matrix,
                             std::size_t position) {
  const std::uint8_t* row = codes.row8(position);
  const std::size_t bytes = (codes.dim + 8 + 63) / 64 * 64;
  return left_out(codes, matrix, position, float_at(row + bytes - 8),
                  [&](std::size_t i) { return row[i] - 128.0; });
}

double error4(const SearchIndex& codes, std::size_t position) {
  return double{float_at(scales_of(codes, position) + 64 + 4 * (position % 16))};
}

double cosine_of(std::span<const float> a, std::span<const float> b) {
  double dot = 0;
  for (std::size_t i = 0; i < a.size(); ++i) dot += double{a[i]} * double{b[i]};
  return dot / std::sqrt(squared_length(a) * squared_length(b));
}

}  // namespace wordvec::test
