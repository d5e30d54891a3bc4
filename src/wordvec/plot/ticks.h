// Round numbers for the marks of an axis.
#pragma once

#include <string>
#include <vector>

namespace wordvec::plot {

struct Tick {
  double value = 0;
  std::string label;  // "−2.5": all of an axis have as many decimals, and a real minus sign
};

// The multiples in [low, high] of the smallest step that is not below `least_step` and is 1, 2 or 5
// times a power of ten. None where low < high and least_step > 0 do not hold, for values that are
// not finite, and where there would be more than 1,000.
std::vector<Tick> round_ticks(double low, double high, double least_step);

}  // namespace wordvec::plot
