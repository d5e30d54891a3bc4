// Tables of word vectors with commas or semicolons between the values, which other programs export.
#pragma once

#include <optional>
#include <string_view>

#include "wordvec/formats/known_kind.h"

namespace wordvec {

// Whether `head` begins one, and what to do with it: rows of a word, or of a number, and two values
// or more, perhaps with a blank behind each separator, perhaps below a line that names the columns.
// nullopt: it does not.
std::optional<KnownKind> csv_kind(std::string_view head);

}  // namespace wordvec
