// Texts in encodings that are not read, told by their first bytes.
#pragma once

#include <string>
#include <string_view>

namespace wordvec {

// "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE" or "UTF-32BE", as iconv calls it, where
// `head`, the first bytes of a text, says so with a byte order mark, or is ASCII or Latin-1 in it:
// every second byte, or three of four, is NUL. Empty: neither. Two characters are enough.
std::string_view wide_encoding(std::string_view head);

// What to say of a text in such an encoding: "is UTF-16 text, expected UTF-8: …".
std::string describe_wide_text(std::string_view encoding);

}  // namespace wordvec
