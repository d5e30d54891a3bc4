// JSON that people bring as word vectors, which it is not: what it holds, and what to do with it.
#pragma once

#include <optional>
#include <string_view>

#include "wordvec/formats/known_kind.h"

namespace wordvec {

// The kind of the text that begins with `head`, where that is a document of JSON, or a line each
// (JSON Lines); nullopt where it is none, or is none for certain.
std::optional<KnownKind> known_json(std::string_view head);

}  // namespace wordvec
