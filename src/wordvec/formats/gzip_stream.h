// What a gzip file (RFC 1952) holds.
#pragma once

#include <memory>
#include <string_view>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/byte_stream.h"

namespace wordvec {

// True when a file that begins with `head` is compressed with gzip.
bool looks_like_gzip(std::string_view head);

// The content of the gzip file that `source` gives, of all its members one after the other.
// Zeros behind the last one are allowed, as tape drives write them. read() throws Error(malformed)
// where the data is damaged or cut off, where a checksum or a size is wrong, and where anything
// else follows.
std::unique_ptr<ByteStream> make_gzip_stream(ByteSource source);

}  // namespace wordvec
