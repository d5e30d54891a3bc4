// The fields of a test set's lines, and the columns that they stand in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wordvec {

// Blanks of any number and kind.
inline constexpr char kBlankSeparator = ' ';

// Without the blanks around each. Between commas or semicolons a field may stand between double
// quotes, which are doubled within.
std::vector<std::string> split_fields(std::string_view line, char separator);

// `count` columns, separated by commas, each the number of one, from 1, or its name in the file's
// first line (a name that is a number is taken for one). Throws Error(usage).
std::vector<std::string> parse_columns(std::string_view text, std::size_t count);

// Where the columns stand among the fields of the first line. `path` is for messages. Throws
// Error(usage) for a name that it does not have.
std::vector<std::size_t> find_columns(std::span<const std::string> columns,
                                      const std::vector<std::string>& first_line,
                                      const std::string& path);

// True where a column has a name, so that the first line is a header.
bool have_names(std::span<const std::string> columns);

// What is wrong with a line that has too few fields for its columns; empty: nothing.
std::string problem_of_count(const std::vector<std::string>& fields,
                             std::span<const std::size_t> indexes);

// A line of a table of tests: its fields, where find_columns() found the columns, and its number.
struct TestRow {
  std::vector<std::string> fields;
  std::span<const std::size_t> indexes;
  std::uint64_t line = 0;
};

// What separates the fields of a table of tests: a tab, a semicolon or a comma, whichever gives the
// most lines a field for each of `columns`, the first of these where several do (a comma is the
// last, since it is in numbers and words of files that semicolons separate); but blanks where they
// do so for more than twice as many. Where none gives any line its fields: the first of all these
// that the first line has.
char separator_of(std::string_view text, std::span<const std::string> columns);

// Calls `each` for the lines of `text` but empty ones, those that begin with '#', and the first
// where `is_header` says so. Their fields are separated as separator_of() says. `path` is for
// messages. Throws Error(usage) as find_columns() does.
void for_each_test_row(std::string_view text, std::span<const std::string> columns,
                       const std::string& path,
                       const std::function<bool(const TestRow&)>& is_header,
                       const std::function<void(const TestRow&)>& each);

}  // namespace wordvec
