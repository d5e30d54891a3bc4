#include "wordvec/model/row_filter.h"

#include <algorithm>
#include <utility>

namespace wordvec {

RowFilter::RowFilter(RowSink& next, std::uint64_t limit)
    : next_(next), limit_(limit), seen_(next.vocabulary() != nullptr ? *next.vocabulary() : own_) {}

void RowFilter::begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) {
  dim_ = dim;
  if (rows_hint) rows_hint = std::min(*rows_hint, limit_);
  next_.begin(dim, rows_hint);
}

bool RowFilter::append(const RowBatch& batch) {
  hashes_.clear();
  for (const std::string_view word : batch.words) hashes_.push_back(seen_.hash(word));
  // Runs of rows that stay are passed on as they are; only what is dropped splits a batch.
  std::size_t run_begin = 0;
  const auto pass_on = [&](std::size_t run_end) {
    if (run_end == run_begin) return true;
    return next_.append(batch.slice(run_begin, run_end - run_begin));
  };
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (limit_reached()) {
      pass_on(i);
      return false;
    }
    if (!seen_.add(batch.words[i], hashes_[i])) {
      if (counts_.duplicates++ == 0) counts_.first_duplicate = batch.words[i];
      if (!pass_on(i)) return false;
      run_begin = i + 1;
      continue;
    }
    ++counts_.rows;
    const auto row = batch.vectors.subspan(i * batch.dim, batch.dim);
    if (std::all_of(row.begin(), row.end(), [](float x) { return x == 0.0F; })) {
      ++counts_.zero_rows;
    }
  }
  return pass_on(batch.size()) && !limit_reached();
}

void RowFilter::finish() {
  next_.finish();
}

void RowFilter::begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                               std::uint64_t rows) {
  next_.begin_subwords(rules, index, rows);
}

void RowFilter::append_subwords(std::span<const float> vectors) {
  next_.append_subwords(vectors);
}

WordSelection::WordSelection(RowSink& next, const std::vector<std::string>& words) : next_(next) {
  for (const std::string& word : words) {
    if (wanted_.add(word)) others_.want(word);
  }
  found_at_.resize(wanted_.size());
}

void WordSelection::begin(std::size_t dim, std::optional<std::uint64_t> /*rows_hint*/) {
  dim_ = dim;
}

bool WordSelection::append(const RowBatch& batch) {
  const Vocabulary wanted = wanted_.view();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::string_view word = batch.words[i];
    const auto index = wanted.find(word);
    const bool is_found = index && found_at_[*index] == 0;
    const bool may_be_another = others_.offer(word, words_.size());
    if (!is_found && !may_be_another) continue;
    const auto row = batch.vectors.subspan(i * dim_, dim_);
    vectors_.insert(vectors_.end(), row.begin(), row.end());
    if (!batch.counts.empty()) counts_.push_back(batch.counts[i]);
    words_.emplace_back(word);
    if (!is_found) continue;
    found_at_[*index] = words_.size();
    ++found_as_spelt_;
  }
  return found_as_spelt_ < found_at_.size();
}

void WordSelection::begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                                   std::uint64_t rows) {
  if (!has_rows()) return;
  pass_rows_on();
  next_.begin_subwords(rules, index, rows);
}

void WordSelection::append_subwords(std::span<const float> vectors) {
  if (has_rows()) next_.append_subwords(vectors);
}

void WordSelection::finish() {
  pass_rows_on();
  next_.finish();
}

bool WordSelection::has_rows() {
  find_others();
  return found_as_spelt_ > 0 || other_spellings_.count > 0;
}

void WordSelection::find_others() {
  if (std::exchange(others_found_, true)) return;
  const Vocabulary wanted = wanted_.view();
  for (std::size_t i = 0; i < found_at_.size(); ++i) {
    if (found_at_[i] != 0) continue;
    const std::string_view word = wanted.word(static_cast<Row>(i));
    const std::vector<std::uint64_t> kept = others_.find(word);
    if (kept.empty()) continue;
    found_at_[i] = static_cast<std::size_t>(kept.front()) + 1;
    other_spellings_.add(word, words_[found_at_[i] - 1]);
  }
}

void WordSelection::pass_rows_on() {
  if (std::exchange(passed_on_, true)) return;
  find_others();
  // Two listed words may be the same one.
  std::vector<std::size_t> chosen;
  std::vector<bool> is_chosen(words_.size());
  for (const std::size_t at : found_at_) {
    if (at == 0 || is_chosen[at - 1]) continue;
    is_chosen[at - 1] = true;
    chosen.push_back(at - 1);
  }
  next_.begin(dim_, chosen.size());
  constexpr std::size_t kBatchRows = 1024;
  std::vector<std::string_view> words;
  std::vector<float> vectors;
  std::vector<std::uint64_t> counts;
  bool more = true;
  const auto pass_on = [&] {
    if (!words.empty()) more = next_.append({dim_, words, vectors, counts});
    words.clear();
    vectors.clear();
    counts.clear();
  };
  for (std::size_t i = 0; i < chosen.size() && more; ++i) {
    const auto row = std::span(vectors_).subspan(chosen[i] * dim_, dim_);
    words.emplace_back(words_[chosen[i]]);
    vectors.insert(vectors.end(), row.begin(), row.end());
    if (!counts_.empty()) counts.push_back(counts_[chosen[i]]);
    if (words.size() == kBatchRows) pass_on();
  }
  if (more) pass_on();
}

std::vector<std::string> WordSelection::missing() const {
  std::vector<std::string> words;
  const Vocabulary wanted = wanted_.view();
  for (std::size_t i = 0; i < found_at_.size(); ++i) {
    if (found_at_[i] == 0) words.emplace_back(wanted.word(static_cast<Row>(i)));
  }
  return words;
}

void MemoryRows::begin(std::size_t dim, std::optional<std::uint64_t> /*rows_hint*/) {
  dim_ = dim;
}

bool MemoryRows::append(const RowBatch& batch) {
  const bool words_are_there = vocabulary_.size() != norms_.size();
  if (!words_are_there) {
    for (const std::string_view word : batch.words) vocabulary_.add(word);
  }
  vectors_.append(batch.vectors);
  counts_.insert(counts_.end(), batch.counts.begin(), batch.counts.end());
  const std::size_t first = norms_.size();
  norms_.resize(first + batch.size());
  compute_norms(batch.vectors, dim_, std::span(norms_).subspan(first));
  return true;
}

void MemoryRows::begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                                std::uint64_t /*rows*/) {
  rules_ = rules;
  buckets_.assign(index.buckets.begin(), index.buckets.end());
  const Vocabulary& ngrams = index.ngrams;
  ngrams_text_ = ngrams.text();
  ngrams_offsets_.assign(ngrams.offsets().begin(), ngrams.offsets().end());
  ngrams_slots_.assign(ngrams.slots().begin(), ngrams.slots().end());
}

Embeddings MemoryRows::view() const {
  Embeddings view{vocabulary_.view(), MatrixView{vectors_.data(), norms_.size(), dim_}, norms_};
  view.counts = counts_;
  if (subwords_.size() > 0) {
    view.subwords = Subwords(
        rules_, {buckets_, Vocabulary(ngrams_text_, ngrams_offsets_, ngrams_slots_, false)},
        MatrixView{subwords_.data(), subwords_.size() / dim_, dim_});
  }
  return view;
}

}  // namespace wordvec
