// Texts that are not read as they are, told by their first bytes: their encoding, their line ends.
#pragma once

#include <string>
#include <string_view>

namespace wordvec {

// "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE" or "UTF-32BE", as iconv calls it, where
// `head`, the first bytes of a text, says so with a byte order mark, or is ASCII or Latin-1 in it:
// every second byte, or three of four, is NUL; or is other scripts in UTF-16, with a space or a
// line end among them, and nothing that no text has. Empty: neither. Two characters are enough; of
// ASCII and Latin-1, the second as far as its byte that is not NUL: a line up to and with its '\n'.
std::string_view wide_encoding(std::string_view head);

// What to say of a text in such an encoding: "is UTF-16 text, expected UTF-8: …".
std::string describe_wide_text(std::string_view encoding);

// Whether a text of UTF-8 that began with `word` would be read as one with a byte order mark, or as
// one in another encoding.
bool begins_like_encoding(std::string_view word);

// Whether `head` is text of several lines that end with CR alone, as programs for the Macs before
// OS X wrote them, and some export them still: to all others it is one line.
bool has_mac_line_ends(std::string_view head);
// What it is, to stand behind the name of the file, and the command that makes others of them.
inline constexpr std::string_view kMacLineEnds = "is text whose lines end with CR alone";
inline constexpr std::string_view kMacLineEndsRemedy = "`tr '\\r' '\\n' < FILE`";

}  // namespace wordvec
