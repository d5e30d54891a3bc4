#include "wordvec/base/blank.h"

#include <gtest/gtest.h>

#include <string_view>

namespace wordvec::blank_test {
namespace {

TEST(IsBlank, IsTrueOfWhiteAsciiAlone) {
  for (const std::string_view text : {"", " ", "  \t ", "\r", "\v\f"}) EXPECT_TRUE(is_blank(text));
  // U+00A0 and U+3000 may be words, and so may a zero byte.
  for (const std::string_view text : {"a", " . ", "\xc2\xa0", "\xe3\x80\x80"}) {
    EXPECT_FALSE(is_blank(text)) << text;
  }
  EXPECT_FALSE(is_blank(std::string_view("\0", 1)));
}

}  // namespace
}  // namespace wordvec::blank_test
