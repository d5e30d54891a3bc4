#include "wordvec/index/search_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace wordvec::search_index_test {
namespace {

using Doubles = std::vector<double>;

double dot(const Doubles& a, const Doubles& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Doubles random_unit(std::size_t dim, std::mt19937& random) {
  std::normal_distribution<double> normal;
  Doubles x(dim);
  for (double& value : x) value = normal(random);
  const double length = std::sqrt(dot(x, x));
  for (double& value : x) value /= length;
  return x;
}

struct TestVector {
  std::string name;
  std::vector<float> values;
};

std::vector<TestVector> vectors() {
  std::vector<TestVector> all;
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  for (const std::size_t dim : {1U, 2U, 7U, 8U, 9U, 64U, 300U, 1000U}) {
    std::vector<float> x(dim);
    for (float& value : x) value = normal(random);
    const std::string suffix = " of " + std::to_string(dim);
    all.push_back({"random" + suffix, x});
    std::vector<float> scaled = x;
    for (float& value : scaled) value *= 1e-41F;
    all.push_back({"denormal" + suffix, scaled});
    for (std::size_t i = 0; i < dim; ++i) scaled[i] = x[i] * 5e37F;
    all.push_back({"huge" + suffix, scaled});
    scaled.assign(dim, 0);
    scaled[dim / 2] = -3;
    all.push_back({"one-hot" + suffix, scaled});
    scaled[0] = 1e-6F;
    all.push_back({"nearly one-hot" + suffix, scaled});
    for (std::size_t i = 0; i < dim; ++i) scaled[i] = i % 2 == 0 ? 1.0F : -1.0F;
    all.push_back({"alternating" + suffix, scaled});
  }
  all.push_back({"the largest float", {FLT_MAX, -FLT_MAX}});
  all.push_back({"the least float", {1e-45F, 0}});
  return all;
}

double inverse_length(const std::vector<float>& x) {
  double squared = 0;
  for (const float value : x) squared += double{value} * double{value};
  return 1 / std::sqrt(squared);
}

// ‖q − t·Q‖, with whole numbers Q.
double left_out(const std::vector<float>& x, double inverse, float step,
                const std::vector<int>& codes) {
  double squared = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double left = double{x[i]} * inverse - double{step} * codes[i];
    squared += left * left;
  }
  return std::sqrt(squared);
}

TEST(CodeQuery, BoundsWhatItsCodesLeaveOut) {
  for (const TestVector& vector : vectors()) {
    for (const int limit : {127, 64, 63, 1}) {
      const double inverse = inverse_length(vector.values);
      std::vector<std::int8_t> values(vector.values.size() + 5, 99);
      const CodedQuery query = code_query(vector.values, inverse, limit, values);
      std::vector<int> codes;
      std::int64_t sum = 0;
      for (std::size_t i = 0; i < vector.values.size(); ++i) {
        ASSERT_LE(std::abs(int{values[i]}), limit) << vector.name;
        codes.push_back(values[i]);
        sum += values[i];
      }
      for (std::size_t i = codes.size(); i < values.size(); ++i) EXPECT_EQ(values[i], 0);
      EXPECT_EQ(query.sum, sum);
      const double left = left_out(vector.values, inverse, query.step, codes);
      EXPECT_LE(left, query.error) << vector.name;
      EXPECT_LE(query.error, left * (1 + 1e-6) + 1e-11) << vector.name;
      // Half a step an element, where nothing is cut off.
      EXPECT_LE(left, double{query.step} / 2 * std::sqrt(double(codes.size())) + 1e-9)
          << vector.name;
    }
  }
}

TEST(CodeQuery, InTwoPartsBoundsWhatItsCodesLeaveOut) {
  for (const TestVector& vector : vectors()) {
    const double inverse = inverse_length(vector.values);
    std::vector<std::int8_t> high(vector.values.size() + 64, 99);
    std::vector<std::int8_t> low(high.size(), 99);
    const CodedQuery query = code_query(vector.values, inverse, high, low);
    std::vector<int> codes;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < high.size(); ++i) {
      ASSERT_LE(std::abs(int{high[i]}), 64) << vector.name;
      ASSERT_LE(std::abs(int{low[i]}), 64) << vector.name;
      const int code = 128 * high[i] + low[i];
      sum += code;
      if (i < vector.values.size()) {
        codes.push_back(code);
      } else {
        EXPECT_EQ(code, 0);
      }
    }
    EXPECT_EQ(query.sum, sum);
    const double left = left_out(vector.values, inverse, query.step, codes);
    EXPECT_LE(left, query.error) << vector.name;
    EXPECT_LE(query.error, left * (1 + 1e-6) + 1e-11) << vector.name;
    EXPECT_LE(left, double{query.step} / 2 * std::sqrt(double(codes.size())) + 1e-9) << vector.name;
  }
}

TEST(CodeQuery, ByHand) {
  // A one-hot query is one step of limit; nothing is left out but the rounding of the step.
  const std::vector<float> x = {0, -2, 0};
  std::vector<std::int8_t> values(8);
  const CodedQuery query = code_query(x, 0.5, 64, values);
  EXPECT_EQ(values, (std::vector<std::int8_t>{0, -64, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(query.step, 1.0F / 64);
  EXPECT_EQ(query.sum, -64);
  EXPECT_LT(query.error, 1e-11);
}

TEST(ReachableCosines, ContainEveryRowThatScoresEnough) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> any(-1, 1);
  for (std::size_t dim = 2; dim <= 5; ++dim) {
    for (int i = 0; i < 4000; ++i) {
      const Doubles query = random_unit(dim, random);
      const Doubles centre = i % 50 == 0 ? query : random_unit(dim, random);
      Doubles row = random_unit(dim, random);
      if (i % 3 == 0) {
        // Near the query, where the bound is nearly reached.
        for (std::size_t j = 0; j < dim; ++j) row[j] = query[j] + 0.05 * row[j];
        const double length = std::sqrt(dot(row, row));
        for (double& x : row) x /= length;
      }
      if (i % 101 == 0) row = centre;
      const double cosine = dot(query, row);
      const double p = dot(row, centre);
      for (const double needed : {cosine, cosine - 1e-9, std::min(cosine, any(random)), -1.0}) {
        const CosineRange range = reachable_cosines(dot(query, centre), needed);
        EXPECT_LE(range.least, p) << "needed " << needed << ", cosine " << cosine;
        EXPECT_GE(range.most, p) << "needed " << needed << ", cosine " << cosine;
      }
    }
  }
}

TEST(ReachableCosines, AreNarrow) {
  // In a plane a row at angle β from the centre, with the query at angle α on the same side, has
  // the cosine cos(α − β) with it: needed = cos(γ) leaves α − γ ≤ β ≤ α + γ.
  for (double alpha = 0; alpha <= std::numbers::pi; alpha += 0.1) {
    for (double gamma = 0.01; gamma <= std::numbers::pi; gamma += 0.1) {
      const CosineRange range = reachable_cosines(std::cos(alpha), std::cos(gamma));
      if (alpha - gamma > 1e-3) {
        EXPECT_NEAR(range.most, std::cos(alpha - gamma), 3e-6);
      } else {
        EXPECT_GE(range.most, 1);
      }
      if (alpha + gamma < std::numbers::pi - 1e-3) {
        EXPECT_NEAR(range.least, std::cos(alpha + gamma), 3e-6);
      } else {
        EXPECT_LE(range.least, -1);
      }
    }
  }
}

TEST(ReachableCosines, AreAllWhereNothingIsNeeded) {
  for (const double needed : {-1.0, -10.0, std::nan("")}) {
    const CosineRange range = reachable_cosines(0.5, needed);
    EXPECT_LE(range.least, -1);
    EXPECT_GE(range.most, 1);
  }
  // More than 1 can only be the slack of rounding.
  EXPECT_NEAR(reachable_cosines(0.5, 1.5).most, 0.5, 3e-6);
  EXPECT_GE(reachable_cosines(1.0 + 1e-12, 0.9).most, 1);
}

TEST(LargestDistance, BoundsTheDistanceOfRowsFromTheCentre) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> any(0, 1);
  for (std::size_t dim = 1; dim <= 5; ++dim) {
    for (int i = 0; i < 3000; ++i) {
      const Doubles direction = random_unit(dim, random);
      const double length = i % 10 == 0 ? 1 : i % 10 == 1 ? 0 : any(random);
      const Doubles row = i % 7 == 0 ? direction : random_unit(dim, random);
      double squared = 0;
      for (std::size_t j = 0; j < dim; ++j) {
        const double apart = row[j] - length * direction[j];
        squared += apart * apart;
      }
      const double p = dot(row, direction);
      EXPECT_GE(largest_distance(p, length), std::sqrt(squared));
      EXPECT_GE(largest_distance(p - 0.1 * any(random), length), std::sqrt(squared));
      EXPECT_LE(largest_distance(p, length), std::sqrt(squared) + 1e-7);
    }
  }
}

TEST(SearchIndex, FitsOnlyWhenEveryArrayHasItsSize) {
  constexpr std::size_t kDim = 9;
  // By hand: two groups of 64 bytes and 128 of scales and errors; 9 + 8 bytes are one line of 64.
  EXPECT_EQ(SearchIndex::block4_bytes(kDim), 256U);
  EXPECT_EQ(SearchIndex::row8_bytes(kDim), 64U);
  EXPECT_EQ(SearchIndex::row8_bytes(56), 64U);
  EXPECT_EQ(SearchIndex::row8_bytes(57), 128U);
  const std::vector<float> floats(100);
  const std::vector<std::uint32_t> numbers(10000);
  const std::vector<std::uint8_t> bytes(10000);
  const auto codes = [&](std::size_t clusters, std::size_t blocks) {
    return SearchIndex{kDim,
                       std::span(floats).first(clusters * kDim),
                       std::span(numbers).first(clusters + 1),
                       std::span(floats).first(2 * blocks),
                       std::span(numbers).first(16 * blocks),
                       std::span(bytes).first(256 * blocks),
                       std::span(bytes).first(64 * 16 * blocks)};
  };
  EXPECT_TRUE(codes(2, 3).fits());
  EXPECT_FALSE(codes(0, 3).fits());
  EXPECT_FALSE(codes(2, 0).fits());
  SearchIndex wrong = codes(2, 3);
  wrong.centroids = wrong.centroids.first(9);
  EXPECT_FALSE(wrong.fits());
  wrong = codes(2, 3);
  wrong.cosines = wrong.cosines.first(4);
  EXPECT_FALSE(wrong.fits());
  wrong = codes(2, 3);
  wrong.rows = wrong.rows.first(47);
  EXPECT_FALSE(wrong.fits());
  wrong = codes(2, 3);
  wrong.codes4 = wrong.codes4.first(767);
  EXPECT_FALSE(wrong.fits());
  wrong = codes(2, 3);
  wrong.codes8 = wrong.codes8.first(3071);
  EXPECT_FALSE(wrong.fits());
  wrong = codes(2, 3);
  wrong.first_blocks = std::span(numbers).first(4098);
  EXPECT_FALSE(wrong.fits());
}

}  // namespace
}  // namespace wordvec::search_index_test
