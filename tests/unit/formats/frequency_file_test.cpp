#include "wordvec/formats/frequency_file.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/expect_error.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"

namespace wordvec {
namespace {

using test::expect_error;

WordFrequencies read(std::string_view text, bool commas = false) {
  ByteSource source = ByteSource::from_memory("file", text);
  return take_word_frequencies(source, commas);
}

TEST(FrequencyFile, HasAWordAndItsNumberOnEachLine) {
  const WordFrequencies found =
      read("\xef\xbb\xbfthe 1061396\nof\t593677\r\n\nnew york 0.5\n  a \t 1e-3  \n. . . 0");
  EXPECT_EQ(found.size(), 5U);
  EXPECT_EQ(found.number_of("the"), 1061396);
  EXPECT_EQ(found.number_of("of"), 593677);
  EXPECT_EQ(found.number_of("new york"), 0.5);
  EXPECT_EQ(found.number_of("a"), 1e-3);
  EXPECT_EQ(found.number_of(". . ."), 0);
  EXPECT_EQ(found.number_of("elsewhere"), std::nullopt);
  EXPECT_EQ(found.total(), 1061396 + 593677 + 0.5 + 1e-3);
  EXPECT_EQ(found.probability_of("elsewhere"), 0);
}

TEST(FrequencyFile, AddsTheNumbersOfAWordThatComesAgain) {
  const WordFrequencies found = read("a 1\nb 5\na 2\n");
  EXPECT_EQ(found.number_of("a"), 3);
  EXPECT_EQ(found.probability_of("a"), 3 / 8.0);
}

TEST(FrequencyFile, MayHaveCommas) {
  const WordFrequencies found = read("the,12\n\"1,000\",3\n,,4\n", true);
  EXPECT_EQ(found.number_of("the"), 12);
  EXPECT_EQ(found.number_of("1,000"), 3);
  EXPECT_EQ(found.number_of(","), 4);
}

TEST(FrequencyFile, NamesTheLineThatIsWrong) {
  expect_error(ErrorCode::malformed, "file:2: found 'of' where the number of a word is expected",
               [&] { read("the 5\nof\n"); });
  expect_error(ErrorCode::malformed, "file:1: found 'count'", [&] { read("word count\na 1\n"); });
  for (const char* number : {"-1", "nan", "inf", "1e999", "0x10", "1,5", "+1"}) {
    expect_error(ErrorCode::malformed, "file:1: found '" + std::string(number) + "'",
                 [&] { read("the " + std::string(number)); });
  }
  expect_error(ErrorCode::malformed, "file:3: found the number '7' alone",
               [&] { read("a 1\n\n7\n"); });
  expect_error(ErrorCode::malformed, "holds no words", [&] { read(""); });
  expect_error(ErrorCode::malformed, "all its numbers are 0", [&] { read("a 0\nb 0\n"); });
  expect_error(ErrorCode::malformed, "beyond the range", [&] { read("a 1e308\nb 1e308\n"); });
  expect_error(ErrorCode::malformed, "file:1: the line has more than",
               [&] { read(std::string(70'000, 'a') + " 1\n"); });
}

TEST(FrequencyFile, IsReadFromAPath) {
  const test::TempFolder folder;
  EXPECT_EQ(read_word_frequencies(folder.write("f.csv", "a,1\n")).number_of("a"), 1);
  expect_error(ErrorCode::io, "none", [&] { read_word_frequencies(folder.file("none")); });
}

}  // namespace
}  // namespace wordvec
