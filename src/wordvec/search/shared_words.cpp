#include "wordvec/search/shared_words.h"

#include "wordvec/model/word_forms.h"
#include "wordvec/search/candidates.h"

namespace wordvec {

std::optional<Row> shared_row(const Vocabulary& first, Row row, const Vocabulary& second,
                              const WordMatching& matching) {
  const std::string_view word = first.word(row);
  if (const auto same = second.find(word)) return same;
  if (matching.kind() == WordMatching::exact) return std::nullopt;
  const auto other = matching.forms(second).find_equivalent(second, word);
  if (!other) return std::nullopt;
  // No two words are one.
  const std::string_view spelling = second.word(*other);
  if (first.find(spelling)) return std::nullopt;
  return matching.forms(first).find_equivalent(first, spelling) == row ? other : std::nullopt;
}

SharedWords shared_words(const Embeddings& first, const Embeddings& second, std::size_t most,
                         const WordMatching& matching) {
  SharedWords words;
  for (std::size_t i = 0; i < first.rows(); ++i) {
    const auto row = static_cast<Row>(i);
    const auto other = shared_row(first.vocabulary, row, second.vocabulary, matching);
    if (!other) continue;
    ++words.shared;
    const std::string_view word = first.vocabulary.word(row);
    const std::string_view spelling = second.vocabulary.word(*other);
    if (spelling != word) words.other_spellings.add(word, spelling);
    if (words.size() >= most) continue;
    if (!inverse_length_of(first.matrix.row(row)) ||
        !inverse_length_of(second.matrix.row(*other))) {
      ++words.without_direction;
      continue;
    }
    words.first.push_back(row);
    words.second.push_back(*other);
  }
  return words;
}

}  // namespace wordvec
