#include "support/rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>

namespace wordvec::test {

void Rows::add(std::string word, const std::vector<float>& vector) {
  if (words.empty()) dim = vector.size();
  EXPECT_EQ(dim, vector.size());
  words.push_back(std::move(word));
  vectors.insert(vectors.end(), vector.begin(), vector.end());
}

void Rows::pour_into(RowSink& sink, std::size_t batch_rows) const {
  const std::vector<std::string_view> views(words.begin(), words.end());
  const RowBatch all{dim, views, vectors, counts};
  sink.begin(dim, size());
  for (std::size_t first = 0; first < size(); first += batch_rows) {
    if (!sink.append(all.slice(first, std::min(batch_rows, size() - first)))) break;
  }
  sink.finish();
}

Rows random_rows(std::size_t count, std::size_t dim, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> value;
  Rows rows;
  rows.dim = dim;
  for (std::size_t r = 0; r < count; ++r) rows.words.push_back("w" + std::to_string(r));
  rows.vectors.resize(count * dim);
  for (float& x : rows.vectors) x = value(random);
  return rows;
}

std::vector<std::uint32_t> bits_of(const std::vector<float>& values) {
  std::vector<std::uint32_t> bits;
  bits.reserve(values.size());
  for (const float x : values) bits.push_back(std::bit_cast<std::uint32_t>(x));
  return bits;
}

TestModel::TestModel(const Rows& rows) {
  rows.pour_into(memory_);
}

TestModel::TestModel(const Rows& rows, const Ngrams& ngrams) {
  pour(rows, ngrams, memory_);
}

Ngrams Ngrams::listed_for_ab() {
  Ngrams ngrams;
  ngrams.rules.scheme = SubwordScheme::listed;
  ngrams.rules.min_length = 3;
  ngrams.rules.max_length = 3;
  for (const char* ngram : {"<ab", "ab>", "<b>", "<cd", "cd>"}) ngrams.listed.add(ngram);
  ngrams.vectors = {1, 2, 3, -4, 0, 0, 1, -2, -1, 2};
  return ngrams;
}

Ngrams Ngrams::hashed(std::size_t dim, std::uint32_t bucket_count, std::uint32_t step) {
  Ngrams ngrams;
  ngrams.rules.min_length = 3;
  ngrams.rules.max_length = 6;
  ngrams.rules.buckets = bucket_count;
  for (std::uint32_t bucket = 0; bucket < bucket_count; bucket += step) {
    if (step > 1) ngrams.buckets.push_back(bucket);
    for (std::size_t i = 0; i < dim; ++i) {
      ngrams.vectors.push_back(static_cast<float>(bucket * dim + i));
    }
  }
  return ngrams;
}

void Ngrams::pour_into(RowSink& sink, std::size_t dim, std::size_t piece_rows) const {
  sink.begin_subwords(rules, index(), rows(dim));
  const std::span<const float> all(vectors);
  for (std::size_t at = 0; at < all.size(); at += piece_rows * dim) {
    sink.append_subwords(all.subspan(at, std::min(piece_rows * dim, all.size() - at)));
  }
}

void pour(const Rows& rows, const Ngrams& ngrams, RowSink& sink, std::size_t batch_rows) {
  // Finishes once the n-grams are there, too.
  class Unfinished final : public RowSink {
   public:
    explicit Unfinished(RowSink& next) : next_(next) {}
    void begin(std::size_t dim, std::optional<std::uint64_t> hint) override {
      next_.begin(dim, hint);
    }
    bool append(const RowBatch& batch) override { return next_.append(batch); }
    void finish() override {}

   private:
    RowSink& next_;
  } unfinished(sink);
  rows.pour_into(unfinished, batch_rows);
  if (sink.wants_subwords()) ngrams.pour_into(sink, rows.dim, batch_rows);
  sink.finish();
}

void RecordingSink::begin_subwords(const SubwordRules& of, const SubwordIndex& index,
                                   std::uint64_t count) {
  EXPECT_EQ(begun, 1);
  EXPECT_EQ(finished, 0);
  ++subwords_begun;
  rules = of;
  ngrams = count;
  EXPECT_TRUE(index.buckets.empty() || index.buckets.size() == count);
}

void RecordingSink::append_subwords(std::span<const float> vectors) {
  EXPECT_EQ(subwords_begun, 1);
  EXPECT_EQ(finished, 0);
  ngram_vectors.insert(ngram_vectors.end(), vectors.begin(), vectors.end());
}

void RecordingSink::begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) {
  ++begun;
  rows.dim = dim;
  hint = rows_hint;
}

bool RecordingSink::append(const RowBatch& batch) {
  EXPECT_EQ(begun, 1);
  EXPECT_EQ(finished, 0);
  EXPECT_EQ(batch.dim, rows.dim);
  EXPECT_EQ(batch.vectors.size(), batch.size() * batch.dim);
  EXPECT_GT(batch.size(), 0U);
  batch_sizes.push_back(batch.size());
  for (const std::string_view word : batch.words) rows.words.emplace_back(word);
  rows.vectors.insert(rows.vectors.end(), batch.vectors.begin(), batch.vectors.end());
  EXPECT_TRUE(batch.counts.empty() || batch.counts.size() == batch.size());
  rows.counts.insert(rows.counts.end(), batch.counts.begin(), batch.counts.end());
  return rows.size() < enough_;
}

}  // namespace wordvec::test
