#include "wordvec/search/neighbor_overlap.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/search/neighbor_table.h"

namespace wordvec {
namespace {

// The neighbours of each word, [words, k], by the words' places among `rows`, in ascending order;
// kNone, which is greater than all, where there are fewer.
std::vector<Row> neighbor_places(const Embeddings& embeddings, std::span<const Row> rows,
                                 std::size_t k, unsigned threads,
                                 const std::function<void(std::size_t)>& progress) {
  // Without codes a search reads each row for each query, so then only what is asked for is there
  // to be read.
  Embeddings searched = embeddings;
  std::vector<float> gathered;
  std::vector<float> norms;
  std::vector<Row> places(embeddings.codes.empty() ? rows.size() : embeddings.rows());
  std::vector<Row> candidates(rows.begin(), rows.end());
  if (embeddings.codes.empty()) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = embeddings.matrix.row(rows[i]);
      gathered.insert(gathered.end(), row.begin(), row.end());
      norms.push_back(embeddings.norms[rows[i]]);
      candidates[i] = static_cast<Row>(i);
    }
    searched.matrix = {gathered.data(), rows.size(), embeddings.dim()};
    searched.norms = norms;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) places[candidates[i]] = static_cast<Row>(i);

  std::vector<NearestQuery> queries;
  for (const Row& row : candidates) queries.push_back({searched.matrix.row(row), {&row, 1}});
  NearestOptions options;
  options.k = k;
  options.threads = threads;
  if (!embeddings.codes.empty()) options.among = candidates;
  NeighborTable table = neighbor_table(searched, queries, options, progress);
  for (Row& row : table.rows) {
    if (row != NeighborTable::kNone) row = places[row];
  }
  for (auto first = table.rows.begin(); first != table.rows.end();) {
    const auto last = first + static_cast<std::ptrdiff_t>(k);
    std::sort(first, last);
    first = last;
  }
  return std::move(table.rows);
}

std::span<const Row> found(const std::vector<Row>& places, std::size_t i, std::size_t k) {
  const auto all = std::span(places).subspan(i * k, k);
  const auto end = std::lower_bound(all.begin(), all.end(), NeighborTable::kNone);
  return all.first(static_cast<std::size_t>(end - all.begin()));
}

}  // namespace

std::vector<double> neighbor_overlap(const Embeddings& first, const Embeddings& second,
                                     const SharedWords& words, const OverlapOptions& options) {
  if (words.size() < 2) {
    throw Error(ErrorCode::usage,
                "neighbours need at least 2 words, found " + std::to_string(words.size()));
  }
  if (options.k == 0) throw Error(ErrorCode::usage, "found k = 0, expected at least 1 neighbour");
  const std::size_t k = std::min(options.k, words.size() - 1);
  const auto places_in = [&](const Embeddings& embeddings, std::span<const Row> rows,
                             std::size_t done_before) {
    return neighbor_places(embeddings, rows, k, options.threads, [&](std::size_t done) {
      if (options.progress) options.progress(done_before + done, 2 * words.size());
    });
  };
  const std::vector<Row> in_first = places_in(first, words.first, 0);
  const std::vector<Row> in_second = places_in(second, words.second, words.size());
  std::vector<double> overlaps;
  overlaps.reserve(words.size());
  std::vector<Row> both;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto a = found(in_first, i, k);
    const auto b = found(in_second, i, k);
    both.clear();
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    const std::size_t either = a.size() + b.size() - both.size();
    // Damaged codes may have hidden all of them.
    overlaps.push_back(
        either == 0 ? 0 : static_cast<double>(both.size()) / static_cast<double>(either));
  }
  return overlaps;
}

}  // namespace wordvec
