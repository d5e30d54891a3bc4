// Where rows stand among the answers of many analogies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "wordvec/search/analogies.h"

namespace wordvec {

struct RankedAnalogy {
  Analogy analogy;
  std::vector<Row> wanted;    // rows of which the best is ranked
  std::vector<Row> excluded;  // rows that are no candidates
};

struct AnalogyRank {
  std::uint64_t rank = 0;  // 1 + the candidates before it
  float score = 0;
};

struct AnalogyRankOptions {
  AnalogyMethod method = AnalogyMethod::add;
  std::size_t top_rows = std::numeric_limits<std::size_t>::max();  // candidates are below this
  unsigned threads = 0;                                            // 0: all there are
  // Called on the calling thread, now and then, with how many questions of how many are done.
  std::function<void(std::size_t done, std::size_t all)> progress{};
};

// For each analogy the place that its best wanted row would have among all answers of analogies()
// or analogies_by_product(), exactly; nullopt: no wanted row is a candidate with a score. Every
// candidate is compared with each word once, in double; the result depends on neither the number of
// threads nor the instruction set.
std::vector<std::optional<AnalogyRank>> analogy_ranks(const Embeddings& embeddings,
                                                      std::span<const RankedAnalogy> questions,
                                                      const AnalogyRankOptions& options);

}  // namespace wordvec
