// What analogy_accuracy.h asks: answers to questions whose words have rows.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wordvec/eval/analogy_accuracy.h"
#include "wordvec/search/nearest.h"

namespace wordvec {

// Candidates are the rows below the protocol's limit, but the inputs' own; where the protocol looks
// through several answers, also but those whose word is an input's in another case. All that the
// constructor gets must outlive this. Immutable, so safe to use from many threads.
class AnalogySolver {
 public:
  AnalogySolver(const Embeddings& embeddings, const AnalogyProtocol& protocol,
                const AnalogyEvaluation& evaluation);

  // Sets the answers of questions that have rows.
  void answer(std::vector<AnsweredAnalogy>& questions) const;
  // The answer's word is the same as the right one.
  bool is_right(const Neighbor& answer, const AnsweredAnalogy& question) const;

 private:
  std::optional<Neighbor> choose(std::span<const Neighbor> answers,
                                 const AnsweredAnalogy& question) const;
  bool is_same_word(Row a, Row b) const;
  bool is_input(Row row, const AnsweredAnalogy& question) const;

  const Embeddings& embeddings_;
  const AnalogyProtocol& protocol_;
  const AnalogyEvaluation& evaluation_;
  NearestOptions options_;
};

}  // namespace wordvec
