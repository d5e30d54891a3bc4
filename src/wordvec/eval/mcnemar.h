// Whether one of two models gets more of the same items right than the other.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace wordvec {

// Of an item of a test set for one model.
enum class Outcome : std::uint8_t { not_counted, wrong, right };

// The items that count for both models.
struct PairedOutcomes {
  std::uint64_t both_right = 0;
  std::uint64_t only_first = 0;   // right by the first model, wrong by the second
  std::uint64_t only_second = 0;  // the other way round
  std::uint64_t both_wrong = 0;

  std::uint64_t items() const noexcept {
    return both_right + only_first + only_second + both_wrong;
  }
  // The second model's accuracy less the first's, of these items. nullopt: there are none.
  std::optional<double> difference() const noexcept;
  // mcnemar_p_value(). nullopt: there are no items.
  std::optional<double> p_value() const noexcept;
  PairedOutcomes& operator+=(const PairedOutcomes& other) noexcept;
};

// Both have an outcome for each item, in the same order.
PairedOutcomes pair_outcomes(std::span<const Outcome> first, std::span<const Outcome> second);

// McNemar's test (McNemar 1947), exact and two-sided: the probability that, of n = only_first +
// only_second items of which each is as likely to be the first model's as the second's, the models
// have numbers as far apart as these, or farther; min(1, 2 P(X <= min(only_first, only_second)))
// for X ~ Binomial(n, 1/2). 1 for n = 0. Up to n = 62 it is the double nearest to it. Dietterich
// (1998) recommends the test for two classifiers that are tried once on one test set. It takes the
// items for independent. Not for several threads at once.
double mcnemar_p_value(std::uint64_t only_first, std::uint64_t only_second);

}  // namespace wordvec
