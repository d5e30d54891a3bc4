// Checks of a download's bytes, as they come.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "wordvec/formats/zip_directory.h"

namespace wordvec {

// Give it all bytes in order, then ask finish(). Not for use by several threads at once.
class ContentCheck {
 public:
  ContentCheck() = default;
  ContentCheck(const ContentCheck&) = delete;
  ContentCheck& operator=(const ContentCheck&) = delete;
  virtual ~ContentCheck() = default;

  // What is wrong so far; empty: nothing.
  virtual std::string feed(std::string_view bytes) = 0;
  // What is wrong with the whole. To be called once.
  virtual std::string finish() = 0;
  // How it differs from what the catalogue says of it; empty: not at all. After finish().
  virtual std::string mismatch() const = 0;
  virtual void reset() = 0;
};

// Of the compressed bytes of `member`: that they unpack to the size and CRC that the archive's
// directory says, and to the SHA-1 `sha1` (40 lower-case digits; empty: any).
std::unique_ptr<ContentCheck> make_member_check(const ZipMember& member, std::string sha1);

// Of a whole file: its SHA-256 `sha256` (64 lower-case digits; empty: any).
std::unique_ptr<ContentCheck> make_file_check(std::string sha256);

// "found SHA-256 FOUND, expected EXPECTED".
std::string describe_mismatch(std::string_view kind, std::string_view found,
                              std::string_view expected);

// What stands before and after raw deflate data in a gzip file (RFC 1952).
std::string gzip_header();
std::string gzip_trailer(std::uint32_t crc32, std::uint64_t size_bytes);

}  // namespace wordvec
