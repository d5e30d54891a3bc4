// The compressed files that are read as what they hold: gzip, bzip2, xz and Zstandard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/byte_stream.h"
#include "wordvec/formats/decompressor.h"

namespace wordvec {

struct Compression {
  std::string_view name;       // "gzip"
  std::string_view extension;  // ".gz", in lower case
  // Of base/compressed.h.
  bool (*begins)(std::string_view head) noexcept;
  std::unique_ptr<Decompressor> (*make)();
  bool allows_padding = false;  // zeros may stand before a further part
};

std::span<const Compression> compressions() noexcept;

// nullptr: `head` begins none of them.
const Compression* compression_of(std::string_view head) noexcept;

// `path` less the extension of a compression, in any case: "a.txt" of "a.txt.xz".
std::string_view less_compression(std::string_view path) noexcept;

// The content of the compressed file that `source` gives, of all its parts (members, streams,
// frames) one after the other. Zeros behind the last one are allowed, as tape drives write them.
// read() throws Error(malformed) where the data is damaged or cut off, where a checksum or a size
// is wrong, where anything else follows, and where it is not read: it takes more than
// kMaxWindowMemoryBytes, or needs what is not in the file. This names the command that unpacks it.
std::unique_ptr<ByteStream> make_decompressed_stream(ByteSource source,
                                                     const Compression& compression);

// What was compressed with a wide window takes as much memory to read.
inline constexpr std::uint64_t kMaxWindowMemoryBytes = std::uint64_t{512} << 20;

// The decompressors of libbz2, liblzma (.xz) and libzstd.
std::unique_ptr<Decompressor> make_bzip2_decompressor();
std::unique_ptr<Decompressor> make_xz_decompressor();
std::unique_ptr<Decompressor> make_zstd_decompressor();

}  // namespace wordvec
