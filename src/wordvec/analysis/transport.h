// The transportation problem: what it costs at least to move one distribution to another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace wordvec {

// The least Σ f(i,j) costs[i · demands.size() + j] over all f ≥ 0 that move supplies[i] out of each
// source i and demands[j] into each sink j. Costs are finite and not negative; supplies and demands
// are whole numbers with the same sum, below 2⁶³, so that flows are exact. Of empty ones: 0.
//
// Exact but for rounding: the optimum is proved by the potentials of the last basis, to 10⁻⁹ of the
// largest cost for each unit moved. A network simplex on strongly feasible trees (Cunningham 1976,
// "A network simplex method"), which cannot cycle, with block search (Grigoriadis 1986). A problem
// of 1,000 × 1,000 takes a fraction of a second, and memory for some of its nodes, not its arcs.
//
// Throws Error(usage) when the sums differ or are too large.
double transport_cost(std::span<const std::uint64_t> supplies,
                      std::span<const std::uint64_t> demands, std::span<const double> costs);

}  // namespace wordvec
