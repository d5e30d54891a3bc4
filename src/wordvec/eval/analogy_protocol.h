// The protocols by which programs of the field count analogies, so that a number can be compared
// with theirs.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "wordvec/eval/word_finder.h"

namespace wordvec {

// Which sections are semantic; the others are syntactic.
enum class SemanticSections {
  by_name,     // all but those named "gram…", as Google's file has them; no kinds where none is
  first_five,  // of all files together
};

struct AnalogyProtocol {
  std::string_view name;
  std::string_view summary;  // a sentence for people
  CaseFolding folding = CaseFolding::none;
  // Only the first rows stand for words, and only they are answers.
  std::size_t top_rows = std::numeric_limits<std::size_t>::max();
  // How many answers are looked through for one that is no input in another case; 1: an answer is
  // taken as it comes, only the inputs' own rows are none.
  std::size_t answers = 1;
  // Of a question with a word that has no row; otherwise it is not counted.
  bool unknown_is_wrong = false;
  // Of a line that has not four words; otherwise it is not counted.
  bool bad_line_is_error = false;
  // An answer whose score is not above zero is none.
  bool score_is_positive = false;
  // A file need not have section lines: it is a section, named like the file.
  bool file_is_section = false;
  SemanticSections semantic = SemanticSections::by_name;
};

// gensim (the default), word2vec, glove, strict.
std::span<const AnalogyProtocol> analogy_protocols();

// Throws Error(usage), which lists all.
const AnalogyProtocol& find_analogy_protocol(const std::string& name);

}  // namespace wordvec
