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
  const RowBatch all{dim, views, vectors};
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
  return rows.size() < enough_;
}

}  // namespace wordvec::test
