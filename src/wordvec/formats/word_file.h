// Words that a format keeps in a file of their own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wordvec {

// The words of `path`, which may be compressed (formats/input.h), one a line: all that stands
// before its "\n" or "\r\n", spaces too. The last line may lack its end; empty lines behind it are
// nothing. Throws Error(malformed)
// with the line where one is empty, which would shift all that follow against their rows, or longer
// than kMaxWordBytes, and past kMaxRows words; Error(io).
std::vector<std::string> read_word_file(const std::string& path);

}  // namespace wordvec
