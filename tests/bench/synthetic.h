// Made-up vectors, for a machine without real ones: the shape of GloVe's, none of its meaning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "wordvec/model/row_sink.h"

namespace wordvec::bench {

// The word of row `row`: syllables that count, but for a few English words from row 100 on (from
// row 0 in a file of at most 200 rows), so that the same questions can be asked as of real vectors.
std::string synthetic_word(std::uint64_t row, std::uint64_t rows);

// Calls sink.begin(), append() and finish(). A mixture of clusters whose sizes fall as those of
// topics do; a row is a share of one or two centres plus noise of heavy tails; the first rows are
// the longest, the last half lie close together. Values have five decimals, as GloVe's text does.
// Equal arguments give equal rows, whatever the number of threads.
void write_synthetic(std::uint64_t rows, std::size_t dim, std::uint64_t seed, RowSink& sink);

}  // namespace wordvec::bench
