// Numbers that float32 can hold.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <string_view>

namespace wordvec {

inline bool all_finite(std::span<const float> values) noexcept {
  return std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
}

// Why `what`, which was computed from finite values, is not finite: "the sum of two words is beyond
// the largest float32, 3.4e38: scale the vectors down".
inline std::string beyond_float32(std::string_view what) {
  return std::string(what) + " is beyond the largest float32, 3.4e38: scale the vectors down";
}

}  // namespace wordvec
