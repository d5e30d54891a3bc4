// Checks of options that take numbers.
#pragma once

#include <cstdint>
#include <limits>

#include "options/option_set.h"

namespace wordvec::cli {

// It takes leading zeros away, since CLI11 reads 010 as octal.
Check whole_number(std::uint64_t least,
                   std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
// Not NaN, not an infinity.
Check finite_number(double least = std::numeric_limits<double>::lowest(),
                    double most = std::numeric_limits<double>::max());
Check number_above_zero();  // and finite

}  // namespace wordvec::cli
