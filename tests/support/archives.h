// Archives for tests, put together by hand, so that any field of them can lie.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wordvec::test {

// The content of the archives below, as Python's zlib compresses it.
inline constexpr std::string_view kPlain =
    "the 0.25 -1\nof 1.5 3\nthe 0.25 -1\nof 1.5 3\nthe 0.25 -1\nof 1.5 3\n";
inline constexpr std::uint32_t kPlainCrc = 0xc9bc6585;
std::string plain_deflated();
// Python's gzip.compress(kPlain, 9, mtime=0).
std::string plain_gzip();
// What Python's zipfile makes of kPlain as "a.txt": with zip64 sizes asked for and a comment that
// begins like an end record, and written to a pipe.
std::string python_zip64();
std::string python_streamed_zip();

// A member as the directory has it; kPlain, deflated.
struct ZipEntry {
  std::string name = "a.txt";
  std::string data = plain_deflated();
  std::uint16_t method = 8;
  std::uint16_t flags = 0;
  std::uint32_t crc = kPlainCrc;
  std::uint64_t size = kPlain.size();
  std::string comment;
  bool zip64 = false;  // sizes and offset in an extra field
  std::string local_extra;
};

ZipEntry stored(std::string name, std::string_view data, std::uint32_t crc);

struct ZipShape {
  std::string comment;
  bool zip64 = false;  // an end record and a locator of zip64
};

std::string zip_of(const std::vector<ZipEntry>& entries, const ZipShape& shape = {});

// `bytes` with the little-endian number of `width` bytes at `offset` replaced.
std::string with_number(std::string bytes, std::size_t offset, int width, std::uint64_t number);

}  // namespace wordvec::test
