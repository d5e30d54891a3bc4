#include "wordvec/search/explain_search.h"

#include <algorithm>
#include <bit>

#include "wordvec/base/best_time.h"
#include "wordvec/search/coded_search.h"

namespace wordvec {
namespace {

bool are_same(const std::vector<Neighbor>& a, const std::vector<Neighbor>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](const Neighbor& x, const Neighbor& y) {
        return x.row == y.row &&
               std::bit_cast<std::uint32_t>(x.score) == std::bit_cast<std::uint32_t>(y.score);
      });
}

void fill_stages(const SearchIndex& codes, const SearchStages& stages, std::size_t answers,
                 ExplainedSearch& explained) {
  constexpr std::uint64_t kBlockRows = SearchIndex::kBlockRows;
  const std::uint64_t places = codes.rows.size();
  const std::uint64_t row_bytes = std::uint64_t{codes.dim} * sizeof(float);
  explained.cluster_count = codes.clusters();
  explained.clusters_skipped = codes.clusters() - stages.clusters;
  explained.blocks = codes.blocks();
  explained.blocks_skipped = codes.blocks() - stages.codes4 / kBlockRows;
  explained.clusters = {codes.clusters(), places - stages.codes4, codes.clusters() * row_bytes};
  explained.codes4 = {stages.codes4, stages.codes4 - stages.codes8,
                      stages.codes4 / kBlockRows * SearchIndex::block4_bytes(codes.dim)};
  explained.codes8 = {stages.codes8, stages.codes8 - stages.exact,
                      stages.codes8 * SearchIndex::row8_bytes(codes.dim)};
  explained.exact = {stages.exact, stages.exact - answers, stages.exact * row_bytes};
}

}  // namespace

ExplainedSearch explain_search(const Embeddings& embeddings, const NearestQuery& query,
                               const NearestOptions& options) {
  NearestOptions one_thread = options;
  one_thread.threads = 1;
  const auto scan = [&] { return full_scan(embeddings, {&query, 1}, one_thread).front(); };
  ExplainedSearch explained;
  // The scan first: what it reads does the search no good, whose codes are elsewhere.
  explained.scan_answers = with_best_time(scan, explained.full_scan_seconds);
  explained.full_scan = {
      embeddings.rows(), embeddings.rows() - explained.scan_answers.size(),
      std::uint64_t{embeddings.rows()} * (embeddings.dim() + 1) * sizeof(float)};  // norms
  explained.through_codes = codes_pay(embeddings, options);
  if (explained.through_codes) {
    SearchStages stages;
    explained.answers = with_best_time(
        [&] { return coded_search(embeddings, query, one_thread, &stages); }, explained.seconds);
    fill_stages(embeddings.codes, stages, explained.answers.size(), explained);
  } else {
    explained.answers = explained.scan_answers;
    explained.seconds = explained.full_scan_seconds;
  }
  explained.same_answers = are_same(explained.answers, explained.scan_answers);
  return explained;
}

}  // namespace wordvec
