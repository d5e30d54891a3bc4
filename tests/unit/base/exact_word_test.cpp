#include "wordvec/base/exact_word.h"

#include <gtest/gtest.h>

namespace wordvec::exact_word_test {
namespace {

TEST(ExactWord, ShowsWhatNobodySees) {
  EXPECT_EQ(exact_word("café 日本"), "café 日本");
  EXPECT_EQ(exact_word("cafe\u0301"), "cafe\\u0301");
  EXPECT_EQ(exact_word("❤\ufe0f"), "❤\\ufe0f");
  EXPECT_EQ(exact_word("\u212b"), "\\u212b");
  EXPECT_EQ(exact_word("king\u00a0"), "king\\u00a0");
  EXPECT_EQ(exact_word("می\u200cخ"), "می\\u200cخ");
  EXPECT_EQ(exact_word("\u0301"), "\\u0301");
  EXPECT_EQ(exact_word("हिन्दी"), "हिन्दी");  // its marks are letters
  EXPECT_EQ(exact_word("\u1112\u1161\u11ab"), "ᄒ\\u1161\\u11ab");
  EXPECT_EQ(exact_word("\U000e0100a"), "\\U000e0100a");
  EXPECT_EQ(exact_word_in_quotes("king\u200b"), "'king\\u200b'");
  EXPECT_EQ(exact_word_in_quotes("aöb", 2), "'a…' (4 bytes)");
}

}  // namespace
}  // namespace wordvec::exact_word_test
