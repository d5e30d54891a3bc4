#include "wordvec/index/inverted_lists.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "wordvec/base/bytes.h"
#include "wordvec/base/parallel.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr std::size_t kRowsPerCluster = 512;  // of a small matrix
constexpr std::size_t kMaxCentroids = 64;
constexpr std::size_t kMaxIndexedRows = 0xffff0000;  // positions have 32 bits, with padding
constexpr std::size_t kSampleRowsPerCluster = 256;
constexpr int kRounds = 6;
constexpr int kDirectionLimit = 63;  // of a centroid's values: what every instruction set takes
constexpr std::size_t kMaxPieceRows = 512;
// Of float32 unit vectors that are held at once: by a thread, and of the sample.
constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
constexpr std::size_t kSampleBytes = std::size_t{32} << 20;
// p has the error of u, 2⁻²⁴, and is rounded twice.
constexpr float kCosineSlack = 1e-6F;

// Rows of 8-bit codes, for kernels that compare rows with directions.
struct CodedRows {
  explicit CodedRows(std::size_t count, std::size_t dim)
      : stride(round_up(dim, 4)), codes(count * stride) {}

  std::size_t stride;
  std::vector<std::uint8_t> codes;
};

// Works on one row at a time; a thread's own.
class RowCoder {
 public:
  RowCoder(std::span<const float> matrix, std::size_t dim, std::span<const double> inverse_lengths)
      : matrix_(matrix), dim_(dim), inverse_lengths_(inverse_lengths), zeros_(dim), scratch_(dim) {}

  // The unit vector of a row that has a direction.
  void unit(std::size_t row, std::span<float> out) const {
    codes_.scale(matrix_.data() + row * dim_, inverse_lengths_[row], out.data(), dim_);
  }

  // 8-bit codes of a vector, in steps of its own.
  void code(std::span<const float> vector, std::uint8_t* out) {
    const float largest = codes_.subtract(vector.data(), zeros_.data(), scratch_.data(), dim_);
    const float step = largest / 127;
    codes_.quantize(vector.data(), 1 / step, step, 128, 1, 255, out, scratch_.data(), dim_);
  }

 private:
  const simd::CodeKernels& codes_ = *simd::active().codes;
  std::span<const float> matrix_;
  std::size_t dim_;
  std::span<const double> inverse_lengths_;
  std::vector<float> zeros_;
  std::vector<float> scratch_;
};

// Directions of centroids in whole numbers, packed for tile8(). One step for all, so that sums can
// be compared.
class Directions {
 public:
  Directions(std::span<const float> centroids, std::size_t dim)
      : dim_(dim),
        count_(centroids.size() / dim),
        groups_((count_ + simd::kCodeLanes - 1) / simd::kCodeLanes),
        packed_(groups_ * quads() * 4 * simd::kCodeLanes) {
    const simd::Kernels& kernels = simd::active();
    std::vector<double> inverse_lengths(count_);
    double largest = 0;
    for (std::size_t c = 0; c < count_; ++c) {
      const float* centroid = centroids.data() + c * dim;
      const double length = std::sqrt(kernels.dot(centroid, centroid, dim));
      inverse_lengths[c] = length > 0 ? 1 / length : 0;
      for (std::size_t i = 0; i < dim; ++i) {
        largest = std::max(largest, std::abs(double{centroid[i]}) * inverse_lengths[c]);
      }
    }
    const double factor = largest > 0 ? kDirectionLimit / largest : 0;
    offsets_.assign(groups_ * simd::kCodeLanes, 0);
    for (std::size_t c = 0; c < count_; ++c) {
      for (std::size_t i = 0; i < dim; ++i) {
        const double value = double{centroids[c * dim + i]} * inverse_lengths[c] * factor;
        const auto whole = static_cast<int>(std::lrint(value));
        packed_[packed_index(c, i, quads())] = static_cast<std::int8_t>(whole);
        offsets_[c] += 128 * whole;
      }
    }
  }

  // For each of `count` rows the centroid whose direction is nearest; of equals the first.
  void nearest(const CodedRows& rows, std::size_t count, std::vector<std::int32_t>& sums,
               std::span<std::uint16_t> out) const {
    const std::size_t width = groups_ * simd::kCodeLanes;
    sums.resize(count * width);
    simd::active().codes->tile8(rows.codes.data(), rows.stride, count, packed_.data(), groups_,
                                quads(), sums.data());
    for (std::size_t r = 0; r < count; ++r) {
      const std::int32_t* row = sums.data() + r * width;
      std::size_t best = 0;
      for (std::size_t c = 1; c < count_; ++c) {
        if (row[c] - offsets_[c] > row[best] - offsets_[best]) best = c;
      }
      out[r] = static_cast<std::uint16_t>(best);
    }
  }

 private:
  std::size_t quads() const { return (dim_ + 3) / 4; }

  std::size_t dim_;
  std::size_t count_;
  std::size_t groups_;
  std::vector<std::int8_t> packed_;
  std::vector<std::int32_t> offsets_;
};

std::size_t piece_rows(std::size_t dim) {
  return std::clamp<std::size_t>(kPieceBytes / (dim * sizeof(float)), 1, kMaxPieceRows);
}

// Calls body(first, count) for pieces of [0, count), on all threads.
template <class Body>
void for_pieces(unsigned threads, std::size_t count, std::size_t piece, Body body) {
  parallel_for(threads, (count + piece - 1) / piece,
               [&](std::size_t p) { body(p * piece, std::min(piece, count - p * piece)); });
}

std::vector<double> inverse_lengths_of(std::span<const float> matrix, std::size_t dim,
                                       unsigned threads) {
  const simd::Kernels& kernels = simd::active();
  std::vector<double> inverse_lengths(matrix.size() / dim);
  for_pieces(threads, inverse_lengths.size(), piece_rows(dim),
             [&](std::size_t first, std::size_t size) {
               for (std::size_t r = first; r < first + size; ++r) {
                 const float* x = matrix.data() + r * dim;
                 const double squared = kernels.dot(x, x, dim);
                 const bool has_direction = squared > 0 && std::isfinite(squared);
                 inverse_lengths[r] = has_direction ? 1 / std::sqrt(squared) : 0;
               }
             });
  return inverse_lengths;
}

std::vector<std::uint32_t> rows_with_direction(std::span<const double> inverse_lengths) {
  std::vector<std::uint32_t> rows;
  rows.reserve(inverse_lengths.size());
  for (std::size_t r = 0; r < inverse_lengths.size(); ++r) {
    if (inverse_lengths[r] > 0) rows.push_back(static_cast<std::uint32_t>(r));
  }
  return rows;
}

// Spherical k-means on a sample, evenly spaced in the order of rows; need not converge.
std::vector<float> find_centroids(std::span<const float> matrix, std::size_t dim,
                                  std::span<const double> inverse_lengths,
                                  std::span<const std::uint32_t> rows, unsigned threads) {
  const std::size_t clusters =
      std::clamp<std::size_t>(rows.size() / kRowsPerCluster, 1, kMaxCentroids);
  const std::size_t most_held = std::max(clusters, kSampleBytes / (dim * sizeof(float)));
  const std::size_t sample = std::min({rows.size(), clusters * kSampleRowsPerCluster, most_held});
  std::vector<float> units(sample * dim);
  CodedRows coded(sample, dim);
  for_pieces(threads, sample, piece_rows(dim), [&](std::size_t first, std::size_t size) {
    RowCoder coder(matrix, dim, inverse_lengths);
    for (std::size_t i = first; i < first + size; ++i) {
      const std::span<float> unit = std::span(units).subspan(i * dim, dim);
      coder.unit(rows[i * rows.size() / sample], unit);
      coder.code(unit, coded.codes.data() + i * coded.stride);
    }
  });
  std::vector<float> centroids(clusters * dim);
  for (std::size_t c = 0; c < clusters; ++c) {
    const float* unit = units.data() + c * sample / clusters * dim;
    std::copy(unit, unit + dim, centroids.data() + c * dim);
  }
  const simd::Kernels& kernels = simd::active();
  std::vector<std::uint16_t> nearest(sample);
  std::vector<std::int32_t> sums;
  for (int round = 0; round < kRounds; ++round) {
    Directions(centroids, dim).nearest(coded, sample, sums, nearest);
    std::vector<double> totals(clusters * dim);
    std::vector<std::size_t> counts(clusters);
    for (std::size_t i = 0; i < sample; ++i) {
      kernels.axpy(1, units.data() + i * dim, totals.data() + nearest[i] * dim, dim);
      ++counts[nearest[i]];
    }
    for (std::size_t c = 0; c < clusters; ++c) {
      if (counts[c] == 0) continue;
      for (std::size_t i = 0; i < dim; ++i) {
        centroids[c * dim + i] =
            static_cast<float>(totals[c * dim + i] / static_cast<double>(counts[c]));
      }
    }
  }
  return centroids;
}

struct Placed {
  float cosine = 0;  // p
  std::uint32_t row = 0;
};

// The nearest centroid of each of `rows`, and the cosine with it.
void place_rows(std::span<const float> matrix, std::size_t dim,
                std::span<const double> inverse_lengths, std::span<const float> centroids,
                std::span<const std::uint32_t> rows, unsigned threads,
                std::span<std::uint16_t> clusters, std::span<float> cosines) {
  const simd::Kernels& kernels = simd::active();
  const Directions directions(centroids, dim);
  std::vector<double> inverse_centroid_lengths;
  for (std::size_t c = 0; c * dim < centroids.size(); ++c) {
    const float* centroid = centroids.data() + c * dim;
    const double length = std::sqrt(kernels.dot(centroid, centroid, dim));
    inverse_centroid_lengths.push_back(length > 0 ? 1 / length : 0);
  }
  for_pieces(threads, rows.size(), piece_rows(dim), [&](std::size_t first, std::size_t size) {
    RowCoder coder(matrix, dim, inverse_lengths);
    std::vector<float> units(size * dim);
    CodedRows coded(size, dim);
    for (std::size_t i = 0; i < size; ++i) {
      const std::span<float> unit = std::span(units).subspan(i * dim, dim);
      coder.unit(rows[first + i], unit);
      coder.code(unit, coded.codes.data() + i * coded.stride);
    }
    std::vector<std::int32_t> sums;
    directions.nearest(coded, size, sums, clusters.subspan(first, size));
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t c = clusters[first + i];
      const double dot = kernels.dot(units.data() + i * dim, centroids.data() + c * dim, dim);
      cosines[first + i] = static_cast<float>(dot * inverse_centroid_lengths[c]);
    }
  });
}

}  // namespace

InvertedLists build_inverted_lists(std::span<const float> matrix, std::size_t dim,
                                   unsigned threads) {
  threads = threads_or_default(threads);
  InvertedLists lists;
  lists.dim = dim;
  lists.inverse_lengths = inverse_lengths_of(matrix, dim, threads);
  const std::vector<std::uint32_t> rows = rows_with_direction(lists.inverse_lengths);
  if (rows.empty() || rows.size() > kMaxIndexedRows) return lists;
  lists.centroids = find_centroids(matrix, dim, lists.inverse_lengths, rows, threads);
  const std::size_t clusters = lists.centroids.size() / dim;
  std::vector<std::uint16_t> cluster_of(rows.size());
  std::vector<float> cosine_of(rows.size());
  place_rows(matrix, dim, lists.inverse_lengths, lists.centroids, rows, threads, cluster_of,
             cosine_of);

  std::vector<std::vector<Placed>> members(clusters);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    members[cluster_of[i]].push_back({cosine_of[i], rows[i]});
  }
  parallel_for(threads, clusters, [&](std::size_t c) {
    std::sort(members[c].begin(), members[c].end(), [](const Placed& a, const Placed& b) {
      return a.cosine != b.cosine ? a.cosine < b.cosine : a.row < b.row;
    });
  });
  lists.first_blocks.push_back(0);
  for (const std::vector<Placed>& cluster : members) {
    for (std::size_t first = 0; first < cluster.size(); first += SearchIndex::kBlockRows) {
      const std::size_t last = std::min(first + SearchIndex::kBlockRows, cluster.size()) - 1;
      lists.cosines.push_back(cluster[first].cosine - kCosineSlack);
      lists.cosines.push_back(cluster[last].cosine + kCosineSlack);
      for (std::size_t i = first; i < first + SearchIndex::kBlockRows; ++i) {
        lists.rows.push_back(i <= last ? cluster[i].row : SearchIndex::kNoRow);
      }
    }
    lists.first_blocks.push_back(static_cast<std::uint32_t>(lists.blocks()));
  }
  return lists;
}

}  // namespace wordvec
