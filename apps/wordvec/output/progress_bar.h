// How far a long run has come.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace wordvec::cli {

// A line on standard error that is written over and over; only on a terminal that is not
// TERM=dumb, and only when the run takes longer than 0.2 s. Wiped away at the end.
class ProgressBar {
 public:
  enum class Unit { bytes, words, questions };

  // `before`: done before this run, so that they say nothing of its rate.
  ProgressBar(std::string what, bool enabled, std::uint64_t before = 0, Unit unit = Unit::bytes);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `total`: nullopt where it is not known, as of a pipe.
  void update(std::uint64_t done, std::optional<std::uint64_t> total);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::string amount(std::uint64_t count) const;

  std::string what_;
  bool enabled_;
  std::uint64_t before_;
  Unit unit_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point next_ = start_ + std::chrono::milliseconds(200);
};

// "42 s", "3 min 20 s", "2 h 5 min".
std::string human_seconds(double seconds);

// "1.1 GB", "482 MB", "17 kB", "950 bytes".
std::string human_bytes(std::uint64_t bytes);

}  // namespace wordvec::cli
