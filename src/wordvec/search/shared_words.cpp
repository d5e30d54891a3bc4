#include "wordvec/search/shared_words.h"

#include "wordvec/search/candidates.h"

namespace wordvec {

SharedWords shared_words(const Embeddings& first, const Embeddings& second, std::size_t most) {
  SharedWords words;
  for (std::size_t i = 0; i < first.rows(); ++i) {
    const auto row = static_cast<Row>(i);
    const auto other = second.vocabulary.find(first.vocabulary.word(row));
    if (!other) continue;
    ++words.shared;
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
