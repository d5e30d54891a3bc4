// Rows for tests, and a sink that remembers what it was given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/model/embeddings.h"
#include "wordvec/model/row_filter.h"
#include "wordvec/model/row_sink.h"
#include "wordvec/model/subwords.h"
#include "wordvec/model/vocabulary_builder.h"

namespace wordvec::test {

// Words and vectors that own their memory.
struct Rows {
  std::size_t dim = 0;
  std::vector<std::string> words;
  std::vector<float> vectors;
  std::vector<std::uint64_t> counts{};  // empty: not known

  std::size_t size() const { return words.size(); }
  void add(std::string word, const std::vector<float>& vector);
  // begin(), append() in batches of `batch_rows` until the sink has enough, finish().
  void pour_into(RowSink& sink, std::size_t batch_rows = 1000) const;
  friend bool operator==(const Rows&, const Rows&) = default;
};

// N-grams and their vectors.
struct Ngrams {
  SubwordRules rules;
  std::vector<std::uint32_t> buckets;  // as SubwordIndex has them
  VocabularyBuilder listed;
  std::vector<float> vectors;

  // Of characters 3 to 3 and of vectors of two values: "<ab" (1, 2), "ab>" (3, -4), "<b>" (0, 0),
  // "<cd" (1, -2), "cd>" (-1, 2).
  static Ngrams listed_for_ab();
  // fastText's hashes to `buckets`, of which every `step`-th has a vector (1: all).
  static Ngrams hashed(std::size_t dim, std::uint32_t bucket_count, std::uint32_t step);

  SubwordIndex index() const { return {buckets, listed.view()}; }
  std::uint64_t rows(std::size_t dim) const { return vectors.size() / dim; }
  // begin_subwords(), append_subwords() in pieces.
  void pour_into(RowSink& sink, std::size_t dim, std::size_t piece_rows = 1000) const;
};

// Both, as a reader hands them on.
void pour(const Rows& rows, const Ngrams& ngrams, RowSink& sink, std::size_t batch_rows = 1000);

// `count` rows of normally distributed values, words "w0", "w1", …
Rows random_rows(std::size_t count, std::size_t dim, unsigned seed);

// The bits of all vectors: equality of floats would not tell -0.0 from 0.0.
std::vector<std::uint32_t> bits_of(const std::vector<float>& values);

// A model in memory.
class TestModel {
 public:
  explicit TestModel(const Rows& rows);
  TestModel(const Rows& rows, const Ngrams& ngrams);
  Embeddings embeddings() const { return memory_.view(); }

 private:
  MemoryRows memory_;
};

class RecordingSink final : public RowSink {
 public:
  // Wants no more once it has `enough` rows.
  explicit RecordingSink(std::size_t enough = std::numeric_limits<std::size_t>::max())
      : enough_(enough) {}

  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override;
  bool append(const RowBatch& batch) override;
  void finish() override { ++finished; }
  bool wants_subwords() const noexcept override { return true; }
  void begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                      std::uint64_t rows) override;
  void append_subwords(std::span<const float> vectors) override;

  Rows rows;
  SubwordRules rules;
  std::uint64_t ngrams = 0;  // as begin_subwords() was told
  std::vector<float> ngram_vectors;
  std::optional<std::uint64_t> hint;
  std::vector<std::size_t> batch_sizes;
  int begun = 0;
  int finished = 0;
  int subwords_begun = 0;

 private:
  std::size_t enough_;
};

}  // namespace wordvec::test
