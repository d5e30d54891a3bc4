#include "wordvec/search/neighbor_table.h"

#include <algorithm>

#include "wordvec/search/candidates.h"

namespace wordvec {
namespace {

// Enough that a batch shares what it reads of the model, and about a second's work for a large one.
constexpr std::size_t kBatchQueries = 512;

}  // namespace

NeighborTable neighbor_table(const Embeddings& embeddings, std::span<const NearestQuery> queries,
                             const NearestOptions& options,
                             const std::function<void(std::size_t)>& progress) {
  NeighborTable table;
  table.k = options.k;
  table.rows.resize(queries.size() * table.k, NeighborTable::kNone);
  table.scores.resize(queries.size() * table.k);
  std::vector<NearestQuery> batch;
  std::vector<std::size_t> places;  // of the batch's queries among all
  for (std::size_t begin = 0; begin < queries.size(); begin += kBatchQueries) {
    const std::size_t end = std::min(begin + kBatchQueries, queries.size());
    batch.clear();
    places.clear();
    for (std::size_t q = begin; q < end; ++q) {
      if (!inverse_length_of(queries[q].vector)) continue;
      batch.push_back(queries[q]);
      places.push_back(q);
    }
    const auto answers = nearest(embeddings, batch, options);
    for (std::size_t b = 0; b < answers.size(); ++b) {
      for (std::size_t i = 0; i < answers[b].size(); ++i) {
        table.rows[places[b] * table.k + i] = answers[b][i].row;
        table.scores[places[b] * table.k + i] = answers[b][i].score;
      }
    }
    if (progress) progress(end);
  }
  return table;
}

}  // namespace wordvec
