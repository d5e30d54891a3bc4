// Which words of the model at hand the tour takes.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "wordvec/model/embeddings.h"

namespace wordvec::cli {

// All of them have a row with a direction. Where the vocabulary lacks the usual ones (are you ok ?,
// king, queen, cat, …), its first words that are plain, in most files frequent ones, stand in.
struct TourWords {
  std::string sentence;  // a text of the words below; empty: there are none
  std::string joined;    // the same with other spaces and letters, or the same
  std::vector<std::string> of_sentence;
  std::vector<std::string> vectors;  // to look at: eight, or what there is
  std::vector<std::string> points;   // the same, of a picture; empty: too few, or of one value
  std::string like;                  // one to find neighbours of; empty: there is none
  std::optional<std::array<std::string, 3>> analogy;  // nullopt: the model has not the words
};

TourWords choose_tour_words(const Embeddings& embeddings);

}  // namespace wordvec::cli
