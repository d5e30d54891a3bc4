// What was done to the vectors of a model, as ModelInfo::edits lists it.
#pragma once

#include <string>
#include <string_view>

namespace wordvec {

// Appends `edit`, "merge average b.npy", to the list. A semicolon in it, which only the name of a
// file can have, becomes a comma: one between edits separates them.
void append_edit(std::string& edits, std::string_view edit);

// The first edit of that kind, which is its first word: "words 12" where `kind` is "words", of
// "limit 20; words 12". Empty: there is none.
std::string_view find_edit(std::string_view edits, std::string_view kind) noexcept;

}  // namespace wordvec
