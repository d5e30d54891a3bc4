// The lines of a test set: a text file that somebody made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/byte_source.h"

namespace wordvec {

// All of `source`, as it is. Throws Error(io), and Error(malformed) for more bytes than any test
// set has, and for text in UTF-16 or UTF-32 (base/text_encoding.h).
std::string read_dataset(ByteSource source);

// Front to back, each without its end ("\n" or "\r\n"); a byte order mark in front is no part of
// the first. A view: the text must outlive it.
class DatasetLines {
 public:
  explicit DatasetLines(std::string_view text);

  // nullopt at the end.
  std::optional<std::string_view> next();
  // Of the line that next() gave, from 1.
  std::uint64_t number() const noexcept { return number_; }

 private:
  std::string_view rest_;
  std::uint64_t number_ = 0;
};

// Without spaces, tabs and other white ASCII at its ends.
std::string_view trimmed(std::string_view text);

// What stands between white ASCII.
std::vector<std::string_view> split_at_blanks(std::string_view text);

// Lines that begin with '#', which makes a comment, or a row whose first word does so.
struct HashLines {
  std::uint64_t passed_over = 0;
  std::uint64_t first_passed_over = 0;  // the number of its line, from 1
  std::uint64_t counted = 0;            // as rows
  std::uint64_t first_counted = 0;
};

// "; 2 lines that begin with # were passed over as comments"; empty: there are none.
std::string comments_passed_over(const HashLines& lines);

// Lines that a test set should not have, and that were left out.
struct BadLines {
  std::uint64_t count = 0;
  std::uint64_t first_line = 0;  // from 1
  std::string first_problem;     // "found 3 words, expected 4"

  void add(std::uint64_t line, std::string problem);
};

}  // namespace wordvec
