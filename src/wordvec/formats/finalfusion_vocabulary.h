// The vocabularies of finalfusion files.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "wordvec/formats/finalfusion_chunks.h"
#include "wordvec/model/subwords.h"
#include "wordvec/model/vocabulary_builder.h"

namespace wordvec {

struct FinalfusionVocabulary {
  std::vector<std::string_view> words;  // of rows 0, 1, …; in the file

  // Of a vocabulary with n-grams. An unknown word is the sum of the rows of its n-grams, scaled to
  // unit length; norms are kept for words only (finalfusion-rust, src/embeddings.rs).
  std::optional<SubwordRules> rules;
  std::uint64_t lengths_offset_bytes = 0;  // of the n-grams' lengths in the file
  std::uint64_t subword_rows = 0;          // behind those of the words
  // SubwordScheme::listed: n-gram i has row words.size() + ngram_rows[i], which several may share.
  VocabularyBuilder ngrams;
  std::vector<std::uint32_t> ngram_rows;

  std::uint64_t rows() const noexcept { return words.size() + subword_rows; }
};

// Takes a vocabulary chunk, begin and all. Nothing is allocated that is not a small multiple of the
// bytes that are there. Throws Error(malformed).
FinalfusionVocabulary take_finalfusion_vocabulary(FinalfusionCursor& cursor, FinalfusionChunkId id);

}  // namespace wordvec
