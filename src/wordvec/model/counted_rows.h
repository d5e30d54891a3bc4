// Counts that come from another file than the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wordvec/model/equivalent_words.h"
#include "wordvec/model/row_sink.h"
#include "wordvec/model/vocabulary_builder.h"
#include "wordvec/model/word_forms.h"

namespace wordvec {

// Passes all rows on, with the counts of their words in a list: 0 for a word that is not there,
// neither as it is spelt nor as the only one that is canonically equivalent, or differs in what
// nobody sees (model/word_forms.h). Counts that the rows come with are replaced.
class CountedRows final : public RowSink {
 public:
  // `next` must outlive it. words.size() counts; those of a word that is listed again are added.
  CountedRows(RowSink& next, std::span<const std::string> words,
              std::span<const std::uint64_t> counts);

  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override {
    next_.begin(dim, rows_hint);
  }
  bool append(const RowBatch& batch) override;
  // Passes it on unless rows came and none of their words is listed.
  void finish() override {
    if (!found_none()) next_.finish();
  }
  bool wants_subwords() const noexcept override { return next_.wants_subwords(); }
  void begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                      std::uint64_t rows) override {
    next_.begin_subwords(rules, index, rows);
  }
  void append_subwords(std::span<const float> vectors) override { next_.append_subwords(vectors); }
  VocabularyBuilder* vocabulary() noexcept override { return next_.vocabulary(); }

  bool found_none() const noexcept { return rows_ > 0 && missing_ == rows_; }
  // Of the rows that were passed on: those whose words are not listed, and the first of these.
  std::uint64_t missing() const noexcept { return missing_; }
  const std::string& first_missing() const noexcept { return first_missing_; }
  // Those that the list has by another spelling.
  const OtherSpellings& other_spellings() const noexcept { return other_spellings_; }

 private:
  RowSink& next_;
  VocabularyBuilder listed_;
  WordForms forms_;  // of listed_
  std::vector<std::uint64_t> listed_counts_;
  std::vector<std::uint64_t> counts_;  // of a batch
  std::uint64_t rows_ = 0;
  std::uint64_t missing_ = 0;
  std::string first_missing_;
  OtherSpellings other_spellings_;
};

}  // namespace wordvec
