// Rows for tests, and a sink that remembers what it was given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/model/embeddings.h"
#include "wordvec/model/row_filter.h"
#include "wordvec/model/row_sink.h"

namespace wordvec::test {

// Words and vectors that own their memory.
struct Rows {
  std::size_t dim = 0;
  std::vector<std::string> words;
  std::vector<float> vectors;

  std::size_t size() const { return words.size(); }
  void add(std::string word, const std::vector<float>& vector);
  // begin(), append() in batches of `batch_rows` until the sink has enough, finish().
  void pour_into(RowSink& sink, std::size_t batch_rows = 1000) const;
  friend bool operator==(const Rows&, const Rows&) = default;
};

// `count` rows of normally distributed values, words "w0", "w1", …
Rows random_rows(std::size_t count, std::size_t dim, unsigned seed);

// The bits of all vectors: equality of floats would not tell -0.0 from 0.0.
std::vector<std::uint32_t> bits_of(const std::vector<float>& values);

// A model in memory.
class TestModel {
 public:
  explicit TestModel(const Rows& rows);
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

  Rows rows;
  std::optional<std::uint64_t> hint;
  std::vector<std::size_t> batch_sizes;
  int begun = 0;
  int finished = 0;

 private:
  std::size_t enough_;
};

}  // namespace wordvec::test
