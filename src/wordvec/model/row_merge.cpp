#include "wordvec/model/row_merge.h"

#include <algorithm>
#include <string>

#include "wordvec/base/error.h"

namespace wordvec {

std::string_view name_of(MergeBy by) noexcept {
  return by == MergeBy::concatenate ? "concatenate" : "average";
}

void RowMerge::begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) {
  dim_ = dim;
  if (by_ == MergeBy::average && other_.dim() != dim) {
    throw Error(ErrorCode::usage, "vectors of " + std::to_string(dim) + " and " +
                                      std::to_string(other_.dim()) +
                                      " values have no average: concatenate them, or reduce the "
                                      "longer ones first");
  }
  const std::size_t merged = by_ == MergeBy::concatenate ? dim + other_.dim() : dim;
  if (merged > kMaxDim) {
    throw Error(ErrorCode::usage, "the merged vectors would have " + std::to_string(merged) +
                                      " values, expected at most " + std::to_string(kMaxDim));
  }
  if (rows_hint) rows_hint = std::min<std::uint64_t>(*rows_hint, other_.rows());
  next_.begin(merged, rows_hint);
}

bool RowMerge::append(const RowBatch& batch) {
  words_.clear();
  vectors_.clear();
  counts_.clear();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::string_view word = batch.words[i];
    auto found = other_.vocabulary.find(word);
    if (!found) {
      found = forms_.find_equivalent(other_.vocabulary, word);
      if (!found) continue;
      other_spellings_.add(word, other_.vocabulary.word(*found));
    }
    const auto ours = batch.vectors.subspan(i * dim_, dim_);
    const auto theirs = other_.matrix.row(*found);
    words_.push_back(word);
    if (!batch.counts.empty()) counts_.push_back(batch.counts[i]);
    if (by_ == MergeBy::concatenate) {
      vectors_.insert(vectors_.end(), ours.begin(), ours.end());
      vectors_.insert(vectors_.end(), theirs.begin(), theirs.end());
    } else {
      for (std::size_t d = 0; d < dim_; ++d) {
        vectors_.push_back(static_cast<float>((double{ours[d]} + double{theirs[d]}) / 2));
      }
    }
  }
  shared_ += words_.size();
  dropped_ += batch.size() - words_.size();
  if (words_.empty()) return true;
  return next_.append({vectors_.size() / words_.size(), words_, vectors_, counts_});
}

void RowMerge::finish() {
  if (shared_ > 0) next_.finish();
}

void RowMerge::begin_subwords(const SubwordRules& /*rules*/, const SubwordIndex& /*index*/,
                              std::uint64_t /*rows*/) {
  throw Error(ErrorCode::usage,
              "the n-grams of a model cannot be merged with another: leave them out with "
              "--no-subwords");
}

}  // namespace wordvec
