// Exact search through the compact codes of a matrix: what nearest() does where there are codes.
//
// A row passes three stages, each of which may prove that it is no answer: the angle between its
// cluster and the query, and the upper bounds of its cosine from 4-bit and from 8-bit codes
// (index/search_index.h). What is left is computed from the float32 row, as in full_scan(). The
// proof that this is the answer of a full scan to the last bit: let T be such that k candidates
// have a cosine of at least T (the k-th largest lower bound seen so far). A row whose upper bound
// is below T − kTieSlack scores less than each of those k, so it is not among the best k.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "wordvec/search/nearest.h"

namespace wordvec {

// How many rows came to each stage; of the first, the places of whole blocks, a few of which no row
// has.
struct SearchStages {
  std::size_t codes4 = 0;
  std::size_t codes8 = 0;
  std::size_t exact = 0;
  std::size_t clusters = 0;  // of which a block was read
};

// A search through the rows reads eight to twelve times as many bytes a row, but only those of
// candidates.
inline constexpr std::size_t kMinCodedShare = 8;

// True when a search through the codes is faster than one through the rows. With fewer candidates
// than one in `least_share` it is not.
bool codes_pay(const Embeddings& embeddings, const NearestOptions& options,
               std::size_t least_share = kMinCodedShare);

// These need embeddings.codes; every function gives what its namesake in nearest.h gives. Codes of
// a file that lies may give wrong or missing answers; where one is seen to lie, Error(malformed) is
// thrown.
std::vector<Neighbor> coded_search(const Embeddings& embeddings, const NearestQuery& query,
                                   const NearestOptions& options, SearchStages* stages = nullptr);

// Many queries at once, from the 8-bit codes: a product of small matrices. Threads share the
// queries.
std::vector<std::vector<Neighbor>> coded_batch_search(const Embeddings& embeddings,
                                                      std::span<const NearestQuery> queries,
                                                      const NearestOptions& options);

// On one thread, whatever options.threads says.
std::vector<Neighbor> coded_search_by_product(const Embeddings& embeddings,
                                              std::span<const Row> positives,
                                              std::span<const Row> negatives, bool include_inputs,
                                              const NearestOptions& options);

}  // namespace wordvec
