// Which rows are answers, and how many.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "command.h"
#include "options/option_set.h"
#include "wordvec/model/embeddings.h"
#include "wordvec/model/word_matching.h"
#include "wordvec/open/model.h"
#include "wordvec/search/nearest.h"

namespace wordvec::cli {

class SearchOptions {
 public:
  void define(OptionSet& options);
  // Reads --among, and warns where --top-rows does not take the most frequent words. Sets `status`
  // to kNotFound when it names unknown words, or none. The result points into this object.
  NearestOptions resolve(const Model& model, const WordMatching& matching, unsigned threads,
                         Messages& messages, int& status);

  // Why a query may have no answer under these options, for report_no_answer().
  std::string why_none() const;

  // Whether --among reads standard input.
  bool reads_standard_input() const { return among_file_ == "-"; }
  bool include_inputs() const { return include_inputs_; }

 private:
  std::uint64_t k_ = 10;
  float min_score_ = -std::numeric_limits<float>::infinity();
  std::uint64_t top_rows_ = std::numeric_limits<std::uint64_t>::max();
  std::string among_file_;
  bool include_inputs_ = false;
  std::vector<Row> among_;
};

}  // namespace wordvec::cli
