#include "wordvec/analysis/pca.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "support/sample.h"
#include "wordvec/base/error.h"

namespace wordvec::pca_test {
namespace {

using test::bits_of;
using test::expect_error;
using test::random_rows;
using test::Rows;
using test::sample;
using test::sample_row;

MatrixView view(const Rows& rows) {
  return {rows.vectors.data(), rows.size(), rows.dim};
}

PcaOptions components(std::size_t count, unsigned threads = 1) {
  PcaOptions options;
  options.components = count;
  options.threads = threads;
  return options;
}

Rows rows_of(const std::vector<std::vector<float>>& vectors) {
  Rows rows;
  for (const auto& vector : vectors) rows.add("w" + std::to_string(rows.size()), vector);
  return rows;
}

// Random rows that vary much more in some directions than in others.
Rows stretched_rows(std::size_t count, std::size_t dim, unsigned seed) {
  Rows rows = random_rows(count, dim, seed);
  for (std::size_t i = 0; i < rows.vectors.size(); ++i) {
    rows.vectors[i] = rows.vectors[i] / static_cast<float>(1 + i % dim) + 3;
  }
  return rows;
}

TEST(Pca, ByHand) {
  // Along (1, 1): −√2·2, 0, √2·2; across it nothing.
  const PcaResult line = pca(view(rows_of({{1, 1}, {3, 3}, {5, 5}})), {}, components(2));
  EXPECT_EQ(line.components, 2U);
  EXPECT_NEAR(line.mean[0], 3, 1e-12);
  EXPECT_NEAR(line.explained_variance_ratio[0], 1, 1e-12);
  EXPECT_NEAR(line.explained_variance_ratio[1], 0, 1e-12);
  EXPECT_NEAR(line.loadings[0], std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(line.loadings[1], std::sqrt(0.5), 1e-12);
  EXPECT_FLOAT_EQ(line.points[0], -2.8284271F);
  EXPECT_NEAR(static_cast<double>(line.points[2]), 0, 1e-6);
  EXPECT_FLOAT_EQ(line.points[4], 2.8284271F);
  // Variance 8 along y and 2 along x.
  const PcaResult cross = pca(view(rows_of({{1, 0}, {-1, 0}, {0, 2}, {0, -2}})), {}, components(2));
  EXPECT_NEAR(cross.explained_variance_ratio[0], 0.8, 1e-12);
  EXPECT_NEAR(cross.explained_variance_ratio[1], 0.2, 1e-12);
  EXPECT_EQ(cross.points, (std::vector<float>{0, 1, 0, -1, 2, 0, -2, 0}));
}

// Rows that vary in two directions of 40, and about a mean that double does not hold exactly.
Rows plane_rows(std::size_t count, float scale, float mean) {
  const Rows axes = random_rows(2, 40, 4);
  Rows rows;
  rows.dim = 40;
  for (std::size_t r = 0; r < count; ++r) {
    std::vector<float> row;
    const auto a = static_cast<float>(r * r % 7) - 3;
    const auto b = static_cast<float>(r % 5) / 4;
    for (std::size_t d = 0; d < 40; ++d) {
      // Few bits, so that float32 holds the sums and the rows are in the plane.
      const float x = std::round(axes.vectors[d] * 64) / 64;
      const float y = std::round(axes.vectors[40 + d] * 64) / 64;
      row.push_back(scale * (a * x + b * y + mean));
    }
    rows.add("w" + std::to_string(r), row);
  }
  return rows;
}

TEST(Pca, OfFewerDirectionsThanComponentsIsZerosThere) {
  for (const std::size_t count : {5U, 30U, 200U}) {
    for (const float scale : {1.0F, 0x1p-90F, 0x1p90F}) {
      for (const float mean : {0.0F, 100.0F}) {
        const PcaResult found = pca(view(plane_rows(count, scale, mean)), {}, components(5));
        EXPECT_EQ(found.varying, 2U) << count << ' ' << scale << ' ' << mean;
        EXPECT_TRUE(found.explains_all);
        for (std::size_t c = 2; c < 5; ++c) {
          EXPECT_EQ(found.explained_variance_ratio[c], 0);
          for (std::size_t r = 0; r < count; ++r) EXPECT_EQ(found.points[r * 5 + c], 0);
          for (std::size_t d = 0; d < 40; ++d) EXPECT_EQ(found.loadings[c * 40 + d], 0);
        }
        EXPECT_LE(found.explained_variance_ratio[0] + found.explained_variance_ratio[1], 1 + 1e-12);
      }
    }
  }
}

TEST(Pca, OfEqualRowsIsZeros) {
  // Their mean, a sum of thirds, can differ from them in the last bit.
  for (const std::size_t count : {2U, 3U, 7U, 100U, 9000U}) {
    std::vector<std::vector<float>> rows(count, {1.0F / 3, -1e10F / 7, 0.1F});
    const PcaResult found = pca(view(rows_of(rows)), {}, components(2));
    EXPECT_EQ(found.varying, 0U) << count;
    EXPECT_TRUE(found.explains_all);
    EXPECT_EQ(found.explained_variance_ratio, (std::vector<double>{0, 0}));
    EXPECT_EQ(found.points, std::vector<float>(2 * count));
  }
}

// Of rows of which each stands there in both directions, those that read the same either way are at
// the middle of each component that changes its sign when it is turned round.
TEST(Pca, HasNoPointsThatAreOnlyRounding) {
  for (const std::size_t dim : {2U, 5U, 40U}) {
    for (unsigned seed = 0; seed < 20; ++seed) {
      const Rows random = random_rows(8, dim, seed);
      Rows rows;
      for (std::size_t r = 0; r < 8; ++r) {
        const std::span<const float> row = view(random).row(static_cast<Row>(r));
        std::vector<float> even;
        for (std::size_t d = 0; d < dim; ++d) even.push_back(row[d] + row[dim - 1 - d]);
        rows.add("w", even);
        rows.add("w", {row.begin(), row.end()});
        rows.add("w", {row.rbegin(), row.rend()});
      }
      const PcaResult found = pca(view(rows), {}, components(2));
      std::size_t zeros = 0;
      for (const float x : found.points) {
        EXPECT_TRUE(x == 0 || std::abs(x) > 1e-9F) << dim << ' ' << seed << ": " << x;
        zeros += x == 0 ? 1 : 0;
      }
      if (dim == 2) {
        EXPECT_EQ(zeros, 8U) << seed;
      }
      const std::vector<float> again = project(found, view(rows), {}, 1);
      EXPECT_EQ(again, found.points);
    }
  }
}

TEST(Pca, KeepsDirectionsThatVaryLittle) {
  // A hundred-thousandth of the other, and exact in float32.
  const PcaResult found =
      pca(view(rows_of({{1, 0}, {-1, 0}, {0, 0x1p-17F}, {0, -0x1p-17F}})), {}, components(2));
  EXPECT_EQ(found.varying, 2U);
  EXPECT_NEAR(found.explained_variance_ratio[1] * 0x1p34, 1, 1e-9);
  const PcaResult first =
      pca(view(rows_of({{1, 0}, {-1, 0}, {0, 0x1p-17F}, {0, -0x1p-17F}})), {}, components(1));
  EXPECT_EQ(first.varying, 1U);
  EXPECT_FALSE(first.explains_all);
}

// The definition: the loadings are orthonormal eigenvectors of the covariance, in falling order of
// their eigenvalues, and the points are the centred rows times them.
void expect_definition(const MatrixView& matrix, const PcaResult& result) {
  const std::size_t n = matrix.rows;
  const std::size_t dim = matrix.dim;
  std::vector<double> mean(dim);
  for (std::size_t r = 0; r < n; ++r) {
    for (std::size_t i = 0; i < dim; ++i) mean[i] += static_cast<double>(matrix.row(r)[i]);
  }
  for (std::size_t i = 0; i < dim; ++i) {
    mean[i] /= static_cast<double>(n);
    EXPECT_NEAR(result.mean[i], mean[i], 1e-9);
  }
  std::vector<double> covariance(dim * dim);
  double total = 0;
  for (std::size_t r = 0; r < n; ++r) {
    for (std::size_t i = 0; i < dim; ++i) {
      const double x = static_cast<double>(matrix.row(r)[i]) - mean[i];
      total += x * x;
      for (std::size_t j = 0; j < dim; ++j) {
        covariance[i * dim + j] += x * (static_cast<double>(matrix.row(r)[j]) - mean[j]);
      }
    }
  }
  double last_ratio = 1;
  for (std::size_t c = 0; c < result.components; ++c) {
    const double* loading = result.loadings.data() + c * dim;
    const double ratio = result.explained_variance_ratio[c];
    EXPECT_LE(ratio, last_ratio + 1e-12);
    last_ratio = ratio;
    for (std::size_t i = 0; i < dim; ++i) {
      double image = 0;
      for (std::size_t j = 0; j < dim; ++j) image += covariance[i * dim + j] * loading[j];
      EXPECT_NEAR(image / total, ratio * loading[i], 1e-10) << "component " << c;
    }
    for (std::size_t other = 0; other <= c; ++other) {
      double dot = 0;
      for (std::size_t i = 0; i < dim; ++i) dot += loading[i] * result.loadings[other * dim + i];
      EXPECT_NEAR(dot, other == c ? 1 : 0, 1e-10);
    }
    const double* largest = std::max_element(
        loading, loading + dim, [](double a, double b) { return std::abs(a) < std::abs(b); });
    EXPECT_GT(*largest, 0);
    for (std::size_t r = 0; r < n; ++r) {
      double point = 0;
      for (std::size_t i = 0; i < dim; ++i) {
        point += (static_cast<double>(matrix.row(r)[i]) - mean[i]) * loading[i];
      }
      EXPECT_NEAR(static_cast<double>(result.points[r * result.components + c]), point, 1e-5);
    }
  }
}

TEST(Pca, IsTheDefinitionForMoreRowsThanDimensions) {
  for (const std::size_t count : {13U, 40U, 600U}) {
    const Rows rows = stretched_rows(count, 12, 1);
    const PcaResult result = pca(view(rows), {}, components(12));
    expect_definition(view(rows), result);
    double sum = 0;
    for (const double ratio : result.explained_variance_ratio) sum += ratio;
    EXPECT_NEAR(sum, 1, 1e-12);
  }
}

TEST(Pca, IsTheDefinitionForFewerRowsThanDimensions) {
  for (const std::size_t count : {2U, 7U, 30U}) {
    const Rows rows = stretched_rows(count, 30, 2);
    const PcaResult result = pca(view(rows), {}, components(std::max<std::size_t>(1, count - 1)));
    expect_definition(view(rows), result);
    double sum = 0;
    for (const double ratio : result.explained_variance_ratio) sum += ratio;
    EXPECT_NEAR(sum, 1, 1e-12);
  }
}

TEST(Pca, IsTheSameByBothWays) {
  // Each row twice has the same directions and ratios, but more rows than dimensions.
  const Rows few = stretched_rows(20, 30, 3);
  std::vector<Row> twice;
  for (Row row = 0; row < 20; ++row) twice.insert(twice.end(), {row, row});
  const PcaResult by_rows = pca(view(few), {}, components(5));
  const PcaResult by_scatter = pca(view(few), twice, components(5));
  for (std::size_t c = 0; c < 5; ++c) {
    EXPECT_NEAR(by_rows.explained_variance_ratio[c], by_scatter.explained_variance_ratio[c], 1e-10);
    for (std::size_t r = 0; r < 20; ++r) {
      EXPECT_NEAR(by_rows.points[r * 5 + c], by_scatter.points[2 * r * 5 + c], 1e-5);
      EXPECT_EQ(by_scatter.points[2 * r * 5 + c], by_scatter.points[(2 * r + 1) * 5 + c]);
    }
  }
}

TEST(Pca, DoesNotDependOnThreads) {
  const Rows rows = stretched_rows(10'000, 10, 4);
  const PcaResult one = pca(view(rows), {}, components(3, 1));
  for (unsigned threads = 2; threads <= 6; ++threads) {
    const PcaResult more = pca(view(rows), {}, components(3, threads));
    EXPECT_TRUE(bits_of(one.points) == bits_of(more.points));
    EXPECT_EQ(one.loadings, more.loadings);
    EXPECT_EQ(one.explained_variance_ratio, more.explained_variance_ratio);
    EXPECT_EQ(one.mean, more.mean);
  }
}

TEST(Pca, TakesChosenRowsInTheirOrder) {
  const Rows rows = stretched_rows(50, 6, 5);
  const std::vector<Row> chosen = {30, 2, 41, 2, 7, 13, 19, 0};
  Rows copied;
  for (const Row row : chosen) {
    copied.add("w", {view(rows).row(row).begin(), view(rows).row(row).end()});
  }
  const PcaResult a = pca(view(rows), chosen, components(2));
  const PcaResult b = pca(view(copied), {}, components(2));
  EXPECT_TRUE(bits_of(a.points) == bits_of(b.points));
  EXPECT_EQ(a.points.size(), 16U);
}

TEST(Pca, HasNoVarianceForIdenticalRows) {
  for (const std::size_t count : {3U, 9U}) {  // fewer and more than dimensions
    Rows rows;
    for (std::size_t r = 0; r < count; ++r) rows.add("w", {0.1F, -0.2F, 0.7F, 1e10F, 1e-10F});
    const PcaResult result = pca(view(rows), {}, components(2));
    EXPECT_EQ(result.explained_variance_ratio, (std::vector<double>{0, 0}));
    for (const float x : result.points) EXPECT_EQ(x, 0);
  }
}

TEST(Pca, RefusesWhatCannotBe) {
  const Rows rows = stretched_rows(5, 3, 6);
  const std::vector<Row> one = {2};
  expect_error(ErrorCode::usage, "at least 2 words, found 1",
               [&] { pca(view(rows), one, components(1)); });
  expect_error(ErrorCode::usage, "expected 1 to 3", [&] { pca(view(rows), {}, components(4)); });
  expect_error(ErrorCode::usage, "expected 1 to 3", [&] { pca(view(rows), {}, components(0)); });
  const std::vector<Row> two = {2, 3};
  expect_error(ErrorCode::usage, "expected 1 to 2", [&] { pca(view(rows), two, components(3)); });
  for (const float bad :
       {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    Rows broken = rows;
    broken.vectors[7] = bad;
    expect_error(ErrorCode::malformed, "not finite", [&] { pca(view(broken), {}, components(1)); });
  }
}

// (x, x, x, x) and its opposite lie at 2x and -2x on their line.
TEST(Pca, RefusesPointsBeyondFloat32) {
  const auto opposites = [](float x) {
    return rows_of({std::vector<float>(4, x), std::vector<float>(4, -x)});
  };
  const Rows fine = opposites(1.5e38F);
  const PcaResult result = pca(view(fine), {}, components(1));
  EXPECT_NEAR(result.points[0] / 3e38F, 1, 1e-6);
  const Rows beyond = opposites(3e38F);
  const auto expected = "the point of vector 1 of 2 is beyond the largest float32, 3.4e38";
  expect_error(ErrorCode::malformed, expected, [&] { pca(view(beyond), {}, components(1)); });
  expect_error(ErrorCode::malformed, expected, [&] { project(result, view(beyond), {}, 1); });
}

// Matrices of more than 8,192 rows and of eight dimensions a component are summed in float32; all
// components of the same matrix, in double. Their first components must be the same.
constexpr std::size_t kManyRows = 9000;

void expect_as_in_double(const Rows& rows, std::size_t count, double tolerance) {
  const PcaResult fast = pca(view(rows), {}, components(count, 2));
  const PcaResult exact = pca(view(rows), {}, components(rows.dim, 2));
  double scale = 0;  // of the points
  for (const float x : exact.points) scale = std::max(scale, std::abs(static_cast<double>(x)));
  for (std::size_t c = 0; c < count; ++c) {
    EXPECT_NEAR(fast.explained_variance_ratio[c], exact.explained_variance_ratio[c], tolerance);
    for (std::size_t i = 0; i < rows.dim; ++i) {
      ASSERT_NEAR(fast.loadings[c * rows.dim + i], exact.loadings[c * rows.dim + i], tolerance);
    }
    for (std::size_t r = 0; r < rows.size(); ++r) {
      ASSERT_NEAR(static_cast<double>(fast.points[r * count + c]),
                  static_cast<double>(exact.points[r * rows.dim + c]),
                  scale * std::max(tolerance, 0x1p-23))
          << "row " << r << ", component " << c;
    }
  }
}

TEST(PcaOfManyRows, IsTheDefinition) {
  const Rows rows = stretched_rows(kManyRows, 40, 7);
  expect_definition(view(rows), pca(view(rows), {}, components(5, 2)));
  expect_as_in_double(rows, 5, 1e-9);
}

TEST(PcaOfManyRows, DoesNotDependOnThreads) {
  const Rows rows = stretched_rows(3 * kManyRows, 17, 8);
  const PcaResult one = pca(view(rows), {}, components(2, 1));
  for (unsigned threads = 2; threads <= 4; ++threads) {
    const PcaResult more = pca(view(rows), {}, components(2, threads));
    EXPECT_TRUE(bits_of(one.points) == bits_of(more.points));
    EXPECT_EQ(one.loadings, more.loadings);
    EXPECT_EQ(one.explained_variance_ratio, more.explained_variance_ratio);
    EXPECT_EQ(one.mean, more.mean);
  }
}

// Every row is an offset and a small deviation: the values have few digits for what is asked.
TEST(PcaOfManyRows, StandsAMeanThatIsMuchLargerThanTheDeviations) {
  Rows rows = stretched_rows(kManyRows, 32, 9);
  for (std::size_t i = 0; i < rows.vectors.size(); ++i) {
    rows.vectors[i] += 1000 * static_cast<float>(i % 32);
  }
  expect_as_in_double(rows, 4, 1e-8);
}

TEST(PcaOfManyRows, StandsColumnsOfVeryDifferentScales) {
  Rows rows = random_rows(kManyRows, 24, 10);
  for (std::size_t i = 0; i < rows.vectors.size(); ++i) {
    rows.vectors[i] *= std::pow(10.0F, static_cast<float>(i % 24) / 4 - 3);
  }
  expect_as_in_double(rows, 3, 1e-9);
}

// Rows in an order in which a sample's mean is not the mean of all: only rows between those of the
// sample have the large offset.
TEST(PcaOfManyRows, StandsASampleThatMisleads) {
  for (const float offset : {3.0F, 1000.0F}) {
    Rows rows = stretched_rows(2 * kManyRows, 16, 11);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (r % 3 != 0) rows.vectors[r * 16 + r / 1000 % 16] += offset;
    }
    expect_as_in_double(rows, 2, 1e-8);
  }
}

// Eigenvalues that float32 sums cannot tell apart, within the components and at their end.
TEST(PcaOfManyRows, TellsNearlyEqualEigenvaluesApart) {
  for (const float apart : {0x1p-10F, 0x1p-14F, 0x1p-17F, 0x1p-20F}) {
    // In turn along each axis, both ways; the first two axes are turned in their plane. All values
    // and sums are exact; a third of them, below, are not.
    Rows rows;
    for (std::size_t r = 0; r < 2 * kManyRows; ++r) {
      std::vector<float> vector(16);
      const float sign = r % 2 == 0 ? 1 : -1;
      const std::size_t turn = r / 2 % 16;
      if (turn == 0) {
        vector[0] = 4 * sign * (1 + apart);
        vector[1] = 3 * sign * (1 + apart);
      } else if (turn == 1) {
        vector[0] = 3 * sign;
        vector[1] = -4 * sign;
      } else {
        vector[turn] = sign / 4;
      }
      rows.add("w", vector);
    }
    expect_as_in_double(rows, 1, 1e-8);
    expect_as_in_double(rows, 2, 1e-8);
    const PcaResult result = pca(view(rows), {}, components(2));
    EXPECT_NEAR(result.loadings[0], 0.8, 1e-8) << apart;
    EXPECT_NEAR(result.loadings[1], 0.6, 1e-8) << apart;
    EXPECT_NEAR(result.loadings[16], -0.6, 1e-8) << apart;
    EXPECT_NEAR(result.loadings[17], 0.8, 1e-8) << apart;
    for (float& x : rows.vectors) x /= 3;
    expect_as_in_double(rows, 1, 1e-8);
    expect_as_in_double(rows, 2, 1e-8);
  }
}

TEST(PcaOfManyRows, StandsValuesWhoseSquaresAreNoFloats) {
  for (const float scale : {1e-42F, 1e-30F, 1e-17F, 1e-14F, 1e17F, 1e25F, 1e37F}) {
    Rows rows = random_rows(kManyRows, 16, 12);
    for (std::size_t i = 0; i < rows.vectors.size(); ++i) {
      rows.vectors[i] *= scale / static_cast<float>(1 + i % 16);
    }
    expect_as_in_double(rows, 2, 1e-9);
  }
  // One value alone overflows.
  Rows rows = random_rows(kManyRows, 16, 13);
  rows.vectors[12'345] = 1e30F;
  expect_as_in_double(rows, 1, 1e-9);
}

TEST(PcaOfManyRows, HasNoVarianceForIdenticalRows) {
  Rows rows;
  std::vector<float> vector(16, 0.1F);
  vector[3] = 1e10F;
  for (std::size_t r = 0; r < kManyRows; ++r) rows.add("w", vector);
  const PcaResult result = pca(view(rows), {}, components(2));
  EXPECT_EQ(result.explained_variance_ratio, (std::vector<double>{0, 0}));
  for (const float x : result.points) EXPECT_EQ(x, 0);
}

TEST(PcaOfManyRows, RefusesValuesThatAreNotFinite) {
  for (const float bad :
       {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    Rows rows = random_rows(2 * kManyRows, 16, 14);
    for (const std::size_t at : {std::size_t{0}, rows.vectors.size() - 1}) {
      Rows broken = rows;
      broken.vectors[at] = bad;
      expect_error(ErrorCode::malformed, "not finite",
                   [&] { pca(view(broken), {}, components(2, 2)); });
    }
  }
}

// Few components of wide matrices are found by products; all components of the same matrix are not.
TEST(PcaOfWideRows, IsAsInDouble) {
  for (const auto& [count, dim] : {std::pair<std::size_t, std::size_t>{900, 450}, {420, 800}}) {
    const Rows rows = stretched_rows(count, dim, 15);
    // A random matrix has eigenvalues that lie close together.
    const Rows random = random_rows(count, dim, 16);
    for (const Rows* matrix : {&rows, &random}) {
      for (const std::size_t few : {1U, 2U, 5U}) {
        const PcaResult fast = pca(view(*matrix), {}, components(few, 2));
        const PcaResult exact = pca(view(*matrix), {}, components(std::min(count, dim), 2));
        for (std::size_t c = 0; c < few; ++c) {
          EXPECT_NEAR(fast.explained_variance_ratio[c], exact.explained_variance_ratio[c], 1e-13);
          for (std::size_t i = 0; i < dim; ++i) {
            ASSERT_NEAR(fast.loadings[c * dim + i], exact.loadings[c * dim + i], 1e-7);
          }
        }
      }
    }
  }
}

TEST(PcaOfWideRows, DoesNotDependOnThreads) {
  const Rows rows = stretched_rows(5000, 420, 17);
  const PcaResult one = pca(view(rows), {}, components(2, 1));
  for (unsigned threads = 2; threads <= 3; ++threads) {
    const PcaResult more = pca(view(rows), {}, components(2, threads));
    EXPECT_TRUE(bits_of(one.points) == bits_of(more.points));
    EXPECT_EQ(one.loadings, more.loadings);
    EXPECT_EQ(one.explained_variance_ratio, more.explained_variance_ratio);
  }
}

TEST(PcaOfWideRows, StandsAMeanThatIsMuchLargerThanTheDeviations) {
  Rows rows = stretched_rows(600, 400, 18);
  for (std::size_t i = 0; i < rows.vectors.size(); ++i) {
    rows.vectors[i] += 1000 * static_cast<float>(i % 400);
  }
  expect_as_in_double(rows, 3, 1e-7);
}

TEST(PcaOfWideRows, HasNoVarianceForIdenticalRows) {
  Rows rows;
  std::vector<float> vector(500, 0.1F);
  vector[3] = 1e10F;
  for (std::size_t r = 0; r < 600; ++r) rows.add("w", vector);
  const PcaResult result = pca(view(rows), {}, components(2));
  EXPECT_EQ(result.explained_variance_ratio, (std::vector<double>{0, 0}));
  for (const float x : result.points) EXPECT_EQ(x, 0);
}

TEST(PcaOfWideRows, RefusesValuesThatAreNotFinite) {
  for (const float bad :
       {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    Rows rows = random_rows(500, 450, 19);
    rows.vectors.back() = bad;
    expect_error(ErrorCode::malformed, "not finite",
                 [&] { pca(view(rows), {}, components(2, 2)); });
  }
}

// Computed with scikit-learn 1.2, PCA(svd_solver="full"), on the bundled sample.
TEST(Pca, AgreesWithScikitLearnOnEightWords) {
  if (sample() == nullptr) GTEST_SKIP() << "no sample";
  const std::vector<std::pair<const char*, std::pair<double, double>>> kPoints = {
      {"man", {-2.46939, -2.89875}},   {"woman", {-1.44261, -2.05750}},
      {"king", {4.40867, 0.81017}},    {"queen", {4.39177, 0.88916}},
      {"cat", {-1.98648, 3.64745}},    {"dog", {-3.06901, 3.26023}},
      {"father", {0.13843, -2.25256}}, {"mother", {0.02862, -1.39820}}};
  std::vector<Row> rows;
  for (const auto& [word, point] : kPoints) rows.push_back(sample_row(word));
  const PcaResult result = pca(view(*sample()), rows, components(2));
  EXPECT_NEAR(result.explained_variance_ratio[0], 0.31362674, 1e-6);
  EXPECT_NEAR(result.explained_variance_ratio[1], 0.23433113, 1e-6);
  for (std::size_t c = 0; c < 2; ++c) {
    const double sign = (result.points[4 + c] > 0) ? 1 : -1;  // king is positive in both
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double expected = c == 0 ? kPoints[i].second.first : kPoints[i].second.second;
      EXPECT_NEAR(sign * static_cast<double>(result.points[2 * i + c]), expected, 1e-4)
          << kPoints[i].first;
    }
  }
}

TEST(Pca, AgreesWithScikitLearnOnTheWholeSample) {
  if (sample() == nullptr) GTEST_SKIP() << "no sample";
  const PcaResult result = pca(view(*sample()), {}, components(2, 2));
  EXPECT_NEAR(result.explained_variance_ratio[0], 0.04384163, 1e-6);
  EXPECT_NEAR(result.explained_variance_ratio[1], 0.03692161, 1e-6);
  EXPECT_EQ(result.points.size(), 2 * 10'001U);
}

}  // namespace
}  // namespace wordvec::pca_test
