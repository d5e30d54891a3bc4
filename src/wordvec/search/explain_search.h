// What a search reads and what it may leave unread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wordvec/search/nearest.h"

namespace wordvec {

// What a stage of a search read, and of how many rows it proved that they are no answers. Rows are
// places of the codes: of a cluster's last block a few may have no row.
struct ExplainedStage {
  std::uint64_t rows_read = 0;
  std::uint64_t rows_skipped = 0;  // that came to the stage and went no further
  std::uint64_t bytes_read = 0;
};

struct ExplainedSearch {
  // False: nearest() reads the whole matrix for this query, because there are no codes, or they do
  // not pay; `clusters` to `exact` are zeros.
  bool through_codes = false;
  // The angles to the clusters' centres, which leave out whole blocks of rows. rows_read: centres.
  ExplainedStage clusters;
  ExplainedStage codes4;
  ExplainedStage codes8;
  ExplainedStage exact;  // rows_skipped: those that were computed and are no answers
  std::uint64_t cluster_count = 0;
  std::uint64_t clusters_skipped = 0;  // of which no block was read
  std::uint64_t blocks = 0;
  std::uint64_t blocks_skipped = 0;
  ExplainedStage full_scan;

  std::vector<Neighbor> answers;       // of nearest()
  std::vector<Neighbor> scan_answers;  // of full_scan()
  bool same_answers = false;           // rows and the bits of the scores
  double seconds = 0;                  // of nearest(): the best of a few runs
  double full_scan_seconds = 0;        // likewise

  std::uint64_t bytes_read() const noexcept {  // of nearest()
    return through_codes
               ? clusters.bytes_read + codes4.bytes_read + codes8.bytes_read + exact.bytes_read
               : full_scan.bytes_read;
  }
};

// Searches as nearest() does and by a full scan, both on one thread whatever options.threads says.
// Throws as nearest() does.
ExplainedSearch explain_search(const Embeddings& embeddings, const NearestQuery& query,
                               const NearestOptions& options);

}  // namespace wordvec
