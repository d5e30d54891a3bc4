#include "wordvec/eval/mcnemar.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "wordvec/eval/correlation.h"

namespace wordvec {
namespace {

// Binomials of so many, times one of them, fit into 64 bits.
constexpr std::uint64_t kMaxWholeTests = 62;

// 2 (C(n, 0) + … + C(n, less)) / 2^n of n = less + more, in whole numbers, rounded once.
double small_p_value(std::uint64_t less, std::uint64_t more) {
  const std::uint64_t n = less + more;
  std::uint64_t binomial = 1;
  std::uint64_t sum = 1;
  for (std::uint64_t k = 0; k < less; ++k) {
    binomial = binomial * (n - k) / (k + 1);
    sum += binomial;
  }
  return std::ldexp(static_cast<double>(sum), 1 - static_cast<int>(n));
}

}  // namespace

std::optional<double> PairedOutcomes::difference() const noexcept {
  if (items() == 0) return std::nullopt;
  return (static_cast<double>(only_second) - static_cast<double>(only_first)) /
         static_cast<double>(items());
}

std::optional<double> PairedOutcomes::p_value() const noexcept {
  if (items() == 0) return std::nullopt;
  return mcnemar_p_value(only_first, only_second);
}

PairedOutcomes& PairedOutcomes::operator+=(const PairedOutcomes& other) noexcept {
  both_right += other.both_right;
  only_first += other.only_first;
  only_second += other.only_second;
  both_wrong += other.both_wrong;
  return *this;
}

PairedOutcomes pair_outcomes(std::span<const Outcome> first, std::span<const Outcome> second) {
  PairedOutcomes paired;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] == Outcome::not_counted || second[i] == Outcome::not_counted) continue;
    const bool first_is_right = first[i] == Outcome::right;
    const bool second_is_right = second[i] == Outcome::right;
    if (first_is_right) {
      ++(second_is_right ? paired.both_right : paired.only_first);
    } else {
      ++(second_is_right ? paired.only_second : paired.both_wrong);
    }
  }
  return paired;
}

double mcnemar_p_value(std::uint64_t only_first, std::uint64_t only_second) {
  // Then the two tails have all of the distribution, and its middle twice.
  if (only_first == only_second) return 1;
  const std::uint64_t less = std::min(only_first, only_second);
  const std::uint64_t more = std::max(only_first, only_second);
  if (more <= kMaxWholeTests && less + more <= kMaxWholeTests) return small_p_value(less, more);
  // P(X <= k) of Binomial(n, 1/2) is I(1/2; n - k, k + 1).
  return std::min(
      1.0, 2 * incomplete_beta(0.5, static_cast<double>(more), static_cast<double>(less) + 1));
}

}  // namespace wordvec
