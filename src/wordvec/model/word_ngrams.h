// The n-grams that a word's vector is built from, to be shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/model/subwords.h"

namespace wordvec {

struct WordNgram {
  std::string text;                     // with the marks at the word's edges
  std::optional<std::uint64_t> bucket;  // that its hash is mapped to; nullopt: it is listed
  std::optional<std::uint32_t> row;     // in Subwords::matrix(); nullopt: it has no vector
};

// Those of `word`, in the order in which the scheme makes them, each as often as it comes, and of
// floret for each of its hashes. The ones with a row are Subwords::rows_of().
std::vector<WordNgram> ngrams_of(const Subwords& subwords, std::string_view word);

}  // namespace wordvec
