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

// U+738B U+540E, U+043A U+043E U+0442, U+3042 U+3081: a low byte may be a letter or a line end of
// ASCII.
TEST(WideEncoding, IsToldOfOtherScripts) {
  EXPECT_EQ(wide_encoding("\x8b\x73\x0e\x54\n\0"s), "UTF-16LE");
  EXPECT_EQ(wide_encoding("\x73\x8b\x54\x0e\0\n"s), "UTF-16BE");
  EXPECT_EQ(wide_encoding("\x3a\x04\x3e\x04\x42\x04\r\0\n\0"s), "UTF-16LE");
  EXPECT_EQ(wide_encoding("\x04\x3a\x04\x3e\x04\x42\0 \0001"s), "UTF-16BE");
  EXPECT_EQ(wide_encoding("\x42\x30\x81\x30\n\0"s), "UTF-16LE");
  EXPECT_EQ(wide_encoding("\x8b\x73 \0000\0.\0005\0\n\0"s), "UTF-16LE");
  EXPECT_EQ(wide_encoding("\x30\x09\x3e\x09\x1c\x09\x3e\x09\n\0"s), "UTF-16LE");  // Hindi
  // A pair of surrogates, and one that is cut off.
  EXPECT_EQ(wide_encoding("\x3d\xd8\x00\xde\n\0"s), "UTF-16LE");
  EXPECT_EQ(wide_encoding("\x8b\x73\n\0\x3d\xd8"s), "UTF-16LE");
}

TEST(WideEncoding, IsNoneOfBytesThatAreNoCharacters) {
  for (const std::string& bytes : {
           "\x8b\x73\x0e\x54"s,    // may be Latin-1
           "\xcd\xf5\xba\xf3\n"s,  // GBK
           "abc\0def\0gh\0ij\0"s,  // ended by NUL
           "\0one\ntwo\n"s, "first\n\0\n"s,
           "\x8b\x73\x01\x00\n\0"s,        // a control character
           "\x3d\xd8\x8b\x73\n\0"s,        // half a pair
           "\x00\xde\n\0"s,                // the other half
           "\xff\xff\x8b\x73\n\0"s,        // no character
           "\0\0\x80\x3f\0\0\0\x40\n\0"s,  // 1 and 2 as float32
       }) {
    EXPECT_EQ(wide_encoding(bytes), "") << bytes;
  }
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
