// What the end of a file's name says: extensions are told in any case.
#pragma once

#include <string_view>

namespace wordvec {

// Whether `path` ends in `extension` ("." and lower-case ASCII), in any case: "A.TXT" in ".txt".
bool has_extension(std::string_view path, std::string_view extension) noexcept;

// `path` less `extension`, where it has it; else as it is.
std::string_view less_extension(std::string_view path, std::string_view extension) noexcept;

}  // namespace wordvec
