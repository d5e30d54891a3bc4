// What a member of a zip archive holds.
#pragma once

#include <string>
#include <string_view>

#include "wordvec/base/byte_source.h"

namespace wordvec {

// True when a file that begins with `head` is a zip archive.
bool looks_like_zip(std::string_view head);

// The content of the member of `archive` that choose_zip_member() finds for `member`. The archive
// must be a file or in memory: its directory is at the end. Throws as zip_directory.h says, and
// Error(usage) for a pipe. Reading throws Error(malformed) where the member's data is damaged, and
// where its size or its checksum is not that of the directory; no more is ever given than the
// directory declares.
ByteSource open_zip_member(ByteSource archive, const std::string& member);

}  // namespace wordvec
