#include "wordvec/base/compressed.h"

#include <gtest/gtest.h>

#include <string>

namespace wordvec::compressed_test {
namespace {

using namespace std::string_literals;

// printf 'a\n' through gzip -n, bzip2, xz, zstd; the first bytes. Empty ones of bzip2 and zip.
TEST(Compressed, IsToldByItsFirstBytes) {
  EXPECT_TRUE(begins_gzip("\x1f\x8b\x08\0\0\0\0\0\0\x03"s));
  EXPECT_TRUE(begins_bzip2("BZh91AY&SY\x28"));
  EXPECT_TRUE(begins_bzip2("BZh9\x17\x72\x45\x38\x50\x90"));
  EXPECT_TRUE(begins_xz("\xfd"s + "7zXZ\0\0\x04"s));
  EXPECT_TRUE(begins_zstd("\x28\xb5\x2f\xfd\x24\x02"));
  EXPECT_TRUE(begins_zstd("\x50\x2a\x4d\x18\x04"));  // a frame to skip
  EXPECT_TRUE(begins_zip("PK\x03\x04\x14"));
  EXPECT_TRUE(begins_zip("PK\x05\x06"));
  for (const std::string& head :
       {"\x1f\x8b\x08"s, "BZh91AY&SY\x28"s, "\xfd"s + "7zXZ\0"s, "\x28\xb5\x2f\xfd"s,
        "\x5f\x2a\x4d\x18"s, "PK\x03\x04"s, "PK\x05\x06"s}) {
    EXPECT_TRUE(begins_compressed(head)) << head;
  }
  for (const char* head : {"", "B", "BZh", "BZh9 is a word", "BZh0\x31\x41\x59\x26\x53\x59", "PK",
                           "PK\x01\x02", "\x1f", "\xfd", "7zXZ", "(a word)"}) {
    EXPECT_FALSE(begins_compressed(head)) << head;
  }
}

}  // namespace
}  // namespace wordvec::compressed_test
