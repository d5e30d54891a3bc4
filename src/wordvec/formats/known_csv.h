// Tables of word vectors with commas or semicolons between the values, with decimal commas, or with
// the values that are not 0 alone, which other programs export.
#pragma once

#include <optional>
#include <string_view>

#include "wordvec/formats/known_kind.h"

namespace wordvec {

// The kind of the text that begins with `head`, kKindBytes of it or all, where its lines are a
// word, or a number, and two or more numbers with commas or semicolons between, or with spaces or
// tabs where the numbers have decimal commas. The first line may name the columns, or be that of
// word2vec's text, "rows dim". And of text of sparse vectors, "king 3:0.5 17:0.25".
std::optional<KnownKind> known_csv(std::string_view head);

}  // namespace wordvec
