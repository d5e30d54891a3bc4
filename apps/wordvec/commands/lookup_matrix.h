// A matrix for a list of words, as a network's embedding layer is filled with.
#pragma once

#include <string>

#include "command.h"
#include "options/option_set.h"
#include "options/output_options.h"
#include "options/word_input.h"
#include "wordvec/model/word_matching.h"

namespace wordvec::cli {

class LookupMatrix {
 public:
  // --out and --unknown.
  void define(OptionSet& options);
  bool is_asked_for() const { return !out_.empty() || unknown_ != Unknown::by_default; }
  // Throws Error(usage) for what does not go together.
  void check(bool prints_numbers, const OutputOptions& output) const;

  struct Request {
    const Model& model;
    const WordMatching& matching;
    unsigned threads = 0;
    const OutputOptions& output;
  };
  // A row for each word of `input`, in that order and as often as it comes, to --out. In rows of
  // text, a word that they cannot hold is told of and left out, as LookupRows does it; an array,
  // whose rows count, is not written then. Returns an ExitStatus. Throws Error.
  int write(QueryInput& input, const Request& request, Messages& messages) const;

  const std::string& out() const { return out_; }

 private:
  // What stands for a word without a vector: that is neither in the vocabulary nor, where the model
  // has n-grams, built from them.
  enum class Unknown { by_default, left_out, zero, mean, error };

  bool is_npy() const;

  std::string out_;
  Unknown unknown_ = Unknown::by_default;
};

}  // namespace wordvec::cli
