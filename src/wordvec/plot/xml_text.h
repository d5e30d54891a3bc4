// Text in XML.
#pragma once

#include <string>
#include <string_view>

namespace wordvec::plot {

// Appends `text` as XML has it: markup characters are escaped; U+FFFE and U+FFFF, which it has not,
// and bytes that are not UTF-8 become U+FFFD. Control characters must not be in it.
void append_escaped(std::string& out, std::string_view text);

}  // namespace wordvec::plot
