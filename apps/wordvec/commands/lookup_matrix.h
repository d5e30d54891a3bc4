// A matrix for a list of words, as a network's embedding layer is filled with.
#pragma once

#include <CLI/App.hpp>
#include <span>
#include <string>
#include <string_view>

#include "command.h"
#include "options/output_options.h"
#include "options/word_input.h"
#include "wordvec/model/word_matching.h"

namespace wordvec::cli {

// The Euclidean length. Throws Error(query), naming the word, where the values are finite and
// float32 cannot hold it.
float finite_norm(std::string_view word, std::span<const float> vector);

class LookupMatrix {
 public:
  // --out and --unknown.
  void define(CLI::App& app);
  bool is_asked_for() const { return !out_.empty() || unknown_ != Unknown::by_default; }
  // Throws Error(usage) for what does not go together.
  void check(bool prints_numbers, const OutputOptions& output) const;

  struct Request {
    const Model& model;
    const WordMatching& matching;
    unsigned threads = 0;
    const OutputOptions& output;
  };
  // A row for each word of `input`, in that order and as often as it comes, to --out. Returns an
  // ExitStatus.
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
