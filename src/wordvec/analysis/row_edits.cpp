#include "wordvec/analysis/row_edits.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <utility>

#include "wordvec/analysis/common_component.h"
#include "wordvec/analysis/decompose.h"
#include "wordvec/analysis/mean_row.h"
#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/finite.h"
#include "wordvec/base/parallel.h"
#include "wordvec/base/quote.h"
#include "wordvec/model/embeddings.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec {
namespace {

constexpr std::size_t kBatchRows = 1024;

bool is_zero(std::span<const float> row) {
  return std::all_of(row.begin(), row.end(), [](float x) { return x == 0; });
}

double row_length(std::span<const float> row) {
  return std::sqrt(simd::active().dot(row.data(), row.data(), row.size()));
}

}  // namespace

std::vector<std::string> steps_of(const RowEdits& edits) {
  std::vector<std::string> steps;
  if (edits.center) steps.emplace_back("center");
  if (edits.remove_components > 0) {
    steps.push_back("remove-components " + std::to_string(edits.remove_components));
  }
  if (edits.reduce > 0) steps.push_back("reduce " + std::to_string(edits.reduce));
  if (edits.normalize) steps.emplace_back("normalize");
  return steps;
}

RowEditor::RowEditor(RowSink& next, const RowEdits& edits, unsigned threads)
    : next_(next), edits_(edits), threads_(threads_or_default(threads)) {}

void RowEditor::begin(std::size_t dim, std::optional<std::uint64_t> rows_hint) {
  const std::size_t removed = edits_.remove_components;
  if (removed >= dim) {
    throw Error(ErrorCode::usage, "cannot remove " + std::to_string(removed) +
                                      " components of vectors of dimension " + std::to_string(dim) +
                                      ": expected fewer than the dimension");
  }
  if (edits_.reduce > dim - removed) {
    throw Error(ErrorCode::usage,
                "cannot reduce vectors of dimension " + std::to_string(dim) +
                    (removed == 0
                         ? ""
                         : ", of which " + std::to_string(removed) +
                               (removed == 1 ? " component is" : " components are") + " removed,") +
                    " to " + std::to_string(edits_.reduce) + ": expected at most " +
                    std::to_string(dim - removed));
  }
  dim_ = dim;
  dim_out_ = edits_.reduce > 0 ? edits_.reduce : dim;
  if (!edits_.need_all_rows()) next_.begin(dim_out_, rows_hint);
}

bool RowEditor::append(const RowBatch& batch) {
  if (!edits_.need_all_rows()) return pass_on(batch);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (is_zero(batch.vectors.subspan(i * dim_, dim_))) ++centred_zero_rows_;
  }
  const bool words_are_there = words_.size() != rows_in_;
  if (!words_are_there) {
    for (const std::string_view word : batch.words) words_.add(word);
  }
  kept_.append(batch.vectors);
  counts_.insert(counts_.end(), batch.counts.begin(), batch.counts.end());
  rows_in_ += batch.size();
  return true;
}

void RowEditor::finish() {
  edit_kept_rows();
  next_.finish();
}

void RowEditor::begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                               std::uint64_t rows) {
  if (rules.unit_length && edits_.need_all_rows()) {
    throw Error(ErrorCode::usage,
                "unknown words get a sum of n-grams of unit length from this model, for which no "
                "edit of the n-grams stands that subtracts a mean: leave them out with "
                "--no-subwords");
  }
  edit_kept_rows();
  SubwordRules edited = rules;
  edited.unit_length = rules.unit_length || edits_.normalize;
  next_.begin_subwords(edited, index, rows);
}

void RowEditor::append_subwords(std::span<const float> vectors) {
  if (steps_.empty()) {
    next_.append_subwords(vectors);
    return;
  }
  std::vector<float> edited(vectors.begin(), vectors.end());
  std::size_t dim = dim_;
  for (const Step& step : steps_) {
    const std::size_t dim_after = step.coordinates ? step.components : dim;
    std::vector<float> out(vectors.size() / dim_ * dim_after);
    apply(step, edited, dim, out);
    edited = std::move(out);
    dim = dim_after;
  }
  if (!all_finite(edited)) {
    throw Error(ErrorCode::malformed, beyond_float32("an n-gram's vector, once it is edited,"));
  }
  next_.append_subwords(edited);
}

void RowEditor::edit_kept_rows() {
  if (std::exchange(edited_, true) || !edits_.need_all_rows()) return;
  if (rows_in_ > 0) find_steps();
  pass_kept_rows_on();
}

// Also applies them.
void RowEditor::find_steps() {
  const MatrixView matrix{kept_.data(), static_cast<std::size_t>(rows_in_), dim_};
  const std::span<float> values(kept_.data(), kept_.size());
  if (edits_.center) {
    const bool was_zero = is_zero(values);
    add_step(mean_row(Selection(matrix, {}), threads_), {});
    apply(steps_.back(), values, dim_, values);
    if (!was_zero && is_zero(values)) poor_steps_.push_back({"center", 0, true});
  }
  if (edits_.remove_components > 0) {
    const bool was_zero = is_zero(values);
    const PcaResult top = pca(matrix, {}, {edits_.remove_components, threads_});
    add_step(top.mean, top.loadings);
    apply(steps_.back(), values, dim_, values);
    if (top.explains_all) {
      std::fill(values.begin(), values.end(), 0.0F);
      if (!was_zero) {
        poor_steps_.push_back(
            {"remove-components " + std::to_string(edits_.remove_components), top.varying, true});
      }
    }
  }
  if (edits_.reduce > 0) {
    PcaResult result = pca(matrix, {}, {edits_.reduce, threads_});
    add_coordinates(result);
    reduced_ = std::move(result.points);
    if (result.varying < edits_.reduce) {
      poor_steps_.push_back({"reduce " + std::to_string(edits_.reduce), result.varying, false});
    }
  }
}

void RowEditor::add_step(std::span<const double> mean, std::span<const double> directions) {
  steps_.push_back({pad_rows(mean, dim_), pad_rows(directions, dim_), directions.size() / dim_});
}

void RowEditor::add_coordinates(const PcaResult& fit) {
  add_step(fit.mean, fit.loadings);
  steps_.back().coordinates = true;
  steps_.back().rounding = fit.rounding;
}

void RowEditor::pass_kept_rows_on() {
  next_.begin(dim_out_, rows_in_);
  const std::span<const float> all = edits_.reduce > 0
                                         ? std::span<const float>(reduced_)
                                         : std::span<const float>(kept_.data(), kept_.size());
  const Vocabulary vocabulary = words_.view();
  std::vector<std::string_view> words;
  const auto rows = static_cast<std::size_t>(rows_in_);
  for (std::size_t first = 0; first < rows; first += kBatchRows) {
    const std::size_t count = std::min(kBatchRows, rows - first);
    words.clear();
    for (std::size_t i = 0; i < count; ++i) {
      words.push_back(vocabulary.word(static_cast<Row>(first + i)));
    }
    const std::span<const std::uint64_t> counts(counts_);
    if (!pass_on({dim_out_, words, all.subspan(first * dim_out_, count * dim_out_),
                  counts.empty() ? counts : counts.subspan(first, count)})) {
      return;
    }
  }
}

bool RowEditor::pass_on(const RowBatch& batch) {
  RowBatch edited = batch;
  if (edits_.normalize) {
    normalized_.assign(batch.vectors.begin(), batch.vectors.end());
    edited.vectors = normalized_;
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto row = batch.vectors.subspan(i * dim_out_, dim_out_);
    if (!all_finite(row)) {
      throw Error(ErrorCode::malformed,
                  "the vector of " + in_quotes(batch.words[i]) +
                      " has a value that is not finite, or, once it is edited, is beyond the "
                      "largest float32, 3.4e38: then scale the vectors down");
    }
    if (is_zero(row)) {
      ++zero_rows_;
    } else if (edits_.normalize) {
      const double length = row_length(row);
      for (std::size_t d = 0; d < dim_out_; ++d) {
        normalized_[i * dim_out_ + d] = static_cast<float>(double{row[d]} / length);
      }
    }
  }
  rows_out_ += batch.size();
  return next_.append(edited);
}

void RowEditor::apply(const Step& step, std::span<const float> rows, std::size_t dim,
                      std::span<float> out) const {
  constexpr std::size_t kBlockRows = 1024;
  const simd::CovarianceKernels& kernels = *simd::active().covariance;
  const auto width = static_cast<std::size_t>(round_up(dim, 8));
  const std::size_t count = rows.size() / dim;
  const double mean_length =
      std::sqrt(std::inner_product(step.mean.begin(), step.mean.end(), step.mean.begin(), 0.0));
  parallel_for(threads_, (count + kBlockRows - 1) / kBlockRows, [&](std::size_t block) {
    std::vector<double> point(step.components);
    std::vector<double> row(dim);
    const std::size_t end = std::min(count, (block + 1) * kBlockRows);
    for (std::size_t r = block * kBlockRows; r < end; ++r) {
      const float* const x = rows.data() + r * dim;
      kernels.project(x, step.mean.data(), step.directions.data(), step.components, dim,
                      point.data());
      if (step.coordinates) {
        clear_rounding(point, step.rounding * (row_length({x, dim}) + mean_length));
        for (std::size_t c = 0; c < step.components; ++c) {
          out[r * step.components + c] = static_cast<float>(point[c]);
        }
        continue;
      }
      const auto squared = [&] {
        return std::inner_product(row.begin(), row.end(), row.begin(), 0.0);
      };
      for (std::size_t d = 0; d < dim; ++d) row[d] = double{x[d]} - step.mean[d];
      const double before = step.components > 0 ? squared() : 0;
      for (std::size_t c = 0; c < step.components; ++c) {
        const double* const direction = step.directions.data() + c * width;
        for (std::size_t d = 0; d < dim; ++d) row[d] -= point[c] * direction[d];
      }
      if (before > 0 && squared() <= kRoundingShare * kRoundingShare * before) {
        std::fill(row.begin(), row.end(), 0.0);
      }
      for (std::size_t d = 0; d < dim; ++d) out[r * dim + d] = static_cast<float>(row[d]);
    }
  });
}

}  // namespace wordvec
