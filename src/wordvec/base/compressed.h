// What compressed files and archives begin with.
#pragma once

#include <cstddef>
#include <string_view>

namespace wordvec {

// How many first bytes of a file the functions below look at. Fewer are taken for what they are
// only as far as they go.
inline constexpr std::size_t kCompressionMagicBytes = 10;

// What begins each member of a zip archive, and the end of its directory.
inline constexpr std::string_view kZipMemberMagic = "PK\x03\x04";
inline constexpr std::string_view kZipEndMagic = "PK\x05\x06";

bool begins_gzip(std::string_view head) noexcept;
// Its block or end must be there too: a word may begin with "BZh".
bool begins_bzip2(std::string_view head) noexcept;
bool begins_xz(std::string_view head) noexcept;
bool begins_zstd(std::string_view head) noexcept;
// An archive with members, or without.
bool begins_zip(std::string_view head) noexcept;

// Any of these.
bool begins_compressed(std::string_view head) noexcept;

}  // namespace wordvec
