// Words that are asked for together, several a line.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "options/word_input.h"
#include "output/row_writer.h"
#include "wordvec/base/error.h"

namespace wordvec::cli {

// The words of a line: between spaces, or between tabs where it has one.
std::vector<std::string> split_line(std::string_view line);

// The words of an option's list: between white space, also line ends, so that "$(cat FILE)" is one.
std::vector<std::string> split_list(std::string_view list);

struct WordLine {
  InputLine line;  // the words as they were given, for messages
  std::vector<std::string> words;
};

// Groups of words, in batches: those of the arguments, or lines of standard input or of a file, but
// for blank ones.
class WordLines {
 public:
  // Groups of `group_size` of the arguments; 0: they are one. Lines of standard input where there
  // are none, or the only one is "-", and of `file` unless that is "". Throws Error(usage) when
  // there are arguments and a file, or arguments that make no whole groups (`expected` says in the
  // message what they should be), and as QueryInput does.
  WordLines(const std::vector<std::string>& arguments, std::size_t group_size,
            std::string_view expected, const std::string& file, const Model& model);

  // The next batch, never empty; nullopt at the end. Throws Error.
  std::optional<std::vector<WordLine>> next_batch();

  // Where lines come from, for messages; "": they are arguments.
  std::string source() const { return input_ ? input_->source() : std::string(); }

  // report_bad_query(), naming where the line comes from.
  [[nodiscard]] ErrorRecord report_bad(const Error& error, const WordLine& line, Messages& messages,
                                       int& status) const;

 private:
  std::vector<WordLine> groups_;
  std::optional<QueryInput> input_;  // none: the groups
};

}  // namespace wordvec::cli
