// The model that a command asks.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "command.h"
#include "options/file_options.h"
#include "wordvec/open/model.h"

namespace wordvec::cli {

class ModelOptions {
 public:
  void define(CLI::App& app);
  // For commands that look words up: --exact-case.
  void define_case(CLI::App& app);

  // Finds and opens the model, and says on standard error what the person should know of it; or the
  // one of `context`, of which that has been said.
  Model open(Context& context, unsigned threads) const;

  bool exact_case() const { return exact_case_; }
  // Those that `model`, opened so, was read from.
  std::vector<std::string> files(const Model& model) const { return {model.path(), file_.vocab()}; }

 private:
  std::string model_;
  FileOptions file_;
  bool exact_case_ = false;
};

// --exact-case, into `exact_case`.
void define_exact_case(CLI::App& app, bool& exact_case);

// Finds and opens the model `name` (a file, or a name; empty: the default), and says on standard
// error what the person should know of it. Throws Error.
Model open_model(const std::string& name, const FileOptions& file, Context& context,
                 unsigned threads);

// What was told of a word that is unknown.
struct UnknownWord {
  std::string message;
  std::vector<std::string> closest;  // spellings; those of the first errors of a run only
};

// Says that `word` is not in the vocabulary, with the closest spellings. `name` is what the
// vocabulary is called, where there are two.
UnknownWord report_unknown(const Vocabulary& vocabulary, std::string_view word, Messages& messages,
                           std::string_view name = "the vocabulary");
// Says that the lower-case form of `word` stands for it.
void report_folded(const Vocabulary& vocabulary, std::string_view word, Row row, Messages& messages,
                   std::string_view name = "the vocabulary");
// Says, once, that the vector of `word` is built from its n-grams.
void report_built(std::string_view word, Messages& messages);

}  // namespace wordvec::cli
