// Finding the word that does not belong: Camacho-Collados and Navigli 2016, "Find the word that
// does not belong: A Framework for an Intrinsic Evaluation of Word Vector Representations".
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/eval/dataset_items.h"
#include "wordvec/eval/mcnemar.h"
#include "wordvec/eval/word_finder.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {

// Words that belong together, and some that do not.
struct OutlierTopic {
  std::string name;
  std::vector<std::string> words;       // two or more
  std::vector<std::string> outliers;    // one or more
  std::vector<std::string> repeated{};  // words that were there again, and were passed over
  std::vector<std::string> in_both{};   // outliers that are among the words too
};

inline constexpr std::size_t kMaxTopicWords = 1000;

// Parses a file of the 8-8-8 set: the words, one a line, an empty line, the outliers. What comes a
// second time is passed over, and so are more empty lines. `path` is for messages. Throws
// Error(malformed) for fewer than two words, for no outlier, and for more than kMaxTopicWords of
// either: all words of a topic are compared with each other.
OutlierTopic parse_outlier_topic(std::string_view text, const std::string& name,
                                 const std::string& path);

// What becomes of a word that has no row, nor has any part of it.
enum class UnknownOutliers {
  zero,   // its vector is zero, and its cosine with every word 0 (the authors' program)
  skip,   // cases with such a word are not counted
  wrong,  // cases with such a word are at position 0
};

struct OutlierEvaluation {
  UnknownOutliers unknown = UnknownOutliers::zero;
  CaseFolding folding = CaseFolding::upper;
  std::size_t top_rows = std::numeric_limits<std::size_t>::max();  // the first rows stand for words
};

// Of a topic, or of several together. A case is a topic's n words W and one of its outliers, o.
// With p(w) the sum of the cosines of w with all others of W ∪ {o}, the position of o is the number
// of words in W whose p is larger (one that is equal, up to rounding, is not): the paper's order by
// compactness, in which a tie is nothing found.
struct OutlierCounts {
  std::uint64_t counted = 0;    // cases
  std::uint64_t detected = 0;   // whose position is n: o is the last of all
  double sum_of_positions = 0;  // each divided by n
  std::uint64_t unknown = 0;    // cases with a word that has no vector

  // nullopt: no case was counted.
  std::optional<double> accuracy() const noexcept;
  std::optional<double> opp() const noexcept;  // the mean position / n
  OutlierCounts& operator+=(const OutlierCounts& other) noexcept;
};

struct OutlierCase {
  ItemStatus status = ItemStatus::counted;
  std::optional<std::size_t> position;  // nullopt: the case is not counted
  bool detected = false;
};

struct OutlierResult {
  std::vector<OutlierCounts> topics;
  std::vector<std::vector<OutlierCase>> cases;  // of each topic's outliers, in their order
  std::vector<std::string> unknown_words;       // each once, in the order of the topics
  DirectionlessWords directionless;             // their cosine with every word is taken for 0
  OtherSpellings other_spellings;               // words that the vocabulary has so, each once

  OutlierCounts total() const noexcept;
};

std::vector<Outcome> outcomes_of(std::span<const OutlierCase> cases);

// A word of several parts, between spaces or '_', is looked up as it stands and with '_' between
// its parts; without a row of its own it has the mean of the vectors of its parts that have one, as
// in the authors' program. The result depends on neither the machine nor the instruction set.
OutlierResult evaluate_outliers(const Embeddings& embeddings, std::span<const OutlierTopic> topics,
                                const OutlierEvaluation& evaluation);

}  // namespace wordvec
