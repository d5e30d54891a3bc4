// Kernels that make codes from rows, for every instruction set: the same bits as their definition.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "support/guarded.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec::simd::code_elements_test {
namespace {

using test::Guarded;

std::vector<const Kernels*> supported() {
  std::vector<const Kernels*> tables;
  for (const Kernels* kernels : built_kernels()) {
    if (is_supported(*kernels)) tables.push_back(kernels);
  }
  return tables;
}

std::uint32_t bits(float x) {
  return std::bit_cast<std::uint32_t>(x);
}

// Values of all sizes, halves that round to even, zeros of both signs.
float any_value(std::mt19937& random) {
  static const float kOdd[] = {0.0F,    -0.0F,   0.5F, -0.5F, 1.5F,    2.5F,   1e-45F,
                               -1e-40F, FLT_MAX, 1.0F, -1.0F, FLT_MIN, -1e30F, -FLT_MAX / 2};
  if (random() % 3 == 0) return kOdd[random() % std::size(kOdd)];
  return std::uniform_real_distribution<float>(-2, 2)(random);
}

class CodeElementTest : public testing::TestWithParam<const Kernels*> {
 protected:
  const CodeKernels& kernels() const { return *GetParam()->codes; }
  std::mt19937 random_{2};

  std::vector<float> values(std::size_t n) {
    std::vector<float> x(n);
    for (float& value : x) value = any_value(random_);
    return x;
  }
};

INSTANTIATE_TEST_SUITE_P(Each, CodeElementTest, testing::ValuesIn(supported()),
                         [](const auto& kernels) { return std::string(kernels.param->name); });

// Each length with its end at the end of memory, then at each place of a larger array, around which
// nothing is written.
template <class Check>
void for_each_place(Check check) {
  for (std::size_t n = 0; n <= 130; ++n) {
    Guarded<float> in(n);
    Guarded<float> out(n);
    check(n, in.data(), out.data());
    constexpr float kUntouched = 4711;
    std::vector<float> wide_in(n + 16);
    std::vector<float> wide_out(n + 32, kUntouched);
    const std::size_t shift = n % 16;
    check(n, wide_in.data() + shift, wide_out.data() + 16 - shift);
    for (std::size_t i = 0; i < wide_out.size(); ++i) {
      if (i >= 16 - shift && i < 16 - shift + n) continue;
      ASSERT_EQ(wide_out[i], kUntouched) << "n = " << n << ", i = " << i;
    }
  }
}

TEST_P(CodeElementTest, ScaleMultipliesInDoubleAndRoundsOnce) {
  for (const double factor : {1.0, 1 / std::sqrt(3.0), -0.1, 1e44, 1e-44, 1 / 1e-45}) {
    for_each_place([&](std::size_t n, float* x, float* out) {
      const auto source = values(n);
      std::copy(source.begin(), source.end(), x);
      kernels().scale(x, factor, out, n);
      for (std::size_t i = 0; i < n; ++i) {
        const volatile double product = double{source[i]} * factor;
        ASSERT_EQ(bits(out[i]), bits(static_cast<float>(product))) << "n = " << n << ", i = " << i;
      }
    });
  }
}

TEST_P(CodeElementTest, SubtractGivesTheDifferencesAndTheLargestMagnitude) {
  for_each_place([&](std::size_t n, float* a, float* out) {
    const auto source = values(n);
    std::copy(source.begin(), source.end(), a);
    const Guarded<float> b(values(n));
    const float largest = kernels().subtract(a, b.data(), out, n);
    float expected_largest = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const volatile float difference = source[i] - b[i];
      ASSERT_EQ(bits(out[i]), bits(difference)) << "n = " << n << ", i = " << i;
      expected_largest = std::max(expected_largest, std::fabs(difference));
    }
    ASSERT_EQ(bits(largest), bits(expected_largest)) << "n = " << n;
  });
}

TEST_P(CodeElementTest, SubtractFindsTheLargestAtEachPlace) {
  for (std::size_t n = 1; n <= 130; ++n) {
    const std::vector<float> zeros(n);
    for (std::size_t place = 0; place < n; ++place) {
      std::vector<float> x(n, 0.25F);
      x[place] = place % 2 == 0 ? 1.0F : -1.0F;
      std::vector<float> out(n);
      ASSERT_EQ(kernels().subtract(x.data(), zeros.data(), out.data(), n), 1.0F)
          << n << ' ' << place;
    }
  }
  EXPECT_EQ(bits(kernels().subtract(nullptr, nullptr, nullptr, 0)), bits(0.0F));
}

struct Steps {
  float inverse_step, step, middle, lowest, highest;
};

TEST_P(CodeElementTest, QuantizeRoundsToEvenWithinItsLimitsAndKeepsWhatIsLeft) {
  const Steps all[] = {{8, 1.0F / 8, 7.5F, 0, 15},
                       {1, 1, 7.5F, 0, 15},
                       {3.3F, 1 / 3.3F, 7.5F, 0, 15},
                       {127 / 1.7F, 1.7F / 127, 128, 1, 255},
                       {127, 1 / 127.0F, 128, 1, 255},
                       {0, 0, 7.5F, 0, 15},
                       {0, 0, 128, 1, 255},
                       {1e30F, 1e-30F, 128, 1, 255}};
  for (const Steps& s : all) {
    for_each_place([&](std::size_t n, float* x, float* residual) {
      const auto source = values(n);
      std::copy(source.begin(), source.end(), x);
      Guarded<std::uint8_t> codes(n);
      kernels().quantize(x, s.inverse_step, s.step, s.middle, s.lowest, s.highest, codes.data(),
                         residual, n);
      for (std::size_t i = 0; i < n; ++i) {
        const volatile float scaled = source[i] * s.inverse_step;
        const volatile float moved = scaled + s.middle;
        // Of the whole numbers on both sides the nearer; of equally near ones the even.
        const float below = std::floor(moved);
        const float above_by = moved - below;
        float code = above_by > 0.5F ? below + 1 : below;
        if (above_by == 0.5F && std::fmod(below, 2.0F) != 0) code = below + 1;
        code = std::min(std::max(code, s.lowest), s.highest);
        const volatile float product = s.step * (code - s.middle);
        const volatile float left = source[i] - product;
        ASSERT_EQ(static_cast<float>(codes[i]), code)
            << "x = " << source[i] << ", n = " << n << ", i = " << i;
        ASSERT_EQ(bits(residual[i]), bits(left)) << "x = " << source[i] << ", i = " << i;
      }
    });
  }
}

TEST_P(CodeElementTest, QuantizeByHand) {
  // 0.5 + 7.5 = 8; 1 + 7.5 = 8.5, to the even 8; 2 + 7.5 = 9.5, to the even 10; cut at 0 and 15.
  const float x[] = {0.5F, 1, 2, -9, 9, 7.4F};
  std::uint8_t codes[6];
  float residual[6];
  kernels().quantize(x, 1, 1, 7.5F, 0, 15, codes, residual, 6);
  const int expected[] = {8, 8, 10, 0, 15, 15};
  const float left[] = {0, 0.5F, -0.5F, -1.5F, 1.5F, 7.4F - 7.5F};
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(codes[i], expected[i]) << i;
    EXPECT_EQ(residual[i], left[i]) << i;
  }
}

}  // namespace
}  // namespace wordvec::simd::code_elements_test
