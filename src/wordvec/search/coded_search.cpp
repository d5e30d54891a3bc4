#include "wordvec/search/coded_search.h"

#include <algorithm>
#include <array>

#include "wordvec/search/candidates.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr std::size_t kRunBlocks = 16;  // between two looks at the threshold

// One query's pass over the 4-bit codes.
class Scan {
 public:
  Scan(const Embeddings& embeddings, const NearestQuery& query, Refiner& refiner)
      : codes_(embeddings.codes),
        refiner_(refiner),
        values_(SearchIndex::groups4(embeddings.dim()) * 8),
        coded_(code_query(query.vector, refiner.inverse_length(), 127, values_)) {}

  void visit(const ClusterView& cluster) {
    const std::size_t scanned_before = scanned_rows_;
    visit_blocks(cluster);
    if (scanned_rows_ > scanned_before) ++scanned_clusters_;
  }

  std::size_t scanned_rows() const { return scanned_rows_; }
  std::size_t scanned_clusters() const { return scanned_clusters_; }

 private:
  void visit_blocks(const ClusterView& cluster) {
    CosineRange range = reachable_cosines(cluster.cosine, refiner_.needed());
    for (std::size_t block = first_reachable(cluster, range.least); block < cluster.end_block;
         block += kRunBlocks) {
      if (block != cluster.first_block) {
        range = reachable_cosines(cluster.cosine, refiner_.needed());
      }
      std::size_t end = std::min(block + kRunBlocks, cluster.end_block);
      while (end > block && least_cosine(end - 1) > range.most) --end;
      if (end == block) return;
      run(cluster, block, end);
    }
  }

  double least_cosine(std::size_t block) const { return double{codes_.cosines[2 * block]}; }
  double most_cosine(std::size_t block) const { return double{codes_.cosines[2 * block + 1]}; }

  // The first block with a row whose p is at least `least`.
  std::size_t first_reachable(const ClusterView& cluster, double least) const {
    std::size_t begin = cluster.first_block;
    std::size_t end = cluster.end_block;
    while (begin < end) {
      const std::size_t middle = begin + (end - begin) / 2;
      if (most_cosine(middle) < least) {
        begin = middle + 1;
      } else {
        end = middle;
      }
    }
    return begin;
  }

  void run(const ClusterView& cluster, std::size_t block, std::size_t end) {
    const double distance = largest_distance(least_cosine(block), cluster.length);
    simd::Select4Query query;
    query.values = values_.data();
    query.offset = static_cast<std::int32_t>(15 * coded_.sum);
    query.step = coded_.step;
    query.base = static_cast<float>(cluster.product + coded_.error * distance) + kEstimateSlack;
    query.error_factor = static_cast<float>(1 + coded_.error);
    query.threshold = static_cast<float>(refiner_.needed());
    std::array<std::uint32_t, kRunBlocks * SearchIndex::kBlockRows> found;
    const std::size_t count = simd::active().codes->select4(
        codes_.block4(block), SearchIndex::block4_bytes(codes_.dim),
        SearchIndex::groups4(codes_.dim), end - block, query, found.data());
    scanned_rows_ += (end - block) * SearchIndex::kBlockRows;
    for (std::size_t i = 0; i < count; ++i)
      prefetch8(codes_, block * SearchIndex::kBlockRows + found[i], 1);
    for (std::size_t i = 0; i < count; ++i) {
      refiner_.refine(block * SearchIndex::kBlockRows + found[i], cluster, distance);
    }
  }

  const SearchIndex& codes_;
  Refiner& refiner_;
  std::vector<std::int8_t> values_;
  CodedQuery coded_;
  std::size_t scanned_rows_ = 0;
  std::size_t scanned_clusters_ = 0;
};

}  // namespace

bool codes_pay(const Embeddings& embeddings, const NearestOptions& options,
               std::size_t least_share) {
  // With many answers most of the time goes to exact rows in no order.
  constexpr std::size_t kMaxAnswersShare = 64;
  if (embeddings.codes.empty() || options.k == 0) return false;
  std::size_t candidates = std::min(embeddings.rows(), options.top_rows);
  if (options.among) candidates = std::min(candidates, options.among->size());
  return candidates >= embeddings.rows() / least_share &&
         options.k <= embeddings.rows() / kMaxAnswersShare;
}

std::vector<Neighbor> coded_search(const Embeddings& embeddings, const NearestQuery& query,
                                   const NearestOptions& options, SearchStages* stages) {
  if (options.k == 0 || !inverse_length_of(query.vector)) return {};
  const AllowedRows allowed(embeddings, options);
  Refiner refiner(embeddings, query, options, allowed, kNothingKnown);
  std::vector<ClusterView> clusters =
      view_clusters(embeddings.codes, centroid_lengths_of(embeddings.codes), query.vector,
                    refiner.inverse_length());
  // The cluster where the best answers are likely comes first, so that others are soon out of
  // reach. A number that is none has no place in an order.
  for (ClusterView& cluster : clusters) {
    if (!(cluster.cosine >= -1)) cluster.cosine = -1;
  }
  std::sort(clusters.begin(), clusters.end(), [](const ClusterView& a, const ClusterView& b) {
    return a.cosine != b.cosine ? a.cosine > b.cosine : a.cluster < b.cluster;
  });
  Scan scan(embeddings, query, refiner);
  for (const ClusterView& cluster : clusters) scan.visit(cluster);
  auto answers = refiner.answers();
  if (stages != nullptr) {
    *stages = {scan.scanned_rows(), refiner.refined(), refiner.computed(), scan.scanned_clusters()};
  }
  return answers;
}

}  // namespace wordvec
