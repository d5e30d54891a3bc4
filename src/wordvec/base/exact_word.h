// Words, shown so that they can be told from others that look the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wordvec {

// printable() (base/quote.h), where joiners, variation selectors, spaces other than ASCII's, marks
// without a letter, and, of a word that is not in Normalization Form C, the marks and characters
// that it has for others, are escaped too: cafe\u0301.
std::string exact_word(std::string_view word);

// exact_word() between single quotes. Words longer than `most_bytes` are cut as by in_quotes().
std::string exact_word_in_quotes(std::string_view word, std::size_t most_bytes = 60);

// \u0301, \U000e0100
std::string escaped_code_point(std::uint32_t code_point);

}  // namespace wordvec
