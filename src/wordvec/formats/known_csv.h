// Tables with commas that people bring as word vectors or lists of words.
#pragma once

#include <optional>
#include <string_view>

#include "wordvec/formats/known_kind.h"

namespace wordvec {

// The kind of the text that begins with `head`, kKindBytes of it or all, where its lines are a word
// and two or more numbers between commas or semicolons, or numbers with decimal commas. The first
// line may name the columns.
std::optional<KnownKind> known_csv(std::string_view head);

}  // namespace wordvec
