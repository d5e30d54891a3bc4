#include "wordvec/index/scalar_quantizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "support/decoded_codes.h"
#include "support/rows.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec::scalar_quantizer_test {
namespace {

using test::random_rows;
using test::Rows;

// Rows in a few dense groups and some without a direction, in a shuffled order: several clusters
// of unequal size, and blocks that are not full.
Rows grouped_rows(std::size_t count, std::size_t dim, unsigned seed) {
  Rows rows = random_rows(count, dim, seed);
  const Rows centres = random_rows(5, dim, seed + 1);
  for (std::size_t r = 0; r < count; ++r) {
    float* const row = rows.vectors.data() + r * dim;
    const float* const centre = centres.vectors.data() + r * r % 5 * dim;
    for (std::size_t i = 0; i < dim; ++i) row[i] = 2 * centre[i] + 0.3F * row[i];
    if (r % 50 == 7) std::fill_n(row, dim, r % 100 == 7 ? 0.0F : -0.0F);
    if (r % 200 == 9) row[r % dim] = std::numeric_limits<float>::infinity();
    if (r % 200 == 19) row[r % dim] = std::numeric_limits<float>::quiet_NaN();
  }
  return rows;
}

bool has_direction(const Rows& rows, std::size_t r) {
  double squared = 0;
  for (std::size_t i = 0; i < rows.dim; ++i) {
    const double x = double{rows.vectors[r * rows.dim + i]};
    squared += x * x;
  }
  return squared > 0 && std::isfinite(squared);
}

std::vector<std::string> bytes_of(const SearchIndex& codes) {
  const auto bytes = [](const auto& array) {
    return std::string(reinterpret_cast<const char*>(array.data()), array.size_bytes());
  };
  return {bytes(codes.centroids), bytes(codes.first_blocks), bytes(codes.cosines),
          bytes(codes.rows),      bytes(codes.codes4),       bytes(codes.codes8)};
}

TEST(InvertedLists, HasEachRowWithADirectionOnceAndNoOther) {
  for (const std::size_t count : {1U, 15U, 16U, 17U, 600U, 3000U}) {
    const Rows rows = grouped_rows(count, 6, 3);
    const InvertedLists lists = build_inverted_lists(rows.vectors, rows.dim, 2);
    std::vector<std::size_t> times(count);
    for (const std::uint32_t row : lists.rows) {
      if (row == SearchIndex::kNoRow) continue;
      ASSERT_LT(row, count);
      ++times[row];
    }
    for (std::size_t r = 0; r < count; ++r) {
      ASSERT_EQ(times[r], has_direction(rows, r) ? 1U : 0U) << "row " << r << " of " << count;
    }
  }
}

TEST(InvertedLists, DividesManyRowsIntoClustersOfAscendingCosines) {
  const Rows rows = grouped_rows(3000, 6, 4);
  const InvertedLists lists = build_inverted_lists(rows.vectors, rows.dim, 2);
  const std::size_t clusters = lists.centroids.size() / rows.dim;
  ASSERT_GT(clusters, 1U);
  ASSERT_EQ(lists.first_blocks.size(), clusters + 1);
  EXPECT_EQ(lists.first_blocks.front(), 0U);
  EXPECT_EQ(lists.first_blocks.back(), lists.blocks());
  for (std::size_t c = 0; c < clusters; ++c) {
    const std::span<const float> centroid(lists.centroids.data() + c * rows.dim, rows.dim);
    const std::size_t begin = lists.first_blocks[c];
    const std::size_t end = lists.first_blocks[c + 1];
    ASSERT_LE(begin, end);
    double before = -2;
    for (std::size_t position = 16 * begin; position < 16 * end; ++position) {
      const std::uint32_t row = lists.rows[position];
      if (row == SearchIndex::kNoRow) {
        // Only the end of a cluster's last block is empty.
        EXPECT_EQ(position / 16, end - 1);
        EXPECT_EQ(lists.rows[16 * end - 1], SearchIndex::kNoRow);
        continue;
      }
      const double cosine =
          test::cosine_of({rows.vectors.data() + row * rows.dim, rows.dim}, centroid);
      EXPECT_GE(cosine, before - 1e-6);
      EXPECT_GE(cosine, double{lists.cosines[position / 16 * 2]});
      EXPECT_LE(cosine, double{lists.cosines[position / 16 * 2 + 1]});
      before = cosine;
    }
  }
}

TEST(InvertedLists, PutsMostRowsNearTheirCentre) {
  // Five dense groups: a row's cosine with its centre is near 1, in clusters that are any good.
  const Rows rows = grouped_rows(3000, 6, 5);
  const OwnedSearchIndex owned(rows.vectors, rows.dim, 2);
  const SearchIndex codes = owned.view();
  std::size_t near = 0;
  std::size_t all = 0;
  for (std::size_t position = 0; position < codes.rows.size(); ++position) {
    const std::uint32_t row = codes.rows[position];
    if (row == SearchIndex::kNoRow) continue;
    const double cosine = test::cosine_of({rows.vectors.data() + row * rows.dim, rows.dim},
                                          codes.centroid(test::cluster_of(codes, position / 16)));
    near += cosine > 0.9 ? 1 : 0;
    ++all;
  }
  EXPECT_GT(near, all * 9 / 10);
}

TEST(InvertedLists, IsEmptyWhereNoRowHasADirection) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::vector<float>& matrix :
       {std::vector<float>{0, 0, -0.0F, 0}, std::vector<float>{nan, 1, INFINITY, 2}}) {
    EXPECT_TRUE(build_inverted_lists(matrix, 2, 1).rows.empty());
    const OwnedSearchIndex owned(matrix, 2, 1);
    EXPECT_TRUE(owned.view().empty());
  }
}

TEST(ScalarQuantizer, GivesTheSameBytesForEachInstructionSetAndAnyThreads) {
  const std::string before = simd::active().name;
  for (const std::size_t dim : {1U, 8U, 9U, 33U, 100U}) {
    const Rows rows = grouped_rows(1300, dim, 6);
    std::vector<std::string> first;
    for (const simd::Kernels* kernels : simd::built_kernels()) {
      if (!simd::select(kernels->name)) continue;
      for (unsigned threads = 1; threads <= 4; ++threads) {
        const OwnedSearchIndex owned(rows.vectors, dim, threads);
        const auto bytes = bytes_of(owned.view());
        if (first.empty()) first = bytes;
        EXPECT_TRUE(bytes == first) << kernels->name << ", threads " << threads << ", dim " << dim;
      }
    }
  }
  simd::select(before);
}

TEST(ScalarQuantizer, CodesPiecesAsItCodesAll) {
  const Rows rows = grouped_rows(1300, 9, 7);
  const InvertedLists lists = build_inverted_lists(rows.vectors, 9, 1);
  const OwnedSearchIndex owned(rows.vectors, 9, 1);
  const SearchIndex all = owned.view();
  for (std::size_t first = 0; first < lists.blocks(); first += 7) {
    const std::size_t count = std::min<std::size_t>(7, lists.blocks() - first);
    // What was there before does not matter.
    std::vector<std::uint8_t> codes4(count * SearchIndex::block4_bytes(9), 0xaa);
    std::vector<std::uint8_t> codes8(count * 16 * SearchIndex::row8_bytes(9), 0xaa);
    encode_blocks(lists, rows.vectors, first, count, codes4, codes8);
    EXPECT_EQ(std::memcmp(codes4.data(), all.block4(first), codes4.size()), 0);
    EXPECT_EQ(std::memcmp(codes8.data(), all.row8(16 * first), codes8.size()), 0);
  }
}

double length_of(const std::vector<float>& x) {
  double squared = 0;
  for (const float value : x) squared += double{value} * double{value};
  return std::sqrt(squared);
}

float error8(const SearchIndex& codes, std::size_t position) {
  return row8_bounds(codes, position).error;
}

TEST(ScalarQuantizer, StoresErrorsThatBoundWhatIsLeftOutAndAreTight) {
  for (const std::size_t dim : {1U, 2U, 7U, 8U, 9U, 300U}) {
    const Rows rows = grouped_rows(1100, dim, 8);
    const OwnedSearchIndex owned(rows.vectors, dim, 2);
    const SearchIndex codes = owned.view();
    ASSERT_TRUE(codes.fits());
    const MatrixView matrix{rows.vectors.data(), rows.size(), dim};
    for (std::size_t position = 0; position < codes.rows.size(); ++position) {
      if (codes.rows[position] == SearchIndex::kNoRow) {
        // An empty lane reaches no threshold.
        EXPECT_LT(test::error4(codes, position), -1e8);
        EXPECT_LT(error8(codes, position), -1e8F);
        continue;
      }
      const double left4 = length_of(test::left_out4(codes, matrix, position));
      const double left8 = length_of(test::left_out8(codes, matrix, position));
      // left_out4() and left_out8() round to float32.
      ASSERT_GE(test::error4(codes, position), left4 * (1 - 1e-7) - 1e-9);
      ASSERT_GE(double{error8(codes, position)}, left8 * (1 - 1e-7) - 1e-9);
      ASSERT_LE(test::error4(codes, position), left4 * (1 + 1e-5) + 2e-6);
      ASSERT_LE(double{error8(codes, position)}, left8 * (1 + 1e-5) + 2e-6);
    }
  }
}

TEST(ScalarQuantizer, LeavesOutLittleWith8Bits) {
  const Rows rows = random_rows(200, 50, 9);
  const OwnedSearchIndex owned(rows.vectors, 50, 1);
  const SearchIndex codes = owned.view();
  for (std::size_t position = 0; position < codes.rows.size(); ++position) {
    if (codes.rows[position] == SearchIndex::kNoRow) continue;
    // 255 steps over the range of values, each of which is wrong by half a step at the most.
    const double step = double{row8_bounds(codes, position).scale};
    EXPECT_LE(double{error8(codes, position)}, step / 2 * std::sqrt(50.0) + 2e-6);
    EXPECT_LT(test::error4(codes, position), 0.2);
    EXPECT_LT(error8(codes, position), 0.02F);
  }
}

TEST(ScalarQuantizer, DoesNotSeeTheLengthOfRows) {
  // Powers of two change no bit of a direction.
  Rows rows = random_rows(300, 12, 10);
  const OwnedSearchIndex before(rows.vectors, 12, 1);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const int power = static_cast<int>(r % 81) - 40;
    for (std::size_t i = 0; i < 12; ++i) {
      rows.vectors[r * 12 + i] = std::ldexp(rows.vectors[r * 12 + i], power);
    }
  }
  const OwnedSearchIndex after(rows.vectors, 12, 1);
  EXPECT_TRUE(bytes_of(before.view()) == bytes_of(after.view()));
}

}  // namespace
}  // namespace wordvec::scalar_quantizer_test
