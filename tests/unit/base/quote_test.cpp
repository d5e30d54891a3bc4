#include "wordvec/base/quote.h"

#include <gtest/gtest.h>

#include <string>

namespace wordvec::quote_test {
namespace {

TEST(Printable, LeavesTextAlone) {
  EXPECT_EQ(printable("king"), "king");
  EXPECT_EQ(printable("könig 日本 'x' \\"), "könig 日本 'x' \\");
  EXPECT_EQ(printable("a\xc2\xa0"
                      "b"),
            "a\xc2\xa0"
            "b");  // U+00A0 is no control character
}

TEST(Printable, EscapesWhatATerminalMustNotReceive) {
  EXPECT_EQ(printable("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(printable("\x1b[31m"), "\\x1b[31m");
  EXPECT_EQ(printable(std::string("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(printable("\xc2\x85"), "\\xc2\\x85");  // U+0085, a C1 control
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m");  // U+009B, the one-character ESC [
}

TEST(Printable, EscapesAByteOrderMarkWhichNobodyWouldSee) {
  EXPECT_EQ(printable("\xef\xbb\xbf"
                      "king"),
            "\\ufeffking");
}

TEST(Printable, EscapesWhatHidesOrTurnsText) {
  EXPECT_EQ(printable("a\u200bb\u00adc"), "a\\u200bb\\u00adc");
  EXPECT_EQ(printable("a\u202egnik"), "a\\u202egnik");
  EXPECT_EQ(printable("❤\ufe0f می\u200cخ"), "❤\ufe0f می\u200cخ");  // these shape characters
}

TEST(Printable, EscapesAllThatTurnsTheDirectionOfText) {
  for (const char* mark : {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067",
                           "\u2068", "\u2069", "\u200e", "\u200f", "\u061c"}) {
    EXPECT_EQ(printable(mark).substr(0, 2), "\\u") << printable(mark);
  }
}

TEST(Printable, EscapesWhatIsThereAndHasNoWidth) {
  EXPECT_EQ(printable("x\U000E0061y"), "x\\U000e0061y");
  EXPECT_EQ(printable("\u034f\u3164"), "\\u034f\\u3164");
}

TEST(Printable, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("a\xff"
                      "b"),
            "a\\xffb");
  EXPECT_EQ(printable("\xc3"), "\\xc3");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");
}

TEST(InQuotes, QuotesAndEscapes) {
  EXPECT_EQ(in_quotes("king"), "'king'");
  EXPECT_EQ(in_quotes(""), "''");
  EXPECT_EQ(in_quotes("a\n"), "'a\\n'");
}

TEST(InQuotes, CutsLongTextsAndNamesTheirLength) {
  EXPECT_EQ(in_quotes(std::string(60, 'a')), '\'' + std::string(60, 'a') + '\'');
  EXPECT_EQ(in_quotes(std::string(61, 'a')), '\'' + std::string(60, 'a') + "…' (61 bytes)");
  EXPECT_EQ(in_quotes("abcdef", 3), "'abc…' (6 bytes)");
}

TEST(InQuotes, CutsAtTheEndOfACharacter) {
  EXPECT_EQ(in_quotes("aöb", 2), "'a…' (4 bytes)");
  EXPECT_EQ(in_quotes("aöb", 3), "'aö…' (4 bytes)");
  EXPECT_EQ(in_quotes("日本", 2), "'…' (6 bytes)");
}

TEST(ShellWord, IsWhatAShellReadsAsOneWord) {
  EXPECT_EQ(shell_word("king"), "king");
  EXPECT_EQ(shell_word("a/b.c_d-e+f:g,h=i@j%"), "a/b.c_d-e+f:g,h=i@j%");
  EXPECT_EQ(shell_word("日本"), "日本");
  EXPECT_EQ(shell_word("?"), "'?'");
  EXPECT_EQ(shell_word("Are you OK ?"), "'Are you OK ?'");
  EXPECT_EQ(shell_word("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace wordvec::quote_test
