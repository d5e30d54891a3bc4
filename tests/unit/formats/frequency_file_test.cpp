#include "wordvec/formats/frequency_file.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/expect_error.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"

namespace wordvec::frequency_file_test {
namespace {

using test::expect_error;

ListedFrequencies listed(std::string_view text, const std::string& name = "file") {
  const test::TempFolder folder;
  return read_word_frequencies(folder.write(name, text));
}

WordFrequencies read(std::string_view text, const std::string& name = "file") {
  return listed(text, name).frequencies;
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
  EXPECT_EQ(listed("a 1\n").note, "");
}

TEST(FrequencyFile, AddsTheNumbersOfAWordThatComesAgain) {
  const WordFrequencies found = read("a 1\nb 5\na 2\n");
  EXPECT_EQ(found.number_of("a"), 3);
  EXPECT_EQ(found.probability_of("a"), 3 / 8.0);
  for (const char* name : {"f.csv", "f.txt"}) {
    EXPECT_EQ(read("word,freq\na,1\nb,5\na,2\n", name).number_of("a"), 3);
    EXPECT_EQ(read("a;1\nb;5\na;2\n", name).number_of("a"), 3);
  }
  const std::string note = listed("a 1\nb 5\na 0.5\n").note;
  EXPECT_NE(note.find("file: 'a' is there more than once: its frequencies are added"),
            std::string::npos)
      << note;
}

TEST(FrequencyFile, MayHaveCommas) {
  const WordFrequencies found = read("the,12\n\"1,000\", 3\n,,4\n\"a\"\"b\",0.5\n", "f.csv");
  EXPECT_EQ(found.number_of("the"), 12);
  EXPECT_EQ(found.number_of("1,000"), 3);
  EXPECT_EQ(found.number_of(","), 4);
  EXPECT_EQ(found.number_of("a\"b"), 0.5);
}

TEST(FrequencyFile, MayHaveAFirstLineThatNamesItsColumns) {
  const ListedFrequencies found = listed("Word\tFrequency\na\t0.25\nb c\t0.75\n");
  EXPECT_EQ(found.frequencies.size(), 2U);
  EXPECT_EQ(found.frequencies.number_of("b c"), 0.75);
  EXPECT_TRUE(found.note.ends_with("file: the first line names the columns")) << found.note;
  EXPECT_EQ(read("word,count\nthe,5\n", "f.csv").size(), 1U);
  EXPECT_EQ(read("\"word\",\"count\"\nthe,5\n", "f.csv").size(), 1U);
  // A word of that name has a number.
  EXPECT_EQ(read("word 5\ncount 3\n").number_of("word"), 5);
}

TEST(FrequencyFile, MayBeWhatUniqPrints) {
  const ListedFrequencies found = listed("   1061 the\n    593 new york\n     12 1984\n");
  EXPECT_EQ(found.frequencies.number_of("the"), 1061);
  EXPECT_EQ(found.frequencies.number_of("new york"), 593);
  EXPECT_EQ(found.frequencies.number_of("1984"), 12);
  EXPECT_TRUE(found.note.ends_with("file: each line has a number and its word")) << found.note;
  EXPECT_EQ(read("      7 2001\n      5 1984\n").number_of("1984"), 5);
  EXPECT_EQ(read("1061 the\n12 of\n").number_of("of"), 12);
  EXPECT_EQ(read("2001 7\n1984 5\n").number_of("1984"), 5);
}

TEST(FrequencyFile, IsWhatUniqPrintsOnlyWhereItsColumnsSaySo) {
  EXPECT_EQ(read(" 1984 9\n 2001 3\n").number_of("1984"), 9);
  EXPECT_EQ(read("   9 1984\n   3 2001\n12345 7\n").number_of("1984"), 9);  // BSD's
}

TEST(FrequencyFile, MayHaveBlanksOrSemicolonsThoughItIsCalledCsv) {
  EXPECT_EQ(read("the 50\nof 30\nking 3\n", "f.csv").number_of("of"), 30);
  EXPECT_EQ(read("the;50\nof;30\n", "f.csv").number_of("of"), 30);
}

TEST(FrequencyFile, HasNumbersAsProgramsWriteThem) {
  const WordFrequencies found = read("the 5.\nof 2.\nking .5\n");
  EXPECT_EQ(found.number_of("the"), 5);
  EXPECT_EQ(found.number_of("king"), 0.5);
  EXPECT_EQ(read("\n\nword count\nthe 5\n").size(), 1U);
}

TEST(FrequencyFile, MayBeJson) {
  for (const char* text :
       {R"({"the": 0.5, "of": 2e-1, "7": 3})", R"([["the", 0.5], ["of", 2e-1], ["7", 3]])",
        R"([{"word": "the", "freq": 0.5}, {"term": "of", "count": 0.2},
                               {"count": 3, "word": "7"}])",
        "[\"the\", 0.5]\n{\"word\": \"of\", \"freq\": 0.2}\n[\"7\", 3]\n"}) {
    const WordFrequencies found = read(text);
    EXPECT_EQ(found.size(), 3U) << text;
    EXPECT_EQ(found.number_of("the"), 0.5) << text;
    EXPECT_EQ(found.number_of("of"), 0.2) << text;
    EXPECT_EQ(found.number_of("7"), 3) << text;
  }
  for (const char* text :
       {"[\"the\", \"of\"]", "[[\"a\", 1], [\"the\", -1]]", "[[\"a\", 1], [\"the\"]]"}) {
    expect_error(ErrorCode::malformed, "file: is JSON without a number for 'the'",
                 [&] { read(text); });
  }
  expect_error(ErrorCode::malformed, "a negative number for 'b'", [] { read(R"({"b": -1})"); });
  expect_error(ErrorCode::malformed, "has words without numbers", [] { read(R"({"0": "the"})"); });
}

TEST(FrequencyFile, HasNoRows) {
  for (const char* text :
       {"the\t0\nof\t1\nking\t2\n", "the 1\nof 2\nking 3\n", R"({"a": 2, "b": 1, "c": 3})",
        R"([["the", 0], ["of", 1], ["king", 2]])", "token\tid\nthe\t9\nof\t7\n",
        "index\tword\n9\tthe\n7\tof\n", "[\"the\", 0]\n[\"of\", 1]\n[\"king\", 2]\n"}) {
    expect_error(ErrorCode::malformed,
                 "file: has no frequencies: the numbers beside its words are rows",
                 [&] { read(text); });
  }
  // What a first line calls counts are counts, and a fraction is none of rows.
  const ListedFrequencies named = listed("word\tcount\nthe\t2\nof\t1\nking\t0\n");
  EXPECT_EQ(named.frequencies.number_of("the"), 2);
  EXPECT_EQ(named.warning, "");
  EXPECT_EQ(read("the 0\nof 1\nking 2.0\n").number_of("king"), 2);
  // Few may be either.
  const ListedFrequencies few = listed("the 2\nof 0\nking 1\n");
  EXPECT_EQ(few.frequencies.number_of("the"), 2);
  EXPECT_NE(few.warning.find("0 to 2, each once: they are taken for counts"), std::string::npos)
      << few.warning;
}

TEST(FrequencyFile, HasOneNumberOnEachLine) {
  for (const char* text :
       {"king 3 5\nqueen 4 7\n", "king\t3\t5\nqueen\t4\t7\n", "king 0.1 0.2\nqueen 0.2 0.1\n"}) {
    expect_error(ErrorCode::malformed, "file: has lines of a word and several numbers, as 'king",
                 [&] { read(text); });
  }
  const ListedFrequencies some = listed("windows 95 12\nthe 50\n");
  EXPECT_EQ(some.frequencies.number_of("windows 95"), 12);
  EXPECT_NE(some.warning.find("1 of 2 lines ends with two numbers"), std::string::npos)
      << some.warning;
  EXPECT_EQ(listed("windows 95\t12\nwindows 98\t7\n").warning, "");
}

TEST(FrequencyFile, MayHaveCommasWhereAllLinesHaveThem) {
  EXPECT_EQ(read("the;50\nof;30\nking;3\n").number_of("of"), 30);
  EXPECT_EQ(read("50,the\n30,of\n3,king\n").number_of("of"), 30);
  EXPECT_EQ(read("count,word\n50,the\n30,of\n", "f.csv").number_of("of"), 30);
  expect_error(ErrorCode::malformed, "file:1: found '0,5' where the number",
               [] { read("the 0,5\nof 0,3\nking 0,2\n"); });
}

TEST(FrequencyFile, NamesTheLineThatIsWrong) {
  expect_error(ErrorCode::malformed, "file:2: found 'of' where the number of a word is expected",
               [&] { read("the 5\nof\n"); });
  expect_error(ErrorCode::malformed, "f.csv:2: found '2 3' where the number",
               [&] { read("a,1\nb,2 3\n", "f.csv"); });
  for (const char* number : {"-1", "nan", "inf", "1e999", "0x10", "1,5", "+1"}) {
    expect_error(ErrorCode::malformed, "file:1: found '" + std::string(number) + "'",
                 [&] { read("the " + std::string(number)); });
  }
  for (const char* line : {"7", "\t7", "  7 "}) {
    expect_error(ErrorCode::malformed, "file:3: found the number '7' alone",
                 [&] { read("a 1\n\n" + std::string(line) + "\n"); });
  }
  expect_error(ErrorCode::malformed, "holds no words", [&] { read(""); });
  expect_error(ErrorCode::malformed, "all its numbers are 0", [&] { read("a 0\nb 0\n"); });
  expect_error(ErrorCode::malformed, "beyond the range", [&] { read("a 1e308\nb 1e308\n"); });
  expect_error(ErrorCode::malformed, "file:1: the word has more than",
               [&] { read(std::string(70'000, 'a') + " 1\n"); });
}

TEST(FrequencyFile, MustBeThere) {
  const test::TempFolder folder;
  expect_error(ErrorCode::io, "none", [&] { read_word_frequencies(folder.file("none")); });
}

}  // namespace
}  // namespace wordvec::frequency_file_test
