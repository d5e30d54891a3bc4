#include "wordvec/base/text_encoding.h"

#include <gtest/gtest.h>

#include <string>

namespace wordvec::text_encoding_test {
namespace {

using namespace std::string_literals;

TEST(WideEncoding, IsToldByAByteOrderMark) {
  EXPECT_EQ(wide_encoding("\xff\xfek\0"s), "UTF-16");
  EXPECT_EQ(wide_encoding("\xfe\xff\0k"s), "UTF-16");
  EXPECT_EQ(wide_encoding("\xff\xfe\0\0k\0\0\0"s), "UTF-32");
  EXPECT_EQ(wide_encoding("\0\0\xfe\xff\0\0\0k"s), "UTF-32");
}

TEST(WideEncoding, IsToldByNulBytes) {
  EXPECT_EQ(wide_encoding("k\0\n\0"s), "UTF-16LE");
  EXPECT_EQ(wide_encoding("\0k\0\n"s), "UTF-16BE");
  EXPECT_EQ(wide_encoding("k\0i\0\xe9\0\r\0\n\0"s), "UTF-16LE");
  EXPECT_EQ(wide_encoding("k\0\0\0\n\0\0\0"s), "UTF-32LE");
  EXPECT_EQ(wide_encoding("\0\0\0k\0\0\0\n"s), "UTF-32BE");
  // Cut off behind the line end.
  EXPECT_EQ(wide_encoding("k\0\n"s), "UTF-16LE");
  EXPECT_EQ(wide_encoding("k\0\0\0\n"s), "UTF-32LE");
}

TEST(WideEncoding, IsNoneOfOtherBytes) {
  for (const std::string& bytes :
       {""s, "k"s, "king\n"s, "k\0"s, "a\0b\0\0\0"s, "\0k\0"s, "\0\0\0\0"s, "\1\0\2\0"s,
        "\xef\xbb\xbfking"s, "a\0bc"s, "\xff\n"s}) {
    EXPECT_EQ(wide_encoding(bytes), "") << bytes;
  }
}

TEST(MacLineEnds, AreToldByTextOfSeveralLines) {
  for (const char* text : {"a\rb", "a\rb\r", "\ra\r\rb\r\r", "k\xc3\xb6nig 0.1\rb\t2\r"}) {
    EXPECT_TRUE(has_mac_line_ends(text)) << text;
  }
  for (const std::string& bytes :
       {""s, "a"s, "a\r"s, "\r\ra\r\r"s, "\r\r"s, "a\rb\n"s, "a\r\nb\r\n"s, "a\rb\0"s, "\1\rb"s}) {
    EXPECT_FALSE(has_mac_line_ends(bytes)) << bytes;
  }
}

}  // namespace
}  // namespace wordvec::text_encoding_test
