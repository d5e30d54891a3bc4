#include "output/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "output/terminal.h"

namespace wordvec::cli {

ProgressBar::ProgressBar(std::string what, bool enabled, std::uint64_t before, Unit unit)
    : what_(std::move(what)),
      enabled_(enabled && takes_escapes(kStandardError)),
      before_(before),
      unit_(unit) {}

ProgressBar::~ProgressBar() {
  clear();
}

void ProgressBar::update(std::uint64_t done, std::optional<std::uint64_t> total) {
  const auto now = Clock::now();
  if (!enabled_ || now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = static_cast<double>(done - std::min(done, before_)) / seconds;
  std::string line = what_;
  if (total && *total > 0) {
    constexpr std::size_t kBarCells = 20;
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(*total));
    const auto full = static_cast<std::size_t>(share * kBarCells);
    line += " [" + std::string(full, '#') + std::string(kBarCells - full, '.') + ']';
    line += fmt::format(" {:3.0f} %  {} of {}", share * 100, amount(done), amount(*total));
    if (rate > 0) {
      const double left = static_cast<double>(*total) * (1 - share) / rate;
      line += "  " + human_seconds(left) + " left";
    }
  } else {
    line += "  " + amount(done);
  }
  line += fmt::format("  {}/s", amount(static_cast<std::uint64_t>(rate)));
  // Cut to the terminal's width: a line that wraps could not be written over.
  line.resize(std::min<std::size_t>(line.size(), terminal_columns(kStandardError) - 1));
  std::fputs(("\r\x1b[K" + line).c_str(), stderr);
  shown_ = true;
}

std::string ProgressBar::amount(std::uint64_t count) const {
  switch (unit_) {
    case Unit::bytes:
      return human_bytes(count);
    case Unit::words:
      return fmt::format("{} words", count);
    case Unit::questions:
      return fmt::format("{} questions", count);
  }
  return {};
}

void ProgressBar::clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

std::string human_seconds(double seconds) {
  constexpr double kTooLong = 360000;  // a rate that has only begun to be one
  if (!(seconds < kTooLong)) return "days";
  const auto whole = static_cast<std::uint64_t>(std::max(0.0, seconds) + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string human_bytes(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (value >= 999.5e6) return fmt::format("{:.2f} GB", value / 1e9);
  if (value >= 999.5e3) return fmt::format("{:.0f} MB", value / 1e6);
  if (value >= 1e3) return fmt::format("{:.0f} kB", value / 1e3);
  return fmt::format("{} bytes", bytes);
}

}  // namespace wordvec::cli
