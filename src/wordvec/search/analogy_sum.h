// The sum of an analogy (3CosAdd).
#pragma once

#include <vector>

#include "wordvec/search/analogies.h"

namespace wordvec {

// query_vector() of a − b + c; empty: the sum is zero, or a row has no direction.
std::vector<float> sum_vector(const Embeddings& embeddings, const Analogy& analogy);

// ‖â − b̂ + ĉ‖.
double length_of_sum(const Embeddings& embeddings, const Analogy& analogy);

}  // namespace wordvec
