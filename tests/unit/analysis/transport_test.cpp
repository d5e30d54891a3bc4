// Optimal transport against permutations, and against what is known for points on a line.
#include "wordvec/analysis/transport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "support/expect_error.h"

namespace wordvec::transport_test {
namespace {

using test::expect_error;
using Masses = std::vector<std::uint64_t>;
using Costs = std::vector<double>;

// Each unit of mass becomes an item of its own; all pairings of the items are tried.
double cheapest_pairing(const Masses& supplies, const Masses& demands, const Costs& costs) {
  std::vector<std::size_t> from;
  std::vector<std::size_t> to;
  for (std::size_t i = 0; i < supplies.size(); ++i) from.insert(from.end(), supplies[i], i);
  for (std::size_t j = 0; j < demands.size(); ++j) to.insert(to.end(), demands[j], j);
  double least = std::numeric_limits<double>::infinity();
  do {
    double cost = 0;
    for (std::size_t u = 0; u < from.size(); ++u) cost += costs[from[u] * demands.size() + to[u]];
    least = std::min(least, cost);
  } while (std::next_permutation(to.begin(), to.end()));
  return least;
}

// `total` units, each given to one of `count` places.
Masses scattered(std::size_t count, std::size_t total, std::mt19937& generator) {
  Masses masses(count);
  for (std::size_t u = 0; u < total; ++u) ++masses[generator() % count];
  return masses;
}

TEST(Transport, ByHand) {
  // 0 → 1 costs 1 and 1 → 0 costs 2; staying would cost 10 each.
  EXPECT_DOUBLE_EQ(transport_cost(Masses{1, 1}, Masses{1, 1}, Costs{10, 1, 2, 10}), 3);
  EXPECT_DOUBLE_EQ(transport_cost(Masses{5}, Masses{2, 3}, Costs{7, 11}), 2 * 7 + 3 * 11);
  EXPECT_DOUBLE_EQ(transport_cost(Masses{2, 3}, Masses{5}, Costs{7, 11}), 2 * 7 + 3 * 11);
  // The cheapest arc (0 → 0, cost 0) is not worth using: 0 + 9 > 1 + 1.
  EXPECT_DOUBLE_EQ(transport_cost(Masses{1, 1}, Masses{1, 1}, Costs{0, 1, 1, 9}), 2);
}

TEST(Transport, OfNothingCostsNothing) {
  EXPECT_EQ(transport_cost({}, {}, {}), 0);
  EXPECT_EQ(transport_cost(Masses{0}, Masses{0, 0}, Costs{3, 4}), 0);
  EXPECT_EQ(transport_cost(Masses{0}, {}, {}), 0);
  EXPECT_EQ(transport_cost(Masses{4, 4}, Masses{4, 4}, Costs{0, 0, 0, 0}), 0);
}

TEST(Transport, IsTheCheapestOfAllPairings) {
  std::mt19937 generator(1);
  for (int test = 0; test < 400; ++test) {
    const std::size_t total = 1 + generator() % 7;
    const Masses supplies = scattered(1 + generator() % 5, total, generator);
    const Masses demands = scattered(1 + generator() % 5, total, generator);
    Costs costs(supplies.size() * demands.size());
    // Few different costs: most bases are degenerate, and many optima are equal.
    const unsigned different = test % 2 == 0 ? 3 : 1000;
    for (double& cost : costs) cost = static_cast<double>(generator() % different);
    EXPECT_NEAR(transport_cost(supplies, demands, costs),
                cheapest_pairing(supplies, demands, costs), 1e-9)
        << "test " << test;
  }
}

// On a line, what moves over each place is what lies too much on its left.
TEST(Transport, OnALineIsTheAreaBetweenTheDistributions) {
  std::mt19937 generator(2);
  for (const std::size_t count : {2U, 30U, 250U}) {
    const std::size_t places = 4 * count;
    const Masses supplies = scattered(count, 20 * count, generator);
    const Masses demands = scattered(count, 20 * count, generator);
    std::vector<std::size_t> from(count);
    std::vector<std::size_t> to(count);
    for (std::size_t& place : from) place = generator() % places;
    for (std::size_t& place : to) place = generator() % places;
    Costs costs;
    std::vector<double> surplus(places);
    for (std::size_t i = 0; i < count; ++i) {
      for (const std::size_t place : to) {
        costs.push_back(std::abs(static_cast<double>(from[i]) - static_cast<double>(place)));
      }
      surplus[from[i]] += static_cast<double>(supplies[i]);
      surplus[to[i]] -= static_cast<double>(demands[i]);
    }
    double area = 0;
    double moves = 0;
    for (const double here : surplus) area += std::abs(moves += here);
    EXPECT_NEAR(transport_cost(supplies, demands, costs), area, 1e-9 * area) << count;
  }
}

TEST(Transport, TakesMassesOfAnySize) {
  // Source 0 fills sink 1, source 1 fills sink 0; staying would be dearer by far.
  constexpr std::uint64_t kMany = std::uint64_t{1} << 62;
  EXPECT_DOUBLE_EQ(transport_cost(Masses{kMany, 3}, Masses{3, kMany}, Costs{9, 0, 2, 9}), 6);
}

TEST(Transport, RefusesSumsThatDifferOrAreTooLarge) {
  expect_error(ErrorCode::usage, "the supplies add up to 3, the demands to 4", [] {
    transport_cost(Masses{1, 2}, Masses{4}, Costs{1, 1});
  });
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  expect_error(ErrorCode::usage, "2^63 or more", [] {
    transport_cost(Masses{kMax, 1}, Masses{kMax, 1}, Costs{1, 1, 1, 1});
  });
}

}  // namespace
}  // namespace wordvec::transport_test
