// Where readers get their bytes: a file as it is, or what a compressed file or a zip archive holds,
// behind the byte order mark that text may begin with.
#pragma once

#include <string>
#include <string_view>

#include "wordvec/base/byte_source.h"
#include "wordvec/formats/known_kind.h"
#include "wordvec/formats/zip_directory.h"

namespace wordvec {

// Opens `path` ("-": standard input), and where its first bytes say that it is compressed, reads
// what is inside, as a stream: a file of gzip, bzip2, xz or zstd (formats/compression.h), or one
// member of a zip archive (`member`; empty: its only one, or the one whose name is the archive's).
// A byte order mark in front of all (UTF-8's) is taken already: position_bytes() is behind it.
// A stream ends with an Error(malformed) where its checksum or its size is not what the archive
// says, where the archive is cut off, and once it gives more bytes than the archive declares.
// Throws Error(usage) when the member cannot be told, with the names there are; Error(usage) also
// when `member` is given and this is no zip archive.
// `option` is the one that gives a member, for messages.
ByteSource open_input(const std::string& path, const std::string& member,
                      std::string_view option = kMemberOption);

// The same of a file that holds no vectors, of which no option gives the member.
ByteSource open_input(const std::string& path, const Expected& expected);

// The same for a source that is open already.
ByteSource decompressed(ByteSource source, const std::string& member,
                        std::string_view option = kMemberOption,
                        const Expected& expected = kExpectedVectors);

}  // namespace wordvec
