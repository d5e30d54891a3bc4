#include "wordvec/search/weat.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <random>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"

namespace wordvec::weat_test {
namespace {

using test::expect_error;
using test::random_rows;
using test::Rows;
using Vectors = std::vector<std::vector<float>>;

WeatResult test_of(const Vectors& x, const Vectors& y, const Vectors& a, const Vectors& b,
                   const WeatOptions& options = {}) {
  std::vector<std::vector<std::span<const float>>> views;
  for (const Vectors* set : {&x, &y, &a, &b}) views.emplace_back(set->begin(), set->end());
  return weat(views[0], views[1], views[2], views[3], options);
}

Vectors random_set(std::size_t count, unsigned seed) {
  const Rows rows = random_rows(count, 6, seed);
  Vectors set;
  for (std::size_t r = 0; r < count; ++r) {
    const auto begin = rows.vectors.begin() + static_cast<std::ptrdiff_t>(6 * r);
    set.emplace_back(begin, begin + 6);
  }
  return set;
}

double plain_cosine(const std::vector<float>& a, const std::vector<float>& b) {
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += double{a[i]} * double{b[i]};
    aa += double{a[i]} * double{a[i]};
    bb += double{b[i]} * double{b[i]};
  }
  return ab / std::sqrt(aa * bb);
}

double plain_association(const std::vector<float>& word, const Vectors& a, const Vectors& b) {
  double s = 0;
  for (const auto& vector : a) s += plain_cosine(word, vector) / static_cast<double>(a.size());
  for (const auto& vector : b) s -= plain_cosine(word, vector) / static_cast<double>(b.size());
  return s;
}

// The share of all subsets of the size of X whose sum is that of X or more, but for `rounding`;
// each subset is a bit mask.
template <class Number>
double share_from(const std::vector<Number>& s, std::size_t of_x, Number rounding) {
  const auto statistic = [&](std::uint32_t mask) {
    Number sum = 0;
    for (std::size_t i = 0; i < s.size(); ++i) sum += (mask >> i & 1) != 0 ? s[i] : -s[i];
    return sum;
  };
  const Number observed = statistic((1U << of_x) - 1);
  int found = 0;
  int all = 0;
  for (std::uint32_t mask = 0; mask < 1U << s.size(); ++mask) {
    if (static_cast<std::size_t>(std::popcount(mask)) != of_x) continue;
    ++all;
    if (statistic(mask) >= observed - rounding) ++found;
  }
  return static_cast<double>(found) / all;
}

double plain_p_value(const Vectors& x, const Vectors& y, const Vectors& a, const Vectors& b) {
  std::vector<double> s;
  for (const Vectors* set : {&x, &y}) {
    for (const auto& word : *set) s.push_back(plain_association(word, a, b));
  }
  return share_from(s, x.size(), 1e-12);
}

TEST(Weat, ByHand) {
  // With A = {(1, 0)} and B = {(0, 1)}, s is 1, 1/5, −1/5, −1 for these.
  const Vectors x = {{1, 0}, {4, 3}};
  const Vectors y = {{3, 4}, {0, 2}};
  const auto found = test_of(x, y, {{5, 0}}, {{0, 1}});
  EXPECT_NEAR(found.statistic, 1.2 + 1.2, 1e-7);
  // Means 0.6 and −0.6; the sum of squares is 2.08, the deviation √(2.08 / 3).
  EXPECT_NEAR(found.effect_size, 1.2 / std::sqrt(2.08 / 3), 1e-7);
  // The six partitions' statistics are 2.4, 1.6, 0 (twice), −1.6, −2.4: the first is X and Y.
  EXPECT_DOUBLE_EQ(found.p_value, 1.0 / 6);
  EXPECT_DOUBLE_EQ(found.least_p_value, 1.0 / 6);
  EXPECT_EQ(found.partitions, 6U);
  EXPECT_TRUE(found.exact);
  // {1, −1} against {1/5, −1/5}: both are 0, and two are larger. X and Y changed places: all six.
  EXPECT_DOUBLE_EQ(test_of({x[0], y[1]}, {x[1], y[0]}, {{5, 0}}, {{0, 1}}).p_value, 4.0 / 6);
  EXPECT_DOUBLE_EQ(test_of({x[1], y[0]}, {x[0], y[1]}, {{5, 0}}, {{0, 1}}).p_value, 4.0 / 6);
  EXPECT_DOUBLE_EQ(test_of(y, x, {{5, 0}}, {{0, 1}}).p_value, 1);
  EXPECT_DOUBLE_EQ(test_of({x[0]}, {y[1]}, {{5, 0}}, {{0, 1}}).p_value, 0.5);
}

TEST(Weat, CountsAllPartitions) {
  unsigned seed = 0;
  for (const auto& [of_x, of_y] : {std::pair{1U, 1U}, {4U, 4U}, {2U, 6U}, {6U, 2U}, {7U, 1U}}) {
    for (int test = 0; test < 5; ++test) {
      const Vectors x = random_set(of_x, ++seed);
      Vectors y = random_set(of_y, ++seed);
      if (test == 4) y.back() = x.back();  // a tie
      const Vectors a = random_set(3, ++seed);
      const Vectors b = random_set(2, ++seed);
      if (of_x + of_y == 2 && test == 4) continue;  // no deviation
      const auto found = test_of(x, y, a, b);
      EXPECT_TRUE(found.exact);
      EXPECT_NEAR(found.p_value, plain_p_value(x, y, a, b), 1e-12) << of_x << ' ' << of_y;
      // The words of X lean to B as much as those of Y to A.
      const auto turned = test_of(x, y, b, a);
      EXPECT_NEAR(turned.effect_size, -found.effect_size, 1e-12);
      EXPECT_NEAR(turned.statistic, -found.statistic, 1e-12);
    }
  }
}

// Vectors of three whole numbers whose length is one too, so that cosines are rational.
struct Rational {
  std::vector<float> vector;
  std::array<int, 3> numbers;
  int length;
};

std::vector<Rational> rational_vectors() {
  constexpr std::array<std::array<int, 4>, 5> kLengths = {
      {{0, 0, 1, 1}, {0, 3, 4, 5}, {1, 2, 2, 3}, {1, 4, 8, 9}, {4, 4, 7, 9}}};
  std::vector<Rational> all;
  for (const auto& [p, q, r, length] : kLengths) {
    std::array<int, 3> numbers = {p, q, r};
    do {
      for (int signs = 0; signs < 8; ++signs) {
        std::array<int, 3> signed_numbers = numbers;
        for (std::size_t i = 0; i < 3; ++i) {
          if ((signs >> i & 1) != 0) signed_numbers[i] = -numbers[i];
        }
        // Another length of the vector is another rounding of its cosines.
        const int scale = 1 + static_cast<int>(all.size() % 7);
        Rational& made = all.emplace_back();
        made.numbers = signed_numbers;
        made.length = length;
        for (const int number : signed_numbers) {
          made.vector.push_back(static_cast<float>(scale * number));
        }
      }
    } while (std::next_permutation(numbers.begin(), numbers.end()));
  }
  return all;
}

// What p is of is a whole number: |A| × |B| × 45² × s, as all lengths divide 45.
std::int64_t whole_association(const Rational& word, std::span<const Rational> a,
                               std::span<const Rational> b) {
  constexpr std::int64_t kMultiple = 45;
  const auto sum_with = [&](std::span<const Rational> attributes) {
    std::int64_t sum = 0;
    for (const Rational& attribute : attributes) {
      const std::int64_t dot = std::inner_product(word.numbers.begin(), word.numbers.end(),
                                                  attribute.numbers.begin(), std::int64_t{0});
      sum += dot * (kMultiple / word.length) * (kMultiple / attribute.length);
    }
    return sum;
  };
  return sum_with(a) * static_cast<std::int64_t>(b.size()) -
         sum_with(b) * static_cast<std::int64_t>(a.size());
}

TEST(Weat, CountsEveryTieWhateverTheRounding) {
  const std::vector<Rational> all = rational_vectors();
  std::mt19937 random(1);
  const auto draw = [&](std::size_t count) {
    std::vector<Rational> set;
    while (set.size() < count) set.push_back(all[random() % all.size()]);
    return set;
  };
  const auto vectors_of = [](std::span<const Rational> set) {
    Vectors vectors;
    for (const Rational& word : set) vectors.push_back(word.vector);
    return vectors;
  };
  int with_ties = 0;
  for (int test = 0; test < 3000; ++test) {
    const std::size_t of_x = 1 + random() % 5;
    const auto targets = draw(of_x + 1 + random() % 5);
    const auto a = draw(1 + random() % 4);
    const auto b = draw(1 + random() % 4);
    std::vector<std::int64_t> s;
    for (const Rational& word : targets) s.push_back(whole_association(word, a, b));
    const Vectors x = vectors_of(std::span(targets).first(of_x));
    const Vectors y = vectors_of(std::span(targets).subspan(of_x));
    if (std::adjacent_find(s.begin(), s.end(), std::not_equal_to<>()) == s.end()) {
      expect_error(ErrorCode::query, "associated alike",
                   [&] { test_of(x, y, vectors_of(a), vectors_of(b)); });
      continue;
    }
    const auto found = test_of(x, y, vectors_of(a), vectors_of(b));
    const double expected = share_from<std::int64_t>(s, of_x, 0);
    ASSERT_EQ(found.p_value, expected) << "test " << test;
    // Not X and Y alone have their statistic.
    const double equal = expected - share_from<std::int64_t>(s, of_x, -1);
    if (equal > 1.5 / static_cast<double>(found.partitions)) ++with_ties;
  }
  EXPECT_GT(with_ties, 300);
}

TEST(Weat, OfTheSameWordsInAnotherOrderIsExactlyZero) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    const Vectors x = random_set(4, seed);
    const Vectors y = {x[3], x[1], x[0], x[2]};
    const WeatResult found = test_of(x, y, random_set(3, 1000 + seed), random_set(3, 2000 + seed));
    EXPECT_EQ(found.statistic, 0) << seed;
    EXPECT_EQ(found.effect_size, 0) << seed;
  }
}

TEST(Weat, SamplesWhatIsTooMuchToCount) {
  const Vectors x = random_set(6, 1);
  const Vectors y = random_set(6, 2);
  const Vectors a = random_set(4, 3);
  const Vectors b = random_set(4, 4);
  const double exact = test_of(x, y, a, b).p_value;
  WeatOptions options;
  options.most_exact = 923;  // of 924
  options.samples = 20'000;
  const auto sampled = test_of(x, y, a, b, options);
  EXPECT_FALSE(sampled.exact);
  EXPECT_EQ(sampled.partitions, 20'000U);
  // Four standard deviations.
  EXPECT_NEAR(sampled.p_value, exact, 4 * std::sqrt(exact * (1 - exact) / 20'000));
  EXPECT_EQ(test_of(x, y, a, b, options).p_value, sampled.p_value);
  options.seed = 2;
  EXPECT_NE(test_of(x, y, a, b, options).p_value, sampled.p_value);
  options.most_exact = 924;
  EXPECT_TRUE(test_of(x, y, a, b, options).exact);
}

TEST(Weat, OfSamplesIsNeverZero) {
  // All of X lies at A, all of Y at B: of the drawn partitions none is X and Y again, as there are
  // 40 over 20.
  WeatOptions options;
  options.samples = 999;
  const Vectors x(20, {1, 0});
  const Vectors y(20, {0, 1});
  const auto found = test_of(x, y, x, y, options);
  EXPECT_DOUBLE_EQ(found.p_value, 1.0 / 1000);
  EXPECT_DOUBLE_EQ(found.least_p_value, 1.0 / 1000);
}

TEST(Weat, OfSamplesCountsTiesToo) {
  // X lies at B, Y at A: no partition has less.
  WeatOptions options;
  options.most_exact = 1;
  options.samples = 99;
  EXPECT_EQ(test_of({{0, 1}, {0, 3}}, {{1, 0}, {7, 0}}, {{5, 0}}, {{0, 1}}, options).p_value, 1);
}

TEST(Weat, NeedsWordsAndADeviation) {
  const Vectors one = {{1, 0}};
  const Vectors two = {{0, 1}};
  for (std::size_t empty = 0; empty < 4; ++empty) {
    std::vector<Vectors> sets = {one, two, one, two};
    sets[empty].clear();
    expect_error(ErrorCode::query, "a set of words is empty",
                 [&] { test_of(sets[0], sets[1], sets[2], sets[3]); });
  }
  expect_error(ErrorCode::query, "associated alike", [&] { test_of(one, {{2, 0}}, one, two); });
  expect_error(ErrorCode::query, "associated alike", [&] { test_of(one, two, one, one); });
  // The same attributes in another order: what is left of s is rounding.
  const Vectors words = random_set(5, 1);
  const Vectors turned(words.rbegin(), words.rend());
  expect_error(ErrorCode::query, "associated alike",
               [&] { test_of(random_set(4, 2), random_set(4, 3), words, turned); });
  WeatOptions options;
  options.samples = 0;
  expect_error(ErrorCode::usage, "0 samples", [&] { test_of(one, two, one, two, options); });
}

}  // namespace
}  // namespace wordvec::weat_test
