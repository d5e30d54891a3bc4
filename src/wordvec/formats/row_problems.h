// What makes a row bad in the formats of numbers, in the same words for all.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wordvec {

// What is wrong with a word: it is empty, longer than kMaxWordBytes, or (strict_utf8) not UTF-8.
// Empty: nothing.
std::string problem_of_word(std::string_view word, bool strict_utf8);

// The index of the first value that is NaN or infinite.
std::optional<std::size_t> first_not_finite(std::span<const float> vector);

// Names that value: "value 2 of 'king' is nan, expected a finite number", where `whose` is
// "'king'"; `as` follows the value. Empty: all are finite. A NaN has no sign here, since that of
// one that was computed differs between kernels.
std::string problem_of_values(std::span<const float> vector, std::string_view whose,
                              std::string_view as = {});

}  // namespace wordvec
