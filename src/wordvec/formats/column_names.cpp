#include "wordvec/formats/column_names.h"

#include <algorithm>
#include <array>

#include "wordvec/base/utf8.h"

namespace wordvec {
namespace {

// Those that name nothing else come first: a label is often the class of a word.
constexpr std::array<std::string_view, 7> kWordsAlone = {"word",  "words", "token",     "term",
                                                         "piece", "vocab", "vocabulary"};
constexpr std::array<std::string_view, 3> kWordsOrOthers = {"label", "text", "name"};
constexpr std::array<std::string_view, 6> kCounts = {"count",     "counts",      "freq",
                                                     "frequency", "occurrences", "n"};
constexpr std::array<std::string_view, 4> kRows = {"id", "index", "row", "idx"};
constexpr std::array<std::string_view, 4> kOthers = {"rank", "number", "score", "probability"};

template <std::size_t size>
bool is_among(std::string_view column, const std::array<std::string_view, size>& names) {
  return std::find(names.begin(), names.end(), lower_case(column)) != names.end();
}

}  // namespace

bool names_words(std::string_view column) {
  return names_words_alone(column) || is_among(column, kWordsOrOthers);
}

bool names_words_alone(std::string_view column) {
  return is_among(column, kWordsAlone);
}

bool names_counts(std::string_view column) {
  return is_among(column, kCounts);
}

bool names_rows(std::string_view column) {
  return is_among(column, kRows);
}

NamedNumbers numbers_named(std::string_view column) {
  return names_counts(column) ? NamedNumbers::counts
         : names_rows(column) ? NamedNumbers::rows
                              : NamedNumbers::unknown;
}

bool names_column(std::string_view column) {
  return names_words(column) || names_counts(column) || names_rows(column) ||
         is_among(column, kOthers);
}

}  // namespace wordvec
