// How many analogies of a set the vectors solve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wordvec/eval/analogy_protocol.h"
#include "wordvec/eval/analogy_questions.h"
#include "wordvec/eval/mcnemar.h"
#include "wordvec/model/embeddings.h"
#include "wordvec/search/analogies.h"
#include "wordvec/search/analogy_ranks.h"
#include "wordvec/search/top_k.h"

namespace wordvec {

enum class SectionKind { none, semantic, syntactic };

// Of a section, or of several together: lines = counted + unknown (but where unknown is wrong, and
// counted) + bad.
struct AnalogyCounts {
  std::uint64_t correct = 0;
  std::uint64_t counted = 0;
  std::uint64_t unknown = 0;  // questions with a word that has no row
  std::uint64_t bad = 0;      // lines that are no question

  // nullopt: no question was counted.
  std::optional<double> accuracy() const noexcept;
  AnalogyCounts& operator+=(const AnalogyCounts& other) noexcept;
};

struct SectionAccuracy {
  std::string name;
  SectionKind kind = SectionKind::none;
  AnalogyCounts counts;
  std::vector<Outcome> outcomes;  // of its questions
};

// Of the words of a question.
struct AnalogyRows {
  Row a = 0;
  Row b = 0;
  Row c = 0;
  Row right = 0;
};

struct AnsweredAnalogy {
  std::size_t section = 0;
  std::size_t question = 0;         // of the section
  std::optional<AnalogyRows> rows;  // nullopt: a word has none, so that nothing could be asked
  std::optional<Neighbor> answer;   // nullopt: there was none
};

struct AnalogyAccuracy {
  std::vector<SectionAccuracy> sections;
  std::vector<AnsweredAnalogy> wrong;      // all that count as such, in the order of the questions
  std::vector<std::string> unknown_words;  // each once, in the order of the questions
  OtherSpellings other_spellings;          // words that the vocabulary has so, each once

  AnalogyCounts total() const noexcept;
  AnalogyCounts of(SectionKind kind) const noexcept;
};

// What evaluate_analogies() found of the same sections for two models, each section's questions
// that count for both.
std::vector<PairedOutcomes> pair_sections(const AnalogyAccuracy& first,
                                          const AnalogyAccuracy& second);

struct AnalogyEvaluation {
  AnalogyMethod method = AnalogyMethod::add;
  std::optional<std::size_t> top_rows;  // nullopt: the protocol's
  unsigned threads = 0;                 // 0: all there are
  // Called on the calling thread, now and then, with how many questions of how many are done.
  std::function<void(std::size_t done, std::size_t all)> progress{};

  std::size_t top_rows_of(const AnalogyProtocol& protocol) const {
    return top_rows.value_or(protocol.top_rows);
  }
};

// Solves all questions and counts as `protocol` says. The result depends on neither the number of
// threads nor the instruction set. Throws Error(malformed) of damaged search codes.
AnalogyAccuracy evaluate_analogies(const Embeddings& embeddings,
                                   std::span<const AnalogySection> sections,
                                   const AnalogyProtocol& protocol,
                                   const AnalogyEvaluation& evaluation);

// For each of accuracy.wrong where its right word stands, by its best row, among the candidates of
// evaluate_analogies(); where the protocol looks through several answers, also an input in another
// case is none. nullopt: the right word is no candidate, or nothing could be asked.
std::vector<std::optional<AnalogyRank>> rank_right_words(const Embeddings& embeddings,
                                                         const AnalogyAccuracy& accuracy,
                                                         const AnalogyProtocol& protocol,
                                                         const AnalogyEvaluation& evaluation);

}  // namespace wordvec
