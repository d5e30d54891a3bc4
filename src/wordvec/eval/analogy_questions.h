// Sets of analogies in the format of Google's questions-words.txt.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/eval/dataset_lines.h"

namespace wordvec {

// a is to b as c is to d: "Athens Greece Oslo Norway".
struct AnalogyQuestion {
  std::array<std::string, 4> words;  // a, b, c, d
  std::uint64_t line = 0;            // from 1
};

struct AnalogySection {
  std::string name;
  std::vector<AnalogyQuestion> questions;
  BadLines bad_lines;
};

// Parses lines of four words between blanks, under lines ": NAME" that begin a section each; empty
// lines are passed over. Lines with fewer or more words are in bad_lines. `path` is for messages.
// `unnamed`: the section of questions before the first section line; nullopt: there may be none.
// Throws Error(malformed) for a section without a name, a question before the first section, and a
// text without questions.
std::vector<AnalogySection> parse_analogy_questions(
    std::string_view text, const std::string& path,
    const std::optional<std::string>& unnamed = std::nullopt);

}  // namespace wordvec
