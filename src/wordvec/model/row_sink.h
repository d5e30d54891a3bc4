// How rows flow from whatever reads them to whatever keeps them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace wordvec {

class VocabularyBuilder;
struct SubwordIndex;
struct SubwordRules;

// Some consecutive rows; views that are valid during one call of RowSink::append().
struct RowBatch {
  std::size_t dim = 0;
  std::span<const std::string_view> words;
  std::span<const float> vectors;  // words.size() rows of dim
  // How often each word occurred, words.size() of them; empty: that is not known. Of the rows that
  // flow into one sink all have counts, or none has.
  std::span<const std::uint64_t> counts{};

  std::size_t size() const noexcept { return words.size(); }
  RowBatch slice(std::size_t first, std::size_t count) const {
    return {dim, words.subspan(first, count), vectors.subspan(first * dim, count * dim),
            counts.empty() ? counts : counts.subspan(first, count)};
  }
};

// begin() once, append() any number of times in order, then perhaps the n-grams, finish() once when
// all went well. A sink that is destroyed without finish() leaves nothing behind. Not for several
// threads at once.
class RowSink {
 public:
  RowSink() = default;
  RowSink(const RowSink&) = delete;
  RowSink& operator=(const RowSink&) = delete;
  virtual ~RowSink() = default;

  // `rows_hint`: how many rows are expected; nullopt, or wrong, when that is not known.
  virtual void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) = 0;
  // False: it wants no more rows.
  virtual bool append(const RowBatch& batch) = 0;
  virtual void finish() = 0;

  // The n-grams of a model that has vectors for them, after the last append() (also where that
  // returned false): once begin_subwords() with how many rows follow, then all of these, in pieces
  // of whole rows. Most sinks keep none, and need not be told any.
  virtual bool wants_subwords() const noexcept { return false; }
  virtual void begin_subwords(const SubwordRules& /*rules*/, const SubwordIndex& /*index*/,
                              std::uint64_t /*rows*/) {}
  virtual void append_subwords(std::span<const float> /*vectors*/) {}

  // Where the sink keeps the words of its rows; nullptr: it keeps none. Who finds duplicates before
  // the sink does may add the words there, so that they are not hashed twice: all new words of the
  // next batch, just before its append().
  virtual VocabularyBuilder* vocabulary() noexcept { return nullptr; }
};

}  // namespace wordvec
