// The mean of rows.
#pragma once

#include <vector>

#include "wordvec/analysis/selection.h"

namespace wordvec {

// The mean of the rows, [dim], of which there must be one: summed in double, in an order that does
// not depend on the number of threads. Throws Error(malformed) when a row holds a value that is not
// finite.
std::vector<double> mean_row(const Selection& rows, unsigned threads);

}  // namespace wordvec
