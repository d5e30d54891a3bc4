#include "wordvec/simd/kernels.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "support/guarded_floats.h"
#include "support/reference.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec::simd::kernels_test {
namespace {

std::vector<const Kernels*> supported_kernels() {
  std::vector<const Kernels*> tables;
  for (const Kernels* kernels : built_kernels()) {
    if (is_supported(*kernels)) tables.push_back(kernels);
  }
  return tables;
}

std::uint64_t bits(double x) {
  return std::bit_cast<std::uint64_t>(x);
}

using Fill = std::function<float(std::mt19937&)>;

struct Values {
  const char* name;
  Fill next;
};

float pick(std::mt19937& random, std::initializer_list<float> from) {
  return from.begin()[random() % from.size()];
}

const std::vector<Values>& all_values() {
  static const std::vector<Values> values = {
      {"normal", [](std::mt19937& r) { return std::normal_distribution<float>()(r); }},
      {"denormal",
       [](std::mt19937& r) {
         return std::bit_cast<float>(static_cast<std::uint32_t>(r() & 0x807fffff));
       }},
      {"huge",
       [](std::mt19937& r) {
         return pick(r, {FLT_MAX, -FLT_MAX, FLT_MAX / 2, 3e38F});
       }},
      {"zeros",
       [](std::mt19937& r) {
         return pick(r, {0.0F, -0.0F});
       }},
      {"negative zeros", [](std::mt19937&) { return -0.0F; }},
      {"any finite",
       [](std::mt19937& r) {
         float x = 0;
         do {
           x = std::bit_cast<float>(static_cast<std::uint32_t>(r()));
         } while (!std::isfinite(x));
         return x;
       }},
      {"cancelling",
       [](std::mt19937& r) {
         return pick(r, {1e20F, -1e20F, 1.0F, 1e-20F});
       }},
  };
  return values;
}

std::vector<float> filled(std::size_t n, const Fill& next, std::mt19937& random) {
  std::vector<float> x(n);
  for (float& value : x) value = next(random);
  return x;
}

class KernelTest : public testing::TestWithParam<const Kernels*> {};

INSTANTIATE_TEST_SUITE_P(Each, KernelTest, testing::ValuesIn(supported_kernels()),
                         [](const auto& kernels) { return std::string(kernels.param->name); });

TEST_P(KernelTest, DotHasTheBitsOfTheDefinitionForEveryLength) {
  std::mt19937 random(1);
  for (const Values& values : all_values()) {
    for (std::size_t n = 0; n <= 130; ++n) {
      const auto a = filled(n, values.next, random);
      const auto b = filled(n, values.next, random);
      ASSERT_EQ(bits(GetParam()->dot(a.data(), b.data(), n)),
                bits(test::lanes_dot(a.data(), b.data(), n)))
          << values.name << ", n = " << n;
    }
  }
}

TEST_P(KernelTest, DotDoesNotDependOnAlignment) {
  std::mt19937 random(2);
  constexpr std::size_t kMax = 130;
  alignas(64) float a[kMax + 16];
  alignas(64) float b[kMax + 16];
  for (const Values& values : all_values()) {
    const auto x = filled(kMax, values.next, random);
    const auto y = filled(kMax, values.next, random);
    for (std::size_t offset = 0; offset < 16; ++offset) {
      std::copy(x.begin(), x.end(), a + offset);
      std::copy(y.begin(), y.end(), b + (15 - offset));
      for (std::size_t n = 0; n <= kMax; ++n) {
        ASSERT_EQ(bits(GetParam()->dot(a + offset, b + (15 - offset), n)),
                  bits(test::lanes_dot(x.data(), y.data(), n)))
            << values.name << ", n = " << n << ", offset = " << offset;
      }
    }
  }
}

TEST_P(KernelTest, DotOfNothingIsPlusZero) {
  EXPECT_EQ(bits(GetParam()->dot(nullptr, nullptr, 0)), bits(0.0));
}

TEST_P(KernelTest, DotByHand) {
  // 1·1 + 2·2 + … + 9·9 = 285
  const float x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_EQ(GetParam()->dot(x, x, 9), 285);
  // Lanes 0 and 4 are added first, so that 1e30 and −1e30 leave the 1 of lane 1.
  const float big[] = {1e15F, 1, 0, 0, -1e15F, 0, 0, 0};
  const float same[] = {1e15F, 1, 0, 0, 1e15F, 0, 0, 0};
  EXPECT_EQ(GetParam()->dot(big, same, 8), 1);
}

TEST_P(KernelTest, DotPassesOnInfinityAndNan) {
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t n = 1; n <= 40; ++n) {
    std::vector<float> ones(n, 1.0F);
    std::vector<float> x(n, 2.0F);
    x[n / 2] = inf;
    EXPECT_EQ(GetParam()->dot(x.data(), ones.data(), n), std::numeric_limits<double>::infinity());
    x[n / 2] = nan;
    EXPECT_TRUE(std::isnan(GetParam()->dot(x.data(), ones.data(), n)));
  }
}

TEST_P(KernelTest, ReadsNothingPastTheEnd) {
  test::GuardedFloats a;
  test::GuardedFloats b;
  std::vector<double> y(130);
  for (std::size_t n = 0; n <= 130; ++n) {
    std::fill_n(a.last(n), n, 1.0F);
    std::fill_n(b.last(n), n, 1.0F);
    EXPECT_EQ(GetParam()->dot(a.last(n), b.last(n), n), static_cast<double>(n));
    double dot = -1;
    GetParam()->scan(a.last(n), n, 1, b.last(n), n, 1, n, &dot, 1);
    EXPECT_EQ(dot, static_cast<double>(n));
    GetParam()->axpy(1, a.last(n), y.data(), n);
  }
  for (std::size_t rows = 1; rows <= 9; ++rows) {
    for (std::size_t queries = 1; queries <= 9; ++queries) {
      constexpr std::size_t kDim = 11;
      std::fill_n(a.last(rows * kDim), rows * kDim, 1.0F);
      std::fill_n(b.last(queries * kDim), queries * kDim, 1.0F);
      std::vector<double> dots(rows * queries);
      GetParam()->scan(a.last(rows * kDim), kDim, rows, b.last(queries * kDim), kDim, queries, kDim,
                       dots.data(), rows);
      for (const double dot : dots) EXPECT_EQ(dot, 11);
    }
  }
}

TEST_P(KernelTest, ScanIsDotOfEachPairWhateverTheStrides) {
  std::mt19937 random(3);
  constexpr double kUntouched = -12345;
  for (const std::size_t dim : {0U, 1U, 7U, 8U, 9U, 16U, 37U, 100U}) {
    const Fill& next = all_values()[dim % all_values().size()].next;
    for (const std::size_t row_gap : {0U, 3U}) {
      for (const std::size_t query_gap : {0U, 5U}) {
        const std::size_t row_stride = dim + row_gap;
        const std::size_t query_stride = dim + query_gap;
        const auto rows = filled(9 * row_stride, next, random);
        const auto queries = filled(9 * query_stride, next, random);
        for (std::size_t row_count = 1; row_count <= 9; ++row_count) {
          for (std::size_t query_count = 1; query_count <= 9; ++query_count) {
            const std::size_t dots_stride = row_count + (row_gap + query_gap) % 4;
            std::vector<double> dots(query_count * dots_stride, kUntouched);
            GetParam()->scan(rows.data(), row_stride, row_count, queries.data(), query_stride,
                             query_count, dim, dots.data(), dots_stride);
            for (std::size_t q = 0; q < query_count; ++q) {
              for (std::size_t r = 0; r < dots_stride; ++r) {
                const double expected = r < row_count
                                            ? test::lanes_dot(queries.data() + q * query_stride,
                                                              rows.data() + r * row_stride, dim)
                                            : kUntouched;
                ASSERT_EQ(bits(dots[q * dots_stride + r]), bits(expected))
                    << "dim " << dim << ", row " << r << " of " << row_count << ", query " << q
                    << " of " << query_count;
              }
            }
          }
        }
      }
    }
  }
}

TEST_P(KernelTest, ScanOfNothingTouchesNothing) {
  const float x[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  double dot = 42;
  GetParam()->scan(x, 8, 0, x, 8, 1, 8, &dot, 1);
  GetParam()->scan(x, 8, 1, x, 8, 0, 8, &dot, 1);
  EXPECT_EQ(dot, 42);
}

TEST_P(KernelTest, AxpyRoundsTheProductBeforeTheSum) {
  std::mt19937 random(4);
  std::normal_distribution<double> normal;
  for (const Values& values : all_values()) {
    for (std::size_t n = 0; n <= 130; ++n) {
      const double weight = n % 5 == 0 ? -1 / std::sqrt(3.0) : normal(random);
      for (std::size_t offset = 0; offset < 16; offset += n % 3 == 0 ? 1 : 15) {
        const auto x = filled(offset + n, values.next, random);
        std::vector<double> y(offset + n + 1);
        for (double& value : y) value = normal(random);
        std::vector<double> expected = y;
        for (std::size_t i = 0; i < n; ++i) {
          const volatile double product = weight * static_cast<double>(x[offset + i]);
          expected[offset + i] = expected[offset + i] + product;
        }
        GetParam()->axpy(weight, x.data() + offset, y.data() + offset, n);
        for (std::size_t i = 0; i < y.size(); ++i) {
          ASSERT_EQ(bits(y[i]), bits(expected[i])) << values.name << ", n = " << n << ", i = " << i;
        }
      }
    }
  }
}

TEST_P(KernelTest, AxpyOfRowsIsThatOfEachInOrder) {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  for (const Values& values : all_values()) {
    for (std::size_t n = 0; n <= 130; ++n) {
      const std::size_t count = n % 11;
      const std::size_t offset = n % 7;
      std::vector<std::vector<float>> held;
      std::vector<const float*> rows;
      std::vector<double> weights;
      for (std::size_t r = 0; r < count; ++r) {
        held.push_back(filled(offset + n, values.next, random));
        rows.push_back(held.back().data() + offset);
        weights.push_back(r == 1 ? 1 : normal(random));
      }
      std::vector<double> y(offset + n + 1);
      for (double& value : y) value = normal(random);
      std::vector<double> expected = y;
      for (std::size_t r = 0; r < count; ++r) {
        for (std::size_t i = 0; i < n; ++i) {
          const volatile double product = weights[r] * static_cast<double>(rows[r][i]);
          expected[offset + i] = expected[offset + i] + product;
        }
      }
      GetParam()->axpy_rows(weights.data(), rows.data(), count, y.data() + offset, n);
      for (std::size_t i = 0; i < y.size(); ++i) {
        ASSERT_EQ(bits(y[i]), bits(expected[i])) << values.name << ", n = " << n << ", i = " << i;
      }
    }
  }
}

}  // namespace
}  // namespace wordvec::simd::kernels_test
