// Explanations: running text for a person, with numbers set in columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wordvec::cli {

// "3,000,300".
std::string grouped(std::uint64_t number);

// Three digits and a unit: "1.24 ms", "180 ns".
std::string short_seconds(double seconds);

// Lines of cells, two spaces between columns: the first column begins at the left, others end at
// the right. A line may have fewer cells than the first. `indent` spaces come before each.
std::string aligned(const std::vector<std::vector<std::string>>& lines, std::size_t indent = 2);

// The first values with four decimals, as many as fit beside a word on the terminal that standard
// output is, at most five, and "…" where there are more.
std::string first_values(std::span<const float> values);

// `text` in lines of at most `columns` terminal columns: broken at spaces, and between East Asian
// wide characters, but not before closing punctuation. A line end in the text stays one. A word
// that is longer than a line is alone on its own.
std::string wrapped(std::string_view text, std::size_t columns);

// The columns of the terminal that standard output is; 80 where it is none, and never more than
// 100: longer lines are hard to read.
std::size_t text_columns();

}  // namespace wordvec::cli
