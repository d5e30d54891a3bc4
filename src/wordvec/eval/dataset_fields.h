// The fields of a test set's lines, and the columns that they stand in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/eval/dataset_lines.h"

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

// A line of a table of tests: its fields, where find_columns() found the columns, and its number.
struct DatasetRow {
  std::string_view text;  // of the whole line, borrowed from the table
  std::vector<std::string> fields;
  std::span<const std::size_t> indexes;
  std::uint64_t line = 0;
  char separator = kBlankSeparator;
};

// What is wrong with a line that has too few fields for its columns; empty: nothing.
std::string problem_of_count(const DatasetRow& row);

// What a table of tests should have.
struct DatasetTable {
  std::span<const std::string> columns;
  // Of the first row.
  std::function<bool(const DatasetRow&)> is_header;
  // Of a row that has all columns: they hold what they should, as they would not if its fields were
  // separated otherwise. Empty: nothing tells.
  std::function<bool(const DatasetRow&)> is_good;
};

// What separates the fields of a table of tests: a tab, a semicolon, a comma or blanks.
// 1. The one that makes the most rows good, the header apart; the first of these where several do.
//    (A comma comes after a semicolon, since it is in numbers of files that semicolons separate.)
// 2. Where none makes a row good, or nothing tells: a tab, a comma or a semicolon, whichever gives
//    the most rows a field for each column; where several do, the first, which is a tab, and then,
//    where nothing tells, a comma (lists between commas have semicolons). But blanks where they do
//    so for more than twice as many, since they are in words of several parts too.
// 3. Where none does: the first of these that is in the first row.
char separator_of(std::string_view text, const DatasetTable& table);

struct DatasetRows {
  std::vector<std::string> header;  // its fields; none: there is no header
  HashLines hash_lines;
};

// Calls `each` for the lines of `text` but blank ones, comments, and the first that is no comment
// where it is a header. Their fields are separated as separator_of() says. `path` is for messages.
// Throws Error(usage) as find_columns() does.
//
// A line that begins with '#' is a row where it looks like the others, so that sets can have
// #hashtags: the '#' is not followed by a blank within its field, there are as many fields as in
// some line that does not begin so (where all do: a field for each column), none of the columns is
// empty, and they hold what they should; where nothing tells that, it is not the header without the
// '#'. The others are comments; so is one before a header that names the columns.
DatasetRows for_each_dataset_row(std::string_view text, const DatasetTable& table,
                                 const std::string& path,
                                 const std::function<void(const DatasetRow&)>& each);

}  // namespace wordvec
