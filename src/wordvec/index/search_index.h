// Compact codes of a matrix, from which most rows can be proved to be no neighbours of a query.
//
// Every row that has a direction is coded. Rows are divided into clusters with a centre μ each. The
// unit row u = x / ‖x‖ of a cluster is written in two ways as
//   u = μ + s · z + e,   z whole numbers, ‖e‖ ≤ ε:
// with 4 bits an element, z = 2 · code − 15, and with 8 bits, z = code − 128. For a query q of unit
// length with q = t · Q + d, Q whole numbers, ‖d‖ ≤ δ,
//   ⟨q,u⟩ = ⟨q,μ⟩ + t·s·⟨Q,z⟩ + ⟨d, s·z⟩ + ⟨q,e⟩,
// so by Cauchy–Schwarz, and since ‖s·z‖ ≤ ‖u − μ‖ + ε,
//   |⟨q,u⟩ − (⟨q,μ⟩ + t·s·⟨Q,z⟩)|  ≤  (1 + δ)·ε + δ·‖u − μ‖.                               (1)
// ⟨Q,z⟩ is computed exactly, in whole numbers. kEstimateSlack covers the float32 arithmetic of the
// estimate.
//
// Within a cluster rows are in the order of p = ⟨u,μ⟩/‖μ‖, ascending. With a = ⟨q,μ⟩/‖μ‖, and the
// parts of q and u that are orthogonal to μ of lengths √(1−a²) and √(1−p²),
//   ⟨q,u⟩ ≤ a·p + √(1−a²)·√(1−p²) = cos(arccos a − arccos p),                              (2)
// which proves of whole runs of rows that none can score enough.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wordvec/base/bytes.h"

namespace wordvec {

// The positions of a row among the codes: 16 × block + lane.
using Position = std::uint32_t;

// The arrays, as a view over memory; FORMAT.md specifies them to the byte. They may come from a
// file that lies: sizes are right (SearchIndex::fits()), but every number in them may be anything,
// and whoever uses one as an index checks it first.
struct SearchIndex {
  static constexpr std::size_t kBlockRows = 16;
  static constexpr std::size_t kMaxClusters = 4096;
  static constexpr std::uint32_t kNoRow = 0xffffffff;  // of a position that no row has

  std::size_t dim = 0;
  std::span<const float> centroids;             // [clusters, dim]: μ
  std::span<const std::uint32_t> first_blocks;  // [clusters + 1], ascending
  std::span<const float> cosines;               // [blocks, 2]: bounds of p of the block's rows
  std::span<const std::uint32_t> rows;          // [16 · blocks]: the row at each position
  std::span<const std::uint8_t> codes4;         // [blocks, block4_bytes(dim)]
  std::span<const std::uint8_t> codes8;         // [16 · blocks, row8_bytes(dim)]

  bool empty() const noexcept { return rows.empty(); }
  std::size_t clusters() const noexcept { return first_blocks.size() - 1; }
  std::size_t blocks() const noexcept { return rows.size() / kBlockRows; }
  std::span<const float> centroid(std::size_t cluster) const noexcept {
    return centroids.subspan(cluster * dim, dim);
  }
  const std::uint8_t* block4(std::size_t block) const noexcept {
    return codes4.data() + block * block4_bytes(dim);
  }
  const std::uint8_t* row8(std::size_t position) const noexcept {
    return codes8.data() + position * row8_bytes(dim);
  }

  // Eight elements of 16 rows are 64 bytes of a block of 4-bit codes.
  static constexpr std::size_t groups4(std::size_t dim) noexcept { return (dim + 7) / 8; }
  // Codes, then the 16 rows' scales s and their errors ε, float32.
  static constexpr std::size_t block4_bytes(std::size_t dim) noexcept {
    return groups4(dim) * 64 + 2 * kBlockRows * sizeof(float);
  }
  // A row's codes, padding, and in the last eight bytes its scale and its error, float32.
  static constexpr std::size_t row8_bytes(std::size_t dim) noexcept {
    return (dim + 2 * sizeof(float) + 63) / 64 * 64;
  }

  // True when the arrays have the sizes that their number of blocks and clusters ask for.
  bool fits() const noexcept;
};

// The scale and the error of a row of 8-bit codes.
struct RowBounds {
  float scale = 0;
  float error = 0;
};
inline RowBounds row8_bounds(const SearchIndex& codes, std::size_t position) noexcept {
  const std::uint8_t* end = codes.row8(position) + SearchIndex::row8_bytes(codes.dim);
  return {load_le<float>(end - 8), load_le<float>(end - 4)};
}

// What the float32 arithmetic of an estimate, its bound and the threshold can lose: at most ten
// roundings, of values of at most 16 in magnitude (δ ≤ 1, ‖u − μ‖ ≤ 2, ε ≤ 2), so less than
// 10 · 16 · 2⁻²⁴ < 1e-5.
inline constexpr float kEstimateSlack = 1e-5F;
// Two rows may tie in the score, which is rounded to float32 twice as coarsely as 2⁻²⁴, although
// their cosines differ; and a cosine in double is wrong by far less than 1e-9. A row whose cosine
// is this much below another's scores less than that, for certain.
inline constexpr double kTieSlack = 3e-7;

// A query of unit length in whole numbers, with what (1) needs.
struct CodedQuery {
  float step = 0;        // t
  double error = 0;      // δ
  std::int64_t sum = 0;  // ΣQ
};

// Q = the elements of `vector` · inverse_length / t, rounded, within ±limit ≤ 127, into `values`.
// The rest of `values` is set to 0.
CodedQuery code_query(std::span<const float> vector, double inverse_length, int limit,
                      std::span<std::int8_t> values);
// The same with Q = 128 · high + low, both within ±64.
CodedQuery code_query(std::span<const float> vector, double inverse_length,
                      std::span<std::int8_t> high, std::span<std::int8_t> low);

// Where CodeKernels::tile8() takes element `i` of query `q`, among groups of queries of `quads` × 4
// elements.
constexpr std::size_t packed_index(std::size_t q, std::size_t i, std::size_t quads) noexcept {
  constexpr std::size_t kGroup = SearchIndex::kBlockRows;
  return ((q / kGroup * quads + i / 4) * kGroup + q % kGroup) * 4 + i % 4;
}

// An upper bound of ‖u − μ‖ for rows with p ≥ least_cosine.
double largest_distance(double least_cosine, double centroid_length) noexcept;

// The values of p for which (2) leaves room for a cosine of at least `needed`.
struct CosineRange {
  double least = -2;
  double most = 2;
};
CosineRange reachable_cosines(double query_cosine, double needed) noexcept;

}  // namespace wordvec
