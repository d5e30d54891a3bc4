// The bundled sample vectors, read without the library's readers.
#pragma once

#include "support/rows.h"

namespace wordvec::test {

// nullptr when data/sample.10k.300d.txt.gz is not there.
const Rows* sample();

// The row of a word of the sample; fails the test and returns 0 when there is none.
Row sample_row(std::string_view word);

}  // namespace wordvec::test
