#include "wordvec/plot/ticks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wordvec::plot {
namespace {

constexpr double kRounding = 1e-9;  // of steps: a bound that is a multiple but for rounding is one
constexpr double kMaxTicks = 1000;

struct Step {
  double leading = 1;  // 1, 2 or 5
  int exponent = 0;

  double value() const { return leading * std::pow(10.0, exponent); }
};

Step round_step(double least) {
  Step step{1, static_cast<int>(std::floor(std::log10(least)))};
  for (const double leading : {1.0, 2.0, 5.0}) {
    step.leading = leading;
    if (step.value() >= least * (1 - kRounding)) return step;
  }
  return {1, step.exponent + 1};
}

std::string tick_label(double value, int exponent) {
  constexpr int kLargestPlain = 6;
  constexpr int kSmallestPlain = -4;
  std::string text = exponent > kLargestPlain || exponent < kSmallestPlain
                         ? fmt::format("{:.6g}", std::abs(value))
                         : fmt::format("{:.{}f}", std::abs(value), std::max(0, -exponent));
  return value < 0 ? "−" + text : text;
}

}  // namespace

std::vector<Tick> round_ticks(double low, double high, double least_step) {
  if (!(low < high) || !(least_step > 0) || !std::isfinite(high - low)) return {};
  const Step step = round_step(least_step);
  const double first = std::ceil(low / step.value() - kRounding);
  const double last = std::floor(high / step.value() + kRounding);
  if (!(last - first < kMaxTicks)) return {};
  std::vector<Tick> ticks;
  for (double i = first; i <= last; ++i) {
    const double value = i == 0 ? 0 : i * step.value();
    ticks.push_back({value, tick_label(value, step.exponent)});
  }
  return ticks;
}

}  // namespace wordvec::plot
