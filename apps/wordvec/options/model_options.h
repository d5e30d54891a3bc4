// The model that a command asks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "command.h"
#include "options/file_options.h"
#include "options/option_set.h"
#include "wordvec/model/equivalent_words.h"
#include "wordvec/model/word_matching.h"
#include "wordvec/open/model.h"

namespace wordvec::cli {

// When a word of the model is the one that is asked for: --exact-case, --ignore-case.
class CaseOptions {
 public:
  void define(OptionSet& options);
  const WordMatching& matching() const { return matching_; }

 private:
  WordMatching matching_;
};

class ModelOptions {
 public:
  void define(OptionSet& options);
  // For commands that look words up: CaseOptions.
  void define_case(OptionSet& options) { case_.define(options); }

  // Finds and opens the model, and says on standard error what the person should know of it; or the
  // one of `context`, of which that has been said.
  Model open(Context& context, unsigned threads) const;

  const WordMatching& matching() const { return case_.matching(); }
  // Those that `model`, opened so, was read from.
  std::vector<std::string> files(const Model& model) const { return {model.path(), file_.vocab()}; }

 private:
  std::string model_;
  FileOptions file_;
  CaseOptions case_;
};

// Finds and opens the model `name` (a file, or a name; empty: the default), and says on standard
// error what the person should know of it. Throws Error.
Model open_model(const std::string& name, const FileOptions& file, Context& context,
                 unsigned threads);

// What was told of a word that is unknown.
struct UnknownWord {
  std::string message;
  std::vector<std::string> closest;  // spellings; those of the first errors of a run only
};

// Says that `word` is not in the vocabulary, with the closest spellings, or how what was meant is
// asked. `name` is what the vocabulary is called, where there are two; `query` is the whole text
// that `word` is of, where sums of words are taken.
UnknownWord report_unknown(const Vocabulary& vocabulary, std::string_view word, Messages& messages,
                           std::string_view name = "the vocabulary", std::string_view query = {});
// Says that another spelling of `word`, found by `matching`, stands for it.
void report_folded(const Vocabulary& vocabulary, std::string_view word, Row row,
                   const WordMatching& matching, Messages& messages,
                   std::string_view name = "the vocabulary");
// Says the same of `count` of `words` words of texts; `first` is one of them, and `row` that of the
// word that stands for it. Nothing where there are none.
void report_other_forms(std::uint64_t count, std::uint64_t words, std::string_view first, Row row,
                        const Vocabulary& vocabulary, const WordMatching& matching,
                        Messages& messages);
// Says the same of the words of a list, a test set or a model: `what` they are, "the words of
// list.txt", and `where` they are found, "the vocabulary". `prefix` begins the message.
// `to_turn_off`: the option that does; empty: there is none.
void report_other_spellings(const OtherSpellings& spellings, std::string_view what,
                            std::string_view where, std::string_view to_turn_off,
                            Messages& messages, std::string_view prefix = {});
// Says, once, that the vector of `word` is built from its n-grams.
void report_built(std::string_view word, Messages& messages);

}  // namespace wordvec::cli
