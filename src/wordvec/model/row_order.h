// Whether the first rows of a model are its most frequent words.
#pragma once

#include <cstdint>
#include <string>

#include "wordvec/model/embeddings.h"

namespace wordvec {

enum class RowOrder : std::uint8_t {
  by_frequency,  // known from the counts
  assumed,       // most files are in that order, and nothing speaks against it
  other,         // known from the counts, or from where the rows come from
};

struct RowOrderFound {
  RowOrder order = RowOrder::assumed;
  std::string reason;  // of RowOrder::other: "its words are in alphabetical order"
};

// Reads the counts, or some words; nothing of it is done when a model is opened. Rows with a count
// of 0, which may be unknown, stand anywhere.
RowOrderFound find_row_order(const Embeddings& embeddings, const ModelInfo& info);

}  // namespace wordvec
