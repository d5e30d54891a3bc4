// Words and queries that do not come as arguments: lines of standard input or of a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "output/messages.h"
#include "wordvec/base/line_reader.h"
#include "wordvec/open/model.h"

namespace wordvec::cli {

// The words of a file ("-": standard input) that somebody chose, one a line or as
// wordvec::read_word_list() tells, without blank lines (base/blank.h); what was taken of it is
// told. Throws Error.
std::vector<std::string> read_word_list(const std::string& path, Messages& messages);

// One warning for words of a list that the vocabulary does not have; `status` becomes kNotFound.
void report_missing_words(std::size_t count, const std::string& first, const std::string& path,
                          Messages& messages, int& status);

struct InputLine {
  std::string text;
  std::uint64_t number = 0;  // of the line, from 1; 0: from the command line
};

// Queries, in batches that are worth searching together: the arguments; or lines of standard input
// where there are none, or the only one is "-"; or lines of a file; or a list of words. Blank lines
// are passed over. On a terminal each line is asked for with a prompt.
class QueryInput {
 public:
  // Throws Error(usage) when `model` was read from standard input and queries would be too.
  QueryInput(std::vector<std::string> arguments, const Model& model);
  // `words`, as they are: "-" is one, and no words are no queries.
  explicit QueryInput(std::vector<std::string> words);
  // The lines of `file` ("-": standard input). Throws Error.
  explicit QueryInput(const std::string& file);

  // The next batch, never empty; nullopt at the end. Lines that are there already come together,
  // so that nobody waits for an answer to a line that was sent alone. Throws Error, once the lines
  // before a broken one have been given.
  std::optional<std::vector<InputLine>> next_batch();

  // Where the lines come from, for messages.
  std::string source() const;

 private:
  std::vector<std::string> words_;
  std::optional<LineReader> lines_;  // none: the words
  bool prompt_ = false;
  bool done_ = false;
};

}  // namespace wordvec::cli
