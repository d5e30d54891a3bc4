// Edits of the vectors of a whole model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wordvec/analysis/pca.h"
#include "wordvec/base/growing_floats.h"
#include "wordvec/model/row_sink.h"
#include "wordvec/model/vocabulary_builder.h"

namespace wordvec {

// What is to be done, in this order; each step rounds to float32, so that all together are what
// they are one after the other.
struct RowEdits {
  // Subtract the mean of all rows.
  bool center = false;
  // All-but-the-top (Mu and Viswanath 2018, "All-but-the-Top: Simple and Effective Postprocessing
  // for Word Representations", algorithm 1): subtract the mean, then from each row its part along
  // the directions in which rows vary most. The part is that of the centred row, so that the mean
  // stays zero; 0: none.
  std::size_t remove_components = 0;
  // The rows' coordinates along so many directions in which they vary most: the points of pca();
  // 0: no.
  std::size_t reduce = 0;
  // To unit length, lengths computed in double; rows of zeros stay.
  bool normalize = false;

  bool any() const noexcept { return need_all_rows() || normalize; }
  bool need_all_rows() const noexcept { return center || remove_components > 0 || reduce > 0; }
};

// A step of which the rows were too few, or too much alike.
struct PoorStep {
  std::string step;             // as steps_of() has it
  std::size_t directions = 0;   // in which the rows that came to it vary
  bool leaves_nothing = false;  // all rows are zeros after it, though they were not before
};

// The steps in order, as FORMAT.md has them: "center", "remove-components 3".
std::vector<std::string> steps_of(const RowEdits& edits);

// Passes rows on, edited. Where a step needs all of them, they are kept in memory until the last
// has come. N-grams are edited too, such that the vector of an unknown word is what the edits make
// of it: a step that needs all rows is affine, so what it does to a mean of n-grams it does to each
// of them; and the unit length of a mean is that of a sum, which SubwordRules can say. The result
// does not depend on the number of threads. A row of which --remove-components leaves no more than
// rounding (kRoundingShare, common_component.h) becomes zeros.
class RowEditor final : public RowSink {
 public:
  // `next` must outlive the editor. 0 threads: all there are.
  RowEditor(RowSink& next, const RowEdits& edits, unsigned threads);

  // Throws Error(usage) for more components than there are dimensions.
  void begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) override;
  // Throws Error(malformed) where a value is not finite, or an edit makes one that float32 cannot
  // hold; so do finish() and begin_subwords(), and Error(usage) as pca() does.
  bool append(const RowBatch& batch) override;
  void finish() override;
  bool wants_subwords() const noexcept override { return next_.wants_subwords(); }
  // Throws Error(usage) where unknown words get a sum of unit length and a step is affine.
  void begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                      std::uint64_t rows) override;
  void append_subwords(std::span<const float> vectors) override;
  VocabularyBuilder* vocabulary() noexcept override {
    return edits_.need_all_rows() ? &words_ : next_.vocabulary();
  }

  // Of the rows that were passed on.
  std::uint64_t rows() const noexcept { return rows_out_; }
  std::uint64_t zero_rows() const noexcept { return zero_rows_; }
  std::size_t dim() const noexcept { return dim_out_; }
  // Rows of zeros that came in where a step subtracts the mean: they count in it.
  std::uint64_t centred_zero_rows() const noexcept { return centred_zero_rows_; }
  // Steps that asked for more directions than rows vary in, or left nothing of them.
  const std::vector<PoorStep>& poor_steps() const noexcept { return poor_steps_; }

 private:
  // x → x − mean, less its parts along the directions; or its coordinates along them. Padded, as
  // the kernels want it.
  struct Step {
    std::vector<double> mean;
    std::vector<double> directions;
    std::size_t components = 0;
    bool coordinates = false;
    double rounding = 0;  // of coordinates, as PcaResult has it
  };

  void edit_kept_rows();
  void find_steps();
  void add_step(std::span<const double> mean, std::span<const double> directions);
  void add_coordinates(const PcaResult& fit);
  void pass_kept_rows_on();
  bool pass_on(const RowBatch& batch);
  void apply(const Step& step, std::span<const float> rows, std::size_t dim,
             std::span<float> out) const;

  RowSink& next_;
  RowEdits edits_;
  unsigned threads_;
  std::size_t dim_ = 0;
  std::size_t dim_out_ = 0;
  VocabularyBuilder words_;
  GrowingFloats kept_;
  std::vector<std::uint64_t> counts_;  // of the rows in kept_; empty: not known
  std::uint64_t rows_in_ = 0;
  std::vector<float> reduced_;
  std::vector<Step> steps_;
  bool edited_ = false;
  std::vector<float> normalized_;  // of a batch
  std::uint64_t rows_out_ = 0;
  std::uint64_t zero_rows_ = 0;
  std::uint64_t centred_zero_rows_ = 0;
  std::vector<PoorStep> poor_steps_;
};

}  // namespace wordvec
