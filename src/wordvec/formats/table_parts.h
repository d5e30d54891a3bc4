// What programs of tables, such as pandas and R, write around rows of words and their values: a
// first line that names the columns, and a column that numbers the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace wordvec {

// Without the quotes around it, where there are two.
std::string_view unquoted_name(std::string_view name);

// True of numbers that name columns: 0, 1, 2, …, or from 1 on; there is one at least.
bool number_columns(std::span<const std::string_view> numbers);

struct TableParts {
  // The first line has the numbers of the columns for its values. `certain`: behind nothing, where
  // no word is meant; `possible`: behind what columns of words are called, which is a word too, or
  // so many that they are no vector.
  enum class Header : std::uint8_t { none, possible, certain };
  Header header = Header::none;
  std::string_view name;  // in front of the numbers, which would be the word
  std::size_t from = 0;   // the first of them
  // Rows whose word has a number in front, of those that were looked at; 0: not all have. They are
  // whole, and a tab ends them, or a space where each is one more than that before.
  std::size_t numbered_rows = 0;
  std::string_view number_end;      // "\t", " "
  std::string_view first_numbered;  // the number and the word

  bool is_table() const noexcept { return header != Header::none || numbered_rows > 0; }
};

// Of the first lines of `text`, rows of `dim` values (0: not known, so that there is no header),
// in which it points.
TableParts table_parts(std::string_view text, std::size_t dim);

// True where `line`, above rows of `dim` values, is nothing but the names of columns, "word d0 d1
// …": as many as these have, none a number, each once, behind what columns of words are called; or
// behind nothing, "V1 V2 …".
bool names_columns(std::string_view line, std::size_t dim);

// The command that cuts the numbers off, where rows have some.
std::string cut_command(const TableParts& parts);

// A sentence that says what is read as a part of the rows, with the command that leaves it out;
// empty: nothing. `file` and `line` say where `text` began.
std::string warning_of_table(const TableParts& parts, std::size_t dim, const std::string& file,
                             std::uint64_t line);

}  // namespace wordvec
