// Two models made one, over the words that both have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "wordvec/model/embeddings.h"
#include "wordvec/model/equivalent_words.h"
#include "wordvec/model/row_sink.h"
#include "wordvec/model/word_forms.h"

namespace wordvec {

enum class MergeBy {
  concatenate,  // a row is that of the first model, then that of the other
  average,      // the mean of the two, in double, rounded once
};

// "concatenate", "average".
std::string_view name_of(MergeBy by) noexcept;

// Passes on the rows whose words `other` has too, merged with its rows, in the order in which they
// come and with the counts they come with. A word that `other` does not have as it is spelt is the
// only one there that is canonically equivalent, or else differs in what nobody sees
// (model/word_forms.h).
class RowMerge final : public RowSink {
 public:
  // `next`, and what `other` views, must outlive the merge.
  RowMerge(RowSink& next, const Embeddings& other, MergeBy by)
      : next_(next), other_(other), by_(by) {}

  // Throws Error(usage) for dimensions that cannot be merged.
  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override;
  bool append(const RowBatch& batch) override;
  // Where no word was shared, the next sink is not finished.
  void finish() override;
  bool wants_subwords() const noexcept override { return next_.wants_subwords(); }
  // Throws Error(usage): the other model has no vectors for these n-grams.
  void begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                      std::uint64_t rows) override;

  std::uint64_t shared() const noexcept { return shared_; }
  std::uint64_t dropped() const noexcept { return dropped_; }  // rows whose word is not shared
  // Of the shared words: those that `other` has by another spelling.
  const OtherSpellings& other_spellings() const noexcept { return other_spellings_; }

 private:
  RowSink& next_;
  Embeddings other_;
  WordForms forms_;  // of its vocabulary
  MergeBy by_;
  std::size_t dim_ = 0;
  std::uint64_t shared_ = 0;
  std::uint64_t dropped_ = 0;
  OtherSpellings other_spellings_;
  std::vector<std::string_view> words_;  // of a batch, as the two that follow
  std::vector<float> vectors_;
  std::vector<std::uint64_t> counts_;
};

}  // namespace wordvec
