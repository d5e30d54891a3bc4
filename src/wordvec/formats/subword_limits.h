// What readers of models with n-grams have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace wordvec {

// Of a quantised matrix. A code is a byte: more values than this to one would make a small file a
// huge matrix.
inline constexpr std::size_t kMaxValuesPerCode = 64;

// For ReadReport::note, where rows of n-grams that are not finite became zeros, as --skip-bad has
// it: they cannot be left out, since the rows after them must keep their numbers. `first` is what
// is wrong with the first one. Empty: there were none.
std::string note_of_zeroed_ngrams(std::uint64_t count, const std::string& first);

// What the error of one adds, where that was not asked for.
inline constexpr const char* kZeroNgramsRemedy = " (--skip-bad makes such n-grams zeros)";

}  // namespace wordvec
