// What a member of a zip archive holds.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "wordvec/base/byte_source.h"
#include "wordvec/formats/decompressor.h"
#include "wordvec/formats/known_kind.h"
#include "wordvec/formats/zip_directory.h"

namespace wordvec {

// Of the member's method, which is one that is read; nullptr: it is stored as it is.
std::unique_ptr<Decompressor> make_zip_decompressor(const ZipMember& member);

// The content of the member of `archive` that choose_zip_member() finds for `member` (`option`).
// The archive must be a file or in memory: its directory is at the end. Throws as zip_directory.h
// says, and Error(usage) for a pipe, and where no member is asked for, Error(malformed) that says
// what it is, and what leads to what was `expected`, for an archive that another program reads as
// one file (formats/known_kind.h). Reading throws Error(malformed) where the member's data is
// damaged, and where its size or its checksum is not that of the directory; no more is ever given
// than the directory declares.
ByteSource open_zip_member(ByteSource archive, const std::string& member,
                           std::string_view option = kMemberOption,
                           const Expected& expected = kExpectedVectors);

// Throws Error(malformed) that says what the archive, a file, is where another program reads it as
// one file, and as read_zip_directory() does.
void refuse_archive_of_program(ByteSource archive, const Expected& expected);

}  // namespace wordvec
