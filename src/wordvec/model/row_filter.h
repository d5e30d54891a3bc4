// What happens to rows between a reader and a writer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/growing_floats.h"
#include "wordvec/model/embeddings.h"
#include "wordvec/model/equivalent_words.h"
#include "wordvec/model/row_sink.h"
#include "wordvec/model/vocabulary_builder.h"

namespace wordvec {

// Passes the first row of each word on to another sink, up to a limit, and counts what it saw.
class RowFilter final : public RowSink {
 public:
  struct Counts {
    std::uint64_t rows = 0;       // passed on
    std::uint64_t zero_rows = 0;  // of those: all values zero
    std::uint64_t duplicates = 0;
    std::string first_duplicate;  // the word
  };

  // `next` must outlive the filter.
  explicit RowFilter(RowSink& next,
                     std::uint64_t limit = std::numeric_limits<std::uint64_t>::max());

  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override;
  bool append(const RowBatch& batch) override;
  void finish() override;
  bool wants_subwords() const noexcept override { return next_.wants_subwords(); }
  void begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                      std::uint64_t rows) override;
  void append_subwords(std::span<const float> vectors) override;

  std::size_t dim() const noexcept { return dim_; }
  const Counts& counts() const noexcept { return counts_; }
  bool limit_reached() const noexcept { return counts_.rows >= limit_; }

 private:
  RowSink& next_;
  std::uint64_t limit_;
  std::size_t dim_ = 0;
  VocabularyBuilder own_;
  VocabularyBuilder& seen_;            // the next sink's, if it has one
  std::vector<std::uint64_t> hashes_;  // of the words of a batch
  Counts counts_;
};

// Passes on only the rows of chosen words, in the order in which those are listed, and all n-grams.
// A word that no row has as it is spelt is found by another spelling (model/equivalent_words.h):
// the row keeps its own, and is there once. Keeps the rows it has found in memory until the n-grams
// or finish().
class WordSelection final : public RowSink {
 public:
  // `next` must outlive the selection. A word that is listed twice counts once.
  WordSelection(RowSink& next, const std::vector<std::string>& words);

  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override;
  bool append(const RowBatch& batch) override;
  void finish() override;
  bool wants_subwords() const noexcept override { return next_.wants_subwords(); }
  // Where no row was found, nothing is passed on.
  void begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                      std::uint64_t rows) override;
  void append_subwords(std::span<const float> vectors) override;

  // Whether a row is a chosen one, once all have come.
  bool has_rows();
  // The listed words that no row had, in order; complete after finish(), and so is the next.
  std::vector<std::string> missing() const;
  // Those that were found by another spelling.
  const OtherSpellings& other_spellings() const noexcept { return other_spellings_; }

 private:
  // Once all rows have come: finds the words that none has as they are spelt.
  void find_others();
  void pass_rows_on();

  RowSink& next_;
  VocabularyBuilder wanted_;
  std::vector<std::size_t> found_at_;  // index of a kept row, + 1; 0: not found
  // The kept rows, found and perhaps so.
  std::vector<std::string> words_;
  std::vector<float> vectors_;
  std::vector<std::uint64_t> counts_;  // empty: not known
  EquivalentWords others_;
  OtherSpellings other_spellings_;
  std::size_t found_as_spelt_ = 0;
  bool others_found_ = false;
  std::size_t dim_ = 0;
  bool passed_on_ = false;
};

// Keeps all rows and n-grams in memory.
class MemoryRows final : public RowSink {
 public:
  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override;
  bool append(const RowBatch& batch) override;
  void finish() override {}
  bool wants_subwords() const noexcept override { return true; }
  void begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                      std::uint64_t rows) override;
  void append_subwords(std::span<const float> vectors) override { subwords_.append(vectors); }

  VocabularyBuilder* vocabulary() noexcept override { return &vocabulary_; }

  // Valid as long as this object, after the last append(). The words must have been distinct.
  Embeddings view() const;

 private:
  VocabularyBuilder vocabulary_;
  GrowingFloats vectors_;
  std::vector<float> norms_;
  std::vector<std::uint64_t> counts_;
  std::size_t dim_ = 0;
  SubwordRules rules_;
  std::vector<std::uint32_t> buckets_;
  std::string ngrams_text_;
  std::vector<std::uint64_t> ngrams_offsets_;
  std::vector<std::uint32_t> ngrams_slots_;
  GrowingFloats subwords_;
};

}  // namespace wordvec
