#include "wordvec/search/closer.h"

#include <algorithm>
#include <cmath>

#include "wordvec/search/coded_search.h"
#include "wordvec/search/similarity.h"

namespace wordvec {

std::vector<Neighbor> closer(const Embeddings& embeddings, const CloserQuery& query,
                             const NearestOptions& options) {
  const float score = similarity(Measure::cosine, query.to.vector, query.than);
  NearestOptions all = options;
  all.min_score =
      std::max(options.min_score, std::nextafter(score, std::numeric_limits<float>::infinity()));
  // The codes are fast where the answers are few, which nobody knows before.
  constexpr std::size_t kFewShare = 1024;
  NearestOptions few = all;
  few.k = std::min(all.k, embeddings.rows() / kFewShare);
  if (codes_pay(embeddings, few)) {
    std::vector<Neighbor> found = coded_search(embeddings, query.to, few);
    if (found.size() < few.k || few.k == all.k) return found;
  }
  return std::move(nearest(embeddings, {&query.to, 1}, all).front());
}

}  // namespace wordvec
