#include "wordvec/base/error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace wordvec::error_test {
namespace {

TEST(Error, PutsThePlaceInFront) {
  EXPECT_STREQ(Error(ErrorCode::usage, "k is 0").what(), "k is 0");
  EXPECT_STREQ(Error(ErrorCode::malformed, "is empty", "a.txt").what(), "a.txt: is empty");
  const Error line = Error::at_line("vectors.txt", 17, "found 299 values");
  EXPECT_STREQ(line.what(), "vectors.txt:17: found 299 values");
  EXPECT_EQ(line.line(), 17U);
  EXPECT_EQ(line.path(), "vectors.txt");
  EXPECT_EQ(line.message(), "found 299 values");
  EXPECT_EQ(line.code(), ErrorCode::malformed);
  EXPECT_STREQ(Error::at_offset("v.bin", 12, "no space").what(), "v.bin: at byte 12: no space");
}

TEST(Error, ExplainsSystemCalls) {
  const Error error = Error::from_errno(ENOSPC, "out.txt", "cannot write");
  EXPECT_STREQ(error.what(), "out.txt: cannot write: No space left on device");
  EXPECT_EQ(error.code(), ErrorCode::io);
}

TEST(Error, EscapesThePath) {
  EXPECT_STREQ(Error(ErrorCode::io, "x", "a\x1b[m").what(), "a\\x1b[m: x");
  EXPECT_EQ(Error(ErrorCode::io, "x", "a\x1b[m").path(), "a\x1b[m");
}

}  // namespace
}  // namespace wordvec::error_test
