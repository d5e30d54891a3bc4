#include "wordvec/analysis/k_means.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "wordvec/analysis/selection.h"
#include "wordvec/base/error.h"
#include "wordvec/base/split_mix64.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr std::size_t kAssignedRows = 1024;
constexpr int kMaxRounds = 40;
constexpr std::size_t kMaxStarts = 8;
constexpr std::size_t kRowsOfOneStart = 4000;  // from here on, one start has to do

struct Clustering {
  std::vector<std::uint32_t> cluster_of;
  std::vector<float> similarity;
  double total = -std::numeric_limits<double>::infinity();  // of the similarities
};

class Clusterer {
 public:
  Clusterer(const Selection& rows, std::size_t clusters, unsigned threads)
      : rows_(rows), clusters_(clusters), threads_(threads), inverse_lengths_(rows.size()) {
    const simd::Kernels& kernels = simd::active();
    for_pieces([&](std::size_t i) {
      const double squared = kernels.dot(rows_[i].data(), rows_[i].data(), rows_.dim());
      if (!std::isfinite(squared)) {
        throw Error(ErrorCode::malformed, "a vector holds a value that is not finite");
      }
      inverse_lengths_[i] = squared > 0 ? 1 / std::sqrt(squared) : 0;
    });
  }

  Clustering run(std::uint64_t seed) {
    std::vector<float> centres = first_centres(seed);
    Clustering best;
    for (int round = 0; round < kMaxRounds; ++round) {
      std::vector<double> sums(clusters_ * rows_.dim());
      Clustering found = assign(centres, sums);
      const bool settled = found.cluster_of == best.cluster_of;
      best = std::move(found);
      if (settled) break;
      for (std::size_t c = 0; c < clusters_; ++c) {
        set_direction(std::span(sums).subspan(c * rows_.dim(), rows_.dim()),
                      std::span(centres).subspan(c * rows_.dim(), rows_.dim()));
      }
    }
    return best;
  }

 private:
  template <class Body>
  void for_pieces(Body body) const {
    const std::size_t pieces = (rows_.size() + kAssignedRows - 1) / kAssignedRows;
    parallel_for(threads_, pieces, [&](std::size_t piece) {
      const std::size_t end = std::min(rows_.size(), (piece + 1) * kAssignedRows);
      for (std::size_t i = piece * kAssignedRows; i < end; ++i) body(i);
    });
  }

  // A sum of zero leaves the centre where it was.
  static void set_direction(std::span<const double> sum, std::span<float> centre) {
    const double squared = std::inner_product(sum.begin(), sum.end(), sum.begin(), 0.0);
    if (!(squared > 0)) return;
    const double length = std::sqrt(squared);
    std::transform(sum.begin(), sum.end(), centre.begin(),
                   [&](double value) { return static_cast<float>(value / length); });
  }

  void set_centre(std::size_t row, std::span<float> centre) const {
    std::transform(rows_[row].begin(), rows_[row].end(), centre.begin(),
                   [&](float value) { return static_cast<float>(value * inverse_lengths_[row]); });
  }

  // k-means++: each next one is a row, drawn with its squared distance (of unit vectors,
  // 2 - 2 cosine) from the nearest so far as weight.
  std::vector<float> first_centres(std::uint64_t seed) const {
    SplitMix64 random(seed);
    const simd::Kernels& kernels = simd::active();
    std::vector<float> centres(clusters_ * rows_.dim());
    std::vector<double> distances(rows_.size(), std::numeric_limits<double>::infinity());
    auto next = static_cast<std::size_t>(random.uniform() * static_cast<double>(rows_.size()));
    for (std::size_t c = 0; c < clusters_; ++c) {
      const std::span<float> centre = std::span(centres).subspan(c * rows_.dim(), rows_.dim());
      set_centre(next, centre);
      for_pieces([&](std::size_t i) {
        const double cosine =
            kernels.dot(rows_[i].data(), centre.data(), rows_.dim()) * inverse_lengths_[i];
        distances[i] = std::min(distances[i], std::max(0.0, 2 - 2 * cosine));
      });
      double left = random.uniform() * std::accumulate(distances.begin(), distances.end(), 0.0);
      for (next = 0; next + 1 < rows_.size(); ++next) {
        left -= distances[next];
        if (left < 0) break;
      }
    }
    return centres;
  }

  // Adds the unit vectors of each cluster to its part of `sums`.
  Clustering assign(const std::vector<float>& centres, std::vector<double>& sums) const {
    struct Part {
      RowBlock block;
      std::vector<double> sums;
      double total = 0;
    };
    const std::size_t dim = rows_.dim();
    const simd::Kernels& kernels = simd::active();
    Clustering found;
    found.cluster_of.resize(rows_.size());
    found.similarity.resize(rows_.size());
    found.total = 0;
    for_each_block<Part>(
        rows_, kAssignedRows, threads_,
        [&](RowBlock block) {
          Part part{block, std::vector<double>(clusters_ * dim)};
          std::vector<double> dots(clusters_);
          for (std::size_t i = block.first; i < block.first + block.count; ++i) {
            const float* const row = rows_[i].data();
            kernels.scan(row, dim, 1, centres.data(), dim, clusters_, dim, dots.data(), 1);
            const auto largest = std::max_element(dots.begin(), dots.end());
            const auto cluster = static_cast<std::size_t>(largest - dots.begin());
            // The centre is rounded to float32.
            const double similarity = std::clamp(*largest * inverse_lengths_[i], -1.0, 1.0);
            found.cluster_of[i] = static_cast<std::uint32_t>(cluster);
            found.similarity[i] = static_cast<float>(similarity);
            part.total += similarity;
            kernels.axpy(inverse_lengths_[i], row, part.sums.data() + cluster * dim, dim);
          }
          return part;
        },
        [&](const Part& part) {
          found.total += part.total;
          std::transform(sums.begin(), sums.end(), part.sums.begin(), sums.begin(), std::plus<>());
        });
    return found;
  }

  Selection rows_;
  std::size_t clusters_;
  unsigned threads_;
  std::vector<double> inverse_lengths_;  // 0 for rows of zeros
};

// Numbers clusters anew: by falling size, then by their first row; those without rows are left out.
KMeansResult in_order(Clustering clustering, std::size_t clusters) {
  std::vector<std::size_t> sizes(clusters);
  std::vector<std::size_t> first(clusters, clustering.cluster_of.size());
  for (std::size_t i = clustering.cluster_of.size(); i-- > 0;) {
    ++sizes[clustering.cluster_of[i]];
    first[clustering.cluster_of[i]] = i;
  }
  std::vector<std::uint32_t> order(clusters);
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(sizes[b], first[a]) < std::pair(sizes[a], first[b]);
  });
  std::vector<std::uint32_t> number_of(clusters);
  for (std::uint32_t n = 0; n < clusters; ++n) number_of[order[n]] = n;
  KMeansResult result;
  result.clusters = clusters - static_cast<std::size_t>(std::count(sizes.begin(), sizes.end(), 0U));
  result.cluster_of = std::move(clustering.cluster_of);
  for (std::uint32_t& cluster : result.cluster_of) cluster = number_of[cluster];
  result.similarity_to_centre = std::move(clustering.similarity);
  return result;
}

}  // namespace

KMeansResult k_means(const MatrixView& matrix, std::span<const Row> chosen,
                     const KMeansOptions& options) {
  const Selection rows(matrix, chosen);
  if (options.clusters == 0) throw Error(ErrorCode::usage, "cannot make 0 clusters");
  if (rows.size() == 0) return {};
  const std::size_t clusters = std::min(options.clusters, rows.size());
  Clusterer clusterer(rows, clusters, threads_or_default(options.threads));
  const std::size_t starts =
      options.starts > 0 ? options.starts
                         : std::clamp<std::size_t>(kRowsOfOneStart / rows.size(), 1, kMaxStarts);
  Clustering best;
  for (std::size_t start = 0; start < starts; ++start) {
    Clustering found = clusterer.run(start);
    if (found.total > best.total) best = std::move(found);
  }
  return in_order(std::move(best), clusters);
}

}  // namespace wordvec
