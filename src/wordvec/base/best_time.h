// How long something takes, for those who want to see.
#pragma once

#include <algorithm>
#include <chrono>
#include <limits>

namespace wordvec {

// What `run` returns, the same each time; `seconds` is the best time of up to five runs, fewer
// where one takes longer than a tenth of a second.
auto with_best_time(const auto& run, double& seconds) {
  using Clock = std::chrono::steady_clock;
  constexpr int kRuns = 5;
  constexpr double kLong = 0.1;
  decltype(run()) result;
  seconds = std::numeric_limits<double>::infinity();
  for (int i = 0; i == 0 || (i < kRuns && seconds < kLong); ++i) {
    const auto start = Clock::now();
    result = run();
    seconds = std::min(seconds, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return result;
}

}  // namespace wordvec
