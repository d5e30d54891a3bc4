// What `rank` and `closer` share: pairs of words, and the words between them.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "command.h"
#include "options/model_options.h"
#include "options/option_set.h"
#include "options/output_options.h"
#include "options/run_options.h"
#include "options/word_lines.h"
#include "output/row_writer.h"
#include "wordvec/search/closer.h"

namespace wordvec::cli {

// Words that are closer to a pair's first word than its second is. Valid during the call that gets
// it.
struct CloserWords {
  const WordLine* pair = nullptr;
  float score = 0;  // of the second word
  std::vector<Neighbor> closer;
};

class CloserOptions {
 public:
  void define(OptionSet& options);

  // NearestOptions::k, for a command that lets the person choose it.
  std::uint64_t& k() { return k_; }
  OutputFormat format() const { return output_.format_or_auto(); }
  RowStyle style(Messages& messages) const { return output_.style(messages); }
  void apply(Messages& messages) const { run_.apply(messages); }

  // Answers all pairs, in batches: calls `each` for every pair that has an answer and `unanswered`
  // for every other, in order, and `flush` after each batch. Returns an ExitStatus. Throws Error.
  int answer(Context& context,
             const std::function<void(const CloserWords&, const Vocabulary&)>& each,
             const std::function<void(const ErrorRecord&, const WordLine&)>& unanswered,
             const std::function<void()>& flush) const;
  // Whether only some words count.
  bool has_top_rows() const { return top_rows_ != std::numeric_limits<std::uint64_t>::max(); }

 private:
  std::vector<std::string> words_;
  std::uint64_t k_ = kAllAnswers;
  std::uint64_t top_rows_ = std::numeric_limits<std::uint64_t>::max();
  ModelOptions model_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace wordvec::cli
