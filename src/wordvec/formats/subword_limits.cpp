#include "wordvec/formats/subword_limits.h"

#include <fmt/format.h>

namespace wordvec {

std::string note_of_zeroed_ngrams(std::uint64_t count, const std::string& first) {
  if (count == 0) return {};
  return fmt::format("{} bad {} of n-grams became zeros, the first: {}", count,
                     count == 1 ? "row" : "rows", first);
}

}  // namespace wordvec
