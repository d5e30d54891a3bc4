// Checks of options that take numbers. CLI11's own read "-1" as 2^64 - 1, and "" as 0.
#pragma once

#include <CLI/App.hpp>  // Validators.hpp does not stand alone
#include <cstdint>
#include <limits>

namespace wordvec::cli {

// For transform(): it takes leading zeros away, since CLI11 reads 010 as octal. After check() they
// would stay.
CLI::Validator whole_number(std::uint64_t least,
                            std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
// Not NaN, not an infinity.
CLI::Validator finite_number(double least = std::numeric_limits<double>::lowest(),
                             double most = std::numeric_limits<double>::max());
CLI::Validator number_above_zero();  // and finite

}  // namespace wordvec::cli
