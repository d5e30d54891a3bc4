// Words and paths, made safe to show to a person.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wordvec {

// `text` with what a terminal must not receive, or nobody would see there, written as an escape:
// \n, \t, \xHH for control characters (C0, DEL, C1) and bytes that are not UTF-8, \uHHHH for what
// has no width or turns the direction of text. Joiners and variation selectors, which shape, stay.
std::string printable(std::string_view text);

// True for a character that printable() writes as an escape.
bool is_unprintable(std::uint32_t code_point) noexcept;

// printable() between single quotes, for messages. Texts longer than `most_bytes` are cut at a
// character's end and their length is named: 'aaaa…' (1048576 bytes).
std::string in_quotes(std::string_view text, std::size_t most_bytes = 60);

// `text` as one word of a POSIX shell's command line: as it is where the shell changes nothing in
// it, else between single quotes.
std::string shell_word(std::string_view text);

}  // namespace wordvec
