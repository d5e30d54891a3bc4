#include "wordvec/model/counted_rows.h"

#include <limits>

namespace wordvec {
namespace {

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
  return a > kMax - b ? kMax : a + b;
}

}  // namespace

CountedRows::CountedRows(RowSink& next, std::span<const std::string> words,
                         std::span<const std::uint64_t> counts)
    : next_(next) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (listed_.add(words[i])) {
      listed_counts_.push_back(counts[i]);
    } else {
      std::uint64_t& count = listed_counts_[*listed_.view().find(words[i])];
      count = saturated_sum(count, counts[i]);
    }
  }
}

bool CountedRows::append(const RowBatch& batch) {
  const Vocabulary listed = listed_.view();
  counts_.clear();
  rows_ += batch.size();
  for (const std::string_view word : batch.words) {
    auto found = listed.find(word);
    if (!found) {
      found = forms_.find_equivalent(listed, word);
      if (found) other_spellings_.add(word, listed.word(*found));
    }
    if (!found && missing_++ == 0) first_missing_ = word;
    counts_.push_back(found ? listed_counts_[*found] : 0);
  }
  RowBatch counted = batch;
  counted.counts = counts_;
  return next_.append(counted);
}

}  // namespace wordvec
