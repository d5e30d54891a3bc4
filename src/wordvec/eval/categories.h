// How well clusters of vectors agree with categories that people made.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/eval/dataset_items.h"
#include "wordvec/eval/dataset_lines.h"
#include "wordvec/eval/word_finder.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {

struct CategorizedWord {
  std::string word;
  std::uint32_t category = 0;  // an index of `categories`
  std::uint64_t line = 0;      // from 1
};

struct CategorizedWords {
  std::vector<CategorizedWord> words;   // a word can be in several categories
  std::vector<std::string> categories;  // in the order in which the file has them first
  bool has_header = false;              // which was passed over
  BadLines bad_lines;
  HashLines hash_lines;
};

// Where a line has the word and the category, as find_columns() takes them (dataset_fields.h).
using CategoryColumns = std::array<std::string, 2>;
inline const CategoryColumns kFirstCategoryColumns = {"1", "2"};

// Parses one word and its category a line, its fields separated as separator_of() says.
// Blank lines and comments are passed over. A line that begins with '#' is one unless it looks like
// the others (for_each_dataset_row()). The first line is a header where the columns have names, or
// its own are "word" and "category". Lines without a word and a category are in bad_lines. `path`
// is for messages. Throws Error(malformed) for a text without words, and Error(usage) for columns
// that the header does not have.
CategorizedWords parse_categorized_words(std::string_view text, const CategoryColumns& columns,
                                         const std::string& path);

// Signs that a set was meant otherwise than it was read.
struct CategoryDoubts {
  // There are categories for more than half of the words, as where the columns are swapped.
  bool categories_are_many = false;
  // Otherwise: the first line was not taken for a header, but looks like one. Its category is of no
  // other line, while all others are of three or more, or both its fields are usual names of
  // columns.
  bool header_is_counted = false;
};

CategoryDoubts doubts_about(const CategorizedWords& words);

// Σ over clusters of the words of its most frequent category / all words (Manning, Raghavan and
// Schütze 2008, section 16.3); both are given for each word. nullopt for none.
std::optional<double> purity(std::span<const std::uint32_t> clusters,
                             std::span<const std::uint32_t> categories);

struct CategoryEvaluation {
  // The mean of the vectors that stand for words stands for one that has no row, as in the word
  // embedding benchmarks (Jastrzębski, Leśniak and Czarnecki 2017); otherwise it is left out.
  bool mean_for_unknown = false;
  CaseFolding folding = CaseFolding::upper;
  // The first rows stand for words, one at least.
  std::size_t top_rows = std::numeric_limits<std::size_t>::max();
  unsigned threads = 0;  // 0: all there are
};

struct ClusteredWord {
  ItemStatus status = ItemStatus::counted;
  std::optional<std::uint32_t> cluster;  // numbered as k_means() does; nullopt: it is left out
};

struct CategoryResult {
  std::optional<double> purity;            // nullopt: no word was counted
  std::uint64_t counted = 0;               // words
  std::uint64_t categories = 0;            // of these, and so many clusters
  std::uint64_t unknown = 0;               // words that have no row
  std::vector<std::string> unknown_words;  // each once, in the order of the file
  DirectionlessWords directionless;        // they are in some cluster
  OtherSpellings other_spellings;          // words that the vocabulary has so, each once
  // Words that count more than once, each time with the same vector: those of several categories,
  // and those that have one more than once. As the first line to repeat them has them.
  std::vector<std::string> of_several_categories;
  std::vector<std::string> repeated;
  std::vector<ClusteredWord> words;  // in the order of the set
};

// The purity of the clusters that spherical k-means (analysis/k_means.h) makes of the words'
// vectors, as many as there are categories. As in the benchmarks every line counts, also of a word
// that has several. The benchmarks take the best of k-means and several
// agglomerative clusterings, each of the vectors as they are: theirs can be higher. The result
// depends on neither the number of threads nor the instruction set. Throws Error(malformed) when a
// vector holds a value that is not finite.
CategoryResult evaluate_categories(const Embeddings& embeddings, const CategorizedWords& words,
                                   const CategoryEvaluation& evaluation);

}  // namespace wordvec
