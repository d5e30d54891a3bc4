// Upper case, as two conventions have it.
#pragma once

#include <string>
#include <string_view>

namespace wordvec {

// Full upper-casing as Unicode has it without regard to language (Python's str.upper()): a
// character may become several, as ß becomes SS. Bytes that are not UTF-8 stay as they are.
std::string upper_case(std::string_view text);

// a–z only, byte by byte: C's toupper() in the "C" locale.
std::string ascii_upper_case(std::string_view text);

}  // namespace wordvec
