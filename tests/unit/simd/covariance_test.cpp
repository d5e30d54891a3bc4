#include "wordvec/simd/covariance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "support/guarded_floats.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec::simd::covariance_test {
namespace {

using test::GuardedFloats;

std::vector<const Kernels*> supported_kernels() {
  std::vector<const Kernels*> tables;
  for (const Kernels* kernels : built_kernels()) {
    if (is_supported(*kernels)) tables.push_back(kernels);
  }
  return tables;
}

class CovarianceTest : public testing::TestWithParam<const Kernels*> {
 protected:
  const CovarianceKernels& kernels() const { return *GetParam()->covariance; }
};

INSTANTIATE_TEST_SUITE_P(Each, CovarianceTest, testing::ValuesIn(supported_kernels()),
                         [](const auto& kernels) { return std::string(kernels.param->name); });

std::uint64_t bits(double x) {
  return std::bit_cast<std::uint64_t>(x);
}

std::size_t padded(std::size_t n) {
  return (n + 7) / 8 * 8;
}

std::vector<double> normal_doubles(std::size_t n, std::size_t width, std::mt19937& random) {
  std::normal_distribution<double> normal;
  std::vector<double> x(width);
  for (std::size_t i = 0; i < n; ++i) x[i] = normal(random);
  return x;
}

// As covariance.h says it, with the sums in one order and nothing fused.
double lanes_sum(const std::vector<double>& products) {
  double lane[8] = {};
  for (std::size_t i = 0; i < products.size(); ++i) lane[i % 8] += products[i];
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

// A row, its mean and two more arrays of every length, at every distance from a cache line, with
// the row's last value at the end of its memory.
TEST_P(CovarianceTest, CentreHasTheBitsOfTheDefinitionAndReadsNothingPastTheEnd) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  GuardedFloats memory;
  for (std::size_t n = 0; n <= 130; ++n) {
    float* const x = memory.last(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = i % 7 == 3 ? FLT_MAX : normal(random);
    for (std::size_t offset = 0; offset < 8; offset += n % 5 == 0 ? 1 : 7) {
      const auto mean = normal_doubles(n, padded(n), random);
      std::vector<double> sums(offset + padded(n) + 1, 0.5);
      std::vector<float> out(offset + padded(n) + 1, 7);
      kernels().centre(x, mean.data(), n, out.data() + offset, sums.data() + offset);
      for (std::size_t i = 0; i < n; ++i) {
        const double expected = static_cast<double>(x[i]) - mean[i];
        ASSERT_EQ(out[offset + i], static_cast<float>(expected)) << n << ", " << i;
        ASSERT_EQ(bits(sums[offset + i]), bits(0.5 + expected)) << n << ", " << i;
      }
      ASSERT_EQ(out.back(), 7);
      ASSERT_EQ(sums.back(), 0.5);
    }
  }
}

TEST_P(CovarianceTest, ProjectHasTheBitsOfTheDefinitionAndReadsNothingPastTheEnd) {
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  GuardedFloats memory;
  for (std::size_t n = 0; n <= 130; ++n) {
    float* const x = memory.last(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = normal(random);
    const auto mean = normal_doubles(n, padded(n), random);
    for (std::size_t count = 0; count <= 5; ++count) {
      std::vector<double> directions;
      for (std::size_t c = 0; c < count; ++c) {
        const auto direction = normal_doubles(n, padded(n), random);
        directions.insert(directions.end(), direction.begin(), direction.end());
      }
      std::vector<double> point(count + 1, 42);
      kernels().project(x, mean.data(), directions.data(), count, n, point.data());
      for (std::size_t c = 0; c < count; ++c) {
        std::vector<double> products(n);
        for (std::size_t i = 0; i < n; ++i) {
          products[i] = (static_cast<double>(x[i]) - mean[i]) * directions[c * padded(n) + i];
        }
        ASSERT_EQ(bits(point[c]), bits(lanes_sum(products))) << n << ", " << c << " of " << count;
      }
      ASSERT_EQ(point[count], 42);
    }
  }
}

TEST_P(CovarianceTest, AddImageHasTheBitsOfTheDefinitionAndReadsNothingPastTheEnd) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  GuardedFloats memory;
  for (std::size_t n = 0; n <= 130; ++n) {
    float* const x = memory.last(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = normal(random);
    const auto mean = normal_doubles(n, padded(n), random);
    for (std::size_t count = 0; count <= 3; ++count) {
      const auto point = normal_doubles(count, count, random);
      std::vector<double> images(count * padded(n) + 1, 0.25);
      std::vector<double> squares(n);
      const double square =
          kernels().add_image(x, mean.data(), point.data(), count, n, images.data());
      for (std::size_t i = 0; i < n; ++i) {
        const double value = static_cast<double>(x[i]) - mean[i];
        squares[i] = value * value;
        for (std::size_t c = 0; c < count; ++c) {
          const double product = point[c] * value;
          ASSERT_EQ(bits(images[c * padded(n) + i]), bits(0.25 + product)) << n << ", " << c;
        }
      }
      ASSERT_EQ(bits(square), bits(lanes_sum(squares))) << n;
      ASSERT_EQ(images.back(), 0.25);
    }
  }
}

TEST_P(CovarianceTest, AddImagesIsTheSumOfProjectionsTimesRowsAndReadsNothingPastTheEnd) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  GuardedFloats memory;
  // Of one panel of columns and of several, with a tail and without.
  for (const std::size_t n : {1U, 7U, 8U, 9U, 300U, 512U, 513U, 1031U}) {
    for (const std::size_t row_count : {0U, 1U, 3U, 4U, 5U, 9U}) {
      for (const std::size_t count : {1U, 2U, 5U, 16U}) {
        std::vector<float> values(n * row_count);
        for (float& x : values) x = normal(random);
        std::vector<const float*> rows;
        for (std::size_t r = 0; r < row_count; ++r) rows.push_back(values.data() + r * n);
        if (row_count > 0 && n <= 1000) {  // the last row ends where the memory does
          std::copy_n(rows.back(), n, memory.last(n));
          rows.back() = memory.last(n);
        }
        const auto mean = normal_doubles(n, padded(n), random);
        std::vector<double> directions;
        for (std::size_t c = 0; c < count; ++c) {
          const auto direction = normal_doubles(n, padded(n), random);
          directions.insert(directions.end(), direction.begin(), direction.end());
        }
        std::vector<double> images(count * padded(n) + 1, 0.25);
        kernels().add_images(rows.data(), row_count, mean.data(), directions.data(), count, n,
                             images.data());
        for (std::size_t c = 0; c < count; ++c) {
          std::vector<double> expected(n, 0.25);
          for (std::size_t r = 0; r < row_count; ++r) {
            double point = 0;
            for (std::size_t i = 0; i < n; ++i) {
              point += (static_cast<double>(rows[r][i]) - mean[i]) * directions[c * padded(n) + i];
            }
            for (std::size_t i = 0; i < n; ++i) {
              expected[i] += point * (static_cast<double>(rows[r][i]) - mean[i]);
            }
          }
          for (std::size_t i = 0; i < n; ++i) {
            ASSERT_NEAR(images[c * padded(n) + i], expected[i], 1e-10 * static_cast<double>(n))
                << n << " values, " << row_count << " rows, direction " << c << " of " << count;
          }
        }
        ASSERT_EQ(images.back(), 0.25);
      }
    }
  }
}

TEST_P(CovarianceTest, AddFloatIsWithinItsBoundOfTheOuterProducts) {
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  for (const std::size_t width : {16U, 32U, 48U, 64U, 80U, 112U, 304U}) {
    for (const std::size_t rows : {0U, 1U, 2U, 5U, 33U}) {
      for (const std::size_t gap : {0U, 3U, 16U}) {
        const std::size_t stride = width + gap;
        // Exactly as long as it may be read.
        std::vector<float> block(rows == 0 ? 0 : (rows - 1) * stride + width);
        for (float& x : block) x = normal(random);
        const std::vector<double> before = normal_doubles(width * width, width * width, random);
        std::vector<double> sums = before;
        kernels().add_float(block.data(), rows, stride, width, sums.data());
        for (std::size_t i = 0; i < width; ++i) {
          for (std::size_t j = i; j < width; ++j) {
            double expected = before[i * width + j];
            double magnitude = 0;
            for (std::size_t r = 0; r < rows; ++r) {
              const double product = static_cast<double>(block[r * stride + i]) *
                                     static_cast<double>(block[r * stride + j]);
              expected += product;
              magnitude += std::abs(product);
            }
            const double bound = static_cast<double>(rows) * 0x1p-24 * magnitude + 1e-12;
            ASSERT_NEAR(sums[i * width + j], expected, bound)
                << "width " << width << ", rows " << rows << ", element " << i << ", " << j;
          }
        }
      }
    }
  }
}

// Below 2^24 whole numbers and their sums are exact in float32, so nothing may differ.
TEST_P(CovarianceTest, AddsAreExactForWholeNumbers) {
  std::mt19937 random(6);
  constexpr std::size_t kRows = 13;
  for (const std::size_t width : {16U, 32U, 48U, 96U, 144U}) {
    std::vector<double> block(kRows * width);
    for (double& x : block) x = static_cast<double>(random() % 2001) - 1000;
    const std::vector<float> floats(block.begin(), block.end());
    std::vector<double> sums(width * width, 1);
    std::vector<double> sums_of_floats(width * width, 1);
    kernels().add_double(block.data(), kRows, width, sums.data());
    kernels().add_float(floats.data(), kRows, width, width, sums_of_floats.data());
    for (std::size_t i = 0; i < width; ++i) {
      for (std::size_t j = i; j < width; ++j) {
        double expected = 1;
        for (std::size_t r = 0; r < kRows; ++r) {
          expected += block[r * width + i] * block[r * width + j];
        }
        EXPECT_EQ(sums[i * width + j], expected);
        EXPECT_EQ(sums_of_floats[i * width + j], expected);
      }
    }
  }
}

TEST_P(CovarianceTest, AddDoubleAddsOuterProductsToTheUpperTriangle) {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  for (const std::size_t width : {8U, 16U, 24U, 40U, 104U}) {
    for (const std::size_t rows : {0U, 1U, 2U, 3U, 4U, 5U, 7U, 8U, 9U, 33U}) {
      // Exactly as long as it may be read.
      std::vector<double> block(rows * width);
      for (double& x : block) x = normal(random);
      std::vector<double> sums(width * width);
      for (double& x : sums) x = normal(random);
      const std::vector<double> before = sums;
      kernels().add_double(block.data(), rows, width, sums.data());
      for (std::size_t i = 0; i < width; ++i) {
        for (std::size_t j = i; j < width; ++j) {
          double expected = before[i * width + j];
          for (std::size_t r = 0; r < rows; ++r) {
            expected += block[r * width + i] * block[r * width + j];
          }
          ASSERT_NEAR(sums[i * width + j], expected, 1e-12 * static_cast<double>(rows + 1))
              << "width " << width << ", rows " << rows << ", element " << i << ", " << j;
        }
      }
    }
  }
}

}  // namespace
}  // namespace wordvec::simd::covariance_test
