// The command of a shell that takes columns out of a text, for messages.
#pragma once

#include <string>
#include <string_view>

namespace wordvec {

// "cut -d, -f2-": the columns `fields` of lines with `separator`, one character, between them. A
// tab is what cut takes unasked.
std::string cut_command(std::string_view separator, std::string_view fields);

}  // namespace wordvec
