// The models that a topic of `wordvec eval` judges: one, or several that are compared.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "command.h"
#include "options/file_options.h"
#include "options/option_set.h"
#include "wordvec/open/model.h"

namespace wordvec::cli {

class EvalModels {
 public:
  // As ModelOptions::define(), but each -m is a model, and how one is read is how each is.
  void define(OptionSet& options);

  // Looks for all, so that one that is not there is told of before any is read. Notes one that is
  // given twice. Throws Error, also where two would be read from standard input.
  void find(const Context& context);

  // After find().
  std::size_t count() const { return paths_.size(); }
  bool are_several() const { return count() > 1; }
  // As it was asked for.
  const std::string& name(std::size_t i) const { return names_[i]; }
  // What begins a message about one of several: "NAME: "; empty where there is one alone.
  std::string where(std::size_t i) const;
  // Those that the models are read from.
  std::vector<std::string> files() const;
  // One at a time: several need not fit in memory together.
  Model open(std::size_t i, Context& context, unsigned threads) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::string> paths_;
  FileOptions file_;
};

}  // namespace wordvec::cli
