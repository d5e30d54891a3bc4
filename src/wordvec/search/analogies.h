// Many analogies at once.
#pragma once

#include <span>
#include <vector>

#include "wordvec/search/nearest.h"

namespace wordvec {

// a is to b as the answer is to c: a − b + c.
struct Analogy {
  Row a = 0;
  Row b = 0;
  Row c = 0;
};

enum class AnalogyMethod {
  add,  // 3CosAdd: analogies()
  mul,  // 3CosMul: analogies_by_product()
};

// For each analogy the answers that nearest() gives to the query_vector() of its sum (3CosAdd), to
// the last bit; the three rows are answers only when `include_inputs`. A sum that is zero, and a
// row without a direction, have no answers.
//
// A sum's cosine with a row is that of its words', added: so each word is compared with every row
// once, however many analogies it is in (Levy and Goldberg 2014, equation 3).
std::vector<std::vector<Neighbor>> analogies(const Embeddings& embeddings,
                                             std::span<const Analogy> questions,
                                             bool include_inputs, const NearestOptions& options);

// For each analogy the answers that nearest_by_product() gives with a and c over b (3CosMul), to
// the last bit; the three rows are answers only when `include_inputs`. An analogy with a row that
// has no direction has no answers.
std::vector<std::vector<Neighbor>> analogies_by_product(const Embeddings& embeddings,
                                                        std::span<const Analogy> questions,
                                                        bool include_inputs,
                                                        const NearestOptions& options);

// The same, always through the codes, which must be there.
std::vector<std::vector<Neighbor>> coded_analogies(const Embeddings& embeddings,
                                                   std::span<const Analogy> questions,
                                                   bool include_inputs,
                                                   const NearestOptions& options);

std::vector<std::vector<Neighbor>> coded_analogies_by_product(const Embeddings& embeddings,
                                                              std::span<const Analogy> questions,
                                                              bool include_inputs,
                                                              const NearestOptions& options);

}  // namespace wordvec
