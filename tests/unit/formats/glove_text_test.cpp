#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"

namespace wordvec::glove_text_test {
namespace {

using test::expect_error;
using test::read_bytes;
using test::Reading;
using test::Rows;
using Words = std::vector<std::string>;
using Values = std::vector<float>;

Reading read(std::string_view bytes, const ReadOptions& options = {}) {
  return read_bytes(kGloveText, bytes, options);
}

TEST(GloveText, TakesTheDimensionFromItsLines) {
  const Reading reading = read("the 1 2.5\nof -3 4e-1\n");
  EXPECT_EQ(reading.rows.dim, 2U);
  EXPECT_EQ(reading.rows.words, (Words{"the", "of"}));
  EXPECT_EQ(reading.rows.vectors, (Values{1, 2.5F, -3, 0.4F}));
  EXPECT_EQ(reading.report.rows_read, 2U);
  EXPECT_EQ(reading.report.bad_rows, 0U);
  EXPECT_TRUE(reading.report.read_to_end);
}

// As gensim's save_word2vec_format(write_header=False) writes phrases; load_word2vec_format() with
// no_header=True cannot read the first file, which takes four values from the first line.
TEST(GloveText, MayBeginWithAPhrase) {
  Reading reading = read("new york 0.1 0.2 0.3\nking 0.4 0.5 0.6\n");
  EXPECT_EQ(reading.rows.words, (Words{"new york", "king"}));
  EXPECT_EQ(reading.rows.vectors, (Values{0.1F, 0.2F, 0.3F, 0.4F, 0.5F, 0.6F}));
  EXPECT_EQ(reading.report.note, "");
  reading = read("area 51 0.5 0.25\nthe 1 2\n. . . 3 4\nof 5 6\n");
  EXPECT_EQ(reading.rows.words, (Words{"area 51", "the", ". . .", "of"}));
  reading = read("ENTITY/Web 2.0\t0.1 0.7\nENTITY/Barack Obama\t0.5 0.25\n");
  EXPECT_EQ(reading.rows.words, (Words{"ENTITY/Web 2.0", "ENTITY/Barack Obama"}));
  EXPECT_EQ(reading.rows.vectors, (Values{0.1F, 0.7F, 0.5F, 0.25F}));
  EXPECT_EQ(reading.report.note, "");
  // Phrases of several lengths leave one way to read them; of one length, it is said.
  EXPECT_EQ(read("a b 1 2\na b c 3 4\n").report.note, "");
  reading = read("a b 1 2\nc d 3 4\n");
  EXPECT_EQ(reading.rows.words, (Words{"a b", "c d"}));
  EXPECT_NE(reading.report.note.find("the last 2 of 4 fields"), std::string::npos);
}

// Word pairs with their scores have text in front of numbers too.
TEST(GloveText, RefusesATableOfScores) {
  for (const char* bytes : {"tiger\tcat\t7.35\nbook\tpaper\t7.46\n", "tiger cat 7.35\n",
                            "old\tnew\tA\t1.58\t2.72\t2.81\n"}) {
    expect_error(ErrorCode::malformed, "file:1: value 1 is", [&] { read(bytes); });
  }
}

TEST(GloveText, NamesTheFirstLineWhereTheOthersAgree) {
  const std::string good = "b 1 2 3\nc 4 5 6\nd 7 8 9\n";
  expect_error(ErrorCode::malformed, "file:1: found 2 values, expected 3 (as on line 2)",
               [&] { read("a 1 2\n" + good); });
  expect_error(ErrorCode::malformed, "file:1: value 2 is 'x'", [&] { read("a 1 x 3\n" + good); });
  expect_error(ErrorCode::malformed, "file:1: found 0 values", [&] { read("title\n" + good); });
  expect_error(ErrorCode::malformed, "file:1: found 4 values, expected 3 (as on line 2)",
               [&] { read("a 1.5 2 3 4\n" + good); });
  ReadOptions options;
  options.skip_bad = true;
  for (const char* bad : {"a 1 2\n", "a 1 x 3\n", "title\n", "a 1.5 2 3 4\n"}) {
    EXPECT_EQ(read(bad + good, options).rows.words, (Words{"b", "c", "d"}));
  }
}

TEST(GloveText, ReadsBlankWords) {
  // As fastText 0.9.2 and gensim 4.2 write the words "", " " and "\n".
  const Reading reading = read("king 1 0 0\n 0 0 0 \n  0.5 0.5 0\n\n 0.25 0 0\nqueen 0 1 0\n");
  EXPECT_EQ(reading.rows.words, (Words{"king", "", " ", "\n", "queen"}));
  EXPECT_EQ(reading.rows.vectors, (Values{1, 0, 0, 0, 0, 0, 0.5F, 0.5F, 0, 0.25F, 0, 0, 0, 1, 0}));
  EXPECT_EQ(reading.report.blank_words, 3U);
  EXPECT_EQ(reading.report.first_blank_word, "line 2");
  EXPECT_EQ(reading.report.rows_read, 5U);
  EXPECT_EQ(read("\n 0.5 0.25\nking 1 2\nqueen 3 4\n").rows.words, (Words{"\n", "king", "queen"}));
}

TEST(GloveText, TakesNothingFromBlankLinesAroundItsRows) {
  const Rows expected = read("a 1 2\nb 3 4\n").rows;
  for (const char* bytes : {"a 1 2\nb 3 4\n\n", "a 1 2\nb 3 4\n\n\n\n", "a 1 2\nb 3 4\n \t\n\n",
                            "a 1 2\r\nb 3 4\r\n\r\n\r\n", "a 1 2\nb 3 4\n  ", "\na 1 2\nb 3 4\n",
                            " \r\n\r\na 1 2\nb 3 4\n", "a 1 2\nb 3 4\n\r"}) {
    const Reading reading = read(bytes);
    EXPECT_EQ(reading.rows, expected) << bytes;
    EXPECT_EQ(reading.report.bad_rows, 0U) << bytes;
    EXPECT_TRUE(reading.report.read_to_end);
  }
  expect_error(ErrorCode::malformed, "file:5: found 1 value",
               [] { read("\n \na 1 2\nb 1 2\nc 1\n"); });
}

// More than a piece of the parallel reader, so that blank lines are cut off from what follows.
TEST(GloveText, FindsBlankLinesWhereverTheFileIsCut) {
  std::string text;
  for (int i = 0; text.size() < 600'000; ++i) text += "w" + std::to_string(i) + " 1 2\n";
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  const std::string blank(700'000, '\n');
  EXPECT_EQ(read(text + blank).report.rows_read, lines);
  expect_error(
      ErrorCode::malformed,
      "file:" + std::to_string(lines + 1) + ": the line is empty (`convert` with --skip-bad",
      [&] { read(text + blank + "last 1 2\n"); });
  ReadOptions options;
  options.skip_bad = true;
  const Reading reading = read(text + blank + "last 1 2\n", options);
  EXPECT_EQ(reading.report.rows_read, lines + 1);
  EXPECT_EQ(reading.report.bad_rows, blank.size());
  EXPECT_EQ(reading.report.blank_lines, blank.size());
  EXPECT_EQ(reading.report.bad_examples.size(), 5U);
  // A word that is a line end, at each place around the end of a piece.
  const std::string row = "word 1 2\n";
  for (std::size_t before = 524'288 - 30; before < 524'288 + 10; ++before) {
    std::string cut = "x 1 2\n";
    while (cut.size() + 2 * row.size() < before) cut += row;
    cut += std::string(before - cut.size() - 5, 'y') + " 1 2\n\n 0.5 0.25\n" + row;
    const Reading around = read(cut);
    EXPECT_EQ(around.report.blank_words, 1U) << before;
    EXPECT_EQ(around.rows.words[around.rows.size() - 2], "\n") << before;
  }
}

TEST(GloveText, KeepsZerosAndOddSpacesInWords) {
  const std::string zero("a\0b", 3);
  const Reading reading = read(zero + " 1 2\n\xe2\x80\xa8 3 4\n\xc2\x85 5 6\n\xc2\xa0 7 8\n");
  EXPECT_EQ(reading.rows.words, (Words{zero, "\xe2\x80\xa8", "\xc2\x85", "\xc2\xa0"}));
}

TEST(GloveText, ReadsFilesAsTheyAreFound) {
  const Rows expected = read("a 1 2\nb 3 4\n").rows;
  for (const char* bytes : {"a 1 2\nb 3 4", "a 1 2\r\nb 3 4\r\n", "a 1 2\r\nb 3 4\r",
                            "a 1 2 \nb 3 4 \n", "a\t1\t2\nb\t3\t4\n", "a 1 2\t\r\nb  3  4"}) {
    EXPECT_EQ(read(bytes).rows, expected) << bytes;
  }
}

TEST(GloveText, ReadsWordsWithSpaces) {
  const Reading reading = read(
      "the 0.1 0.2\n. . . 0.1 0.2\nat name@domain.com 0.3 0.4\na\xc2\xa0"
      "b 1 2\n\xc2\x85 1 2\n");
  EXPECT_EQ(reading.rows.words, (Words{"the", ". . .", "at name@domain.com",
                                       "a\xc2\xa0"
                                       "b",
                                       "\xc2\x85"}));
}

TEST(GloveText, NamesTheLineOfABadRow) {
  expect_error(ErrorCode::malformed, "file:3: found 1 value, expected 2 (as on line 1)",
               [] { read("a 1 2\nb 1 2\nc 1\nd 1 2\n"); });
  expect_error(ErrorCode::malformed, "file:2: found 3 values, expected 2",
               [] { read("a 1.5 2.5\nb 1.5 2.5 3.5\n"); });
  expect_error(ErrorCode::malformed, "file:2: the line is empty", [] { read("a 1 2\n\nb 1 2\n"); });
  expect_error(ErrorCode::malformed, "file:2: value 2 is 'nan'", [] { read("a 1 2\nb 1 nan\n"); });
  expect_error(ErrorCode::malformed, "file:1: value 2 is 'inf'", [] { read("a 1 inf\n"); });
  expect_error(ErrorCode::malformed, "file:2: value 1 is '1e50'",
               [] { read("a 1 2\nb 1e50 1\n"); });
  expect_error(ErrorCode::malformed, "file:2: value 1 is 'x'", [] { read("a 1 2\nb x 1\n"); });
  expect_error(ErrorCode::malformed, "file:2: value 1 is 'x\\x1b'",
               [] { read("a 1 2\nb x\x1b 1\n"); });
}

TEST(GloveText, RefusesAFirstLineThatIsNoRow) {
  expect_error(ErrorCode::malformed, "is empty", [] { read(""); });
  expect_error(ErrorCode::malformed, "file:1: found 0 values", [] { read("word\n"); });
  expect_error(ErrorCode::malformed, "all its lines are blank", [] { read("\n"); });
  std::string wide = "w";
  for (int i = 0; i < 65'537; ++i) wide += " 0";
  expect_error(ErrorCode::malformed,
               "file:1: found 65537 values after the word, expected 1 to 65536",
               [&] { read(wide); });
  wide.resize(wide.size() - 2);
  EXPECT_EQ(read(wide).rows.dim, 65'536U);
}

TEST(GloveText, TellsOfQuotesAroundEachWord) {
  // As R's write.table() writes them.
  const Reading reading = read("\"the\" 0.5 1\n\"of\" 1 2\n\"\"\" 3 4\n");
  EXPECT_EQ(reading.rows.words, (Words{"\"the\"", "\"of\"", "\"\"\""}));
  EXPECT_EQ(
      reading.report.words_warning,
      "file: each of the first 3 words stands in quotes, as \"the\" does, which are a part of "
      "the words then: `sed '1s/\"//g; s/^\"\\(.*\\)\"/\\1/' FILE | wordvec convert - OUT` leaves "
      "them "
      "out");
  EXPECT_EQ(read("king,0.1 0.2 0.3\n,,1 1 2\nman,-1e3 3 4\n").report.words_warning,
            "file: each of the first 3 words ends in ',' and a number, as king,0.1 does: if that "
            "is a value, `sed 's/,/ /' FILE | wordvec convert - OUT` parts them");
  EXPECT_EQ(read("king,0.1 0.2 0.3\n1,000 1 2\n, 3 4\n").report.words_warning, "");
  for (const char* text : {"\"the\" 0.5 1\n", "\"the\" 0.5 1\nof 1 2\n", "\" 0.5 1\n\"\" 1 2\n"}) {
    EXPECT_EQ(read(text).report.words_warning, "") << text;
  }
}

// As pandas's DataFrame.to_csv(sep='\t') writes a table whose index is the words.
TEST(GloveText, PassesOverNumbersOfColumnsBehindNoWord) {
  for (const char* text :
       {"\t0\t1\t2\nking\t1\t2\t3\nman\t3\t2\t1\n", " 0 1 2\r\nking 1 2 3\r\nman 3 2 1\r\n"}) {
    const Reading reading = read(text);
    EXPECT_EQ(reading.rows.words, (Words{"king", "man"})) << text;
    EXPECT_EQ(reading.rows.vectors, (Values{1, 2, 3, 3, 2, 1})) << text;
    EXPECT_EQ(reading.report.words_note,
              "file:1: the values 0 to 2 behind no word are the names of columns, as pandas writes "
              "them: the line is passed over");
    EXPECT_EQ(reading.report.words_warning, "");
  }
  expect_error(ErrorCode::malformed, "file:3: found 2 values, expected 3 (as on line 2)",
               [] { read("\t0\t1\t2\nking\t1\t2\t3\nman\t3\t2\n"); });
  // Rows of a word that is empty: they are none of columns, or may be none.
  for (const char* text : {"\t0\t1\t3\nking\t1\t2\t3\n", "\t0\t1\t2\n", "\t0\t1\nking\t1\t2\n",
                           "\t1\t2\t3\nking\t1\t2\t3\n", "\t0\t1\t2.5\nking\t1\t2\t3\n"}) {
    EXPECT_EQ(read(text).rows.words[0], "") << text;
    EXPECT_EQ(read(text).report.words_note, "") << text;
  }
}

// A line without a number is no row.
TEST(GloveText, PassesOverNamesOfColumnsAlone) {
  for (const char* text : {"word d0 d1 d2\nking 1 2 3\nman 3 2 1\n",
                           "Token\tx\ty\tz\r\nking\t1\t2\t3\r\nman\t3\t2\t1\r\n",
                           "\"\"\t\"V1\"\t\"V2\"\t\"V3\"\nking\t1\t2\t3\nman\t3\t2\t1\n",
                           "V1 V2 V3\nking 1 2 3\nman 3 2 1\n"}) {
    const Reading reading = read(text);
    EXPECT_EQ(reading.rows.words, (Words{"king", "man"})) << text;
    EXPECT_EQ(reading.rows.vectors, (Values{1, 2, 3, 3, 2, 1})) << text;
    EXPECT_NE(reading.report.words_note.find("file:1: the names of columns, "), std::string::npos)
        << reading.report.words_note;
  }
  EXPECT_EQ(read("word d0 d1\nking 1 2\n").report.words_note,
            "file:1: the names of columns, 'word' to 'd1', are passed over");
  expect_error(ErrorCode::malformed, "file:3: found 1 value, expected 2 (as on line 2)",
               [] { read("word d0 d1\nking 1 2\nman 3\nof 1 2\n"); });
  // Other words, and names that are not each once or not as many.
  for (const char* text :
       {"king d0 d1\nman 1 2\n", "word d0 d0\nman 1 2\n", "word d0 d1 d2\nman 1 2\n",
        "new york\nman 1 2\n", "V1 V3\nman 1 2\n", "word 0.5 d1\nman 1 2\n"}) {
    expect_error(ErrorCode::malformed, "file:1: ", [&] { read(text); });
  }
}

TEST(GloveText, WarnsOfAFirstLineThatMayNameColumns) {
  const Reading reading = read("word 0 1 2\nking 1 2 3\nman 3 2 1\n");
  EXPECT_EQ(reading.rows.words, (Words{"word", "king", "man"}));
  EXPECT_EQ(reading.report.words_warning,
            "file:1: 'word' with the values 0 to 2 looks like the names of columns, as pandas "
            "writes them, and is read as a row: `tail -n +2 FILE | wordvec convert - OUT` leaves "
            "it out");
  EXPECT_NE(read("\n\nToken\t1\t2\nking\t1\t2\n")
                .report.words_warning.find(
                    "file:3: 'Token' with the values 1 to 2 looks like the names of columns"),
            std::string::npos);
  for (const char* text :
       {"\t0\t1\nking\t1\t2\n", "\t1\t2\t3\nking\t1\t2\t3\n", "\"\" 0 1 2\nking 1 2 3\n",
        "\"label\" 1 2 3\nking 1 2 3\n", "Unnamed: 0\t0\t1\t2\nking\t1\t2\t3\n",
        "vocab 0 1 2 3 4 5 6 7 8 9\nking 1 2 3 4 5 6 7 8 9 9\n"}) {
    EXPECT_NE(read(text).report.words_warning.find("the names of columns"), std::string::npos)
        << text;
  }
  for (const char* text : {"word 0 1 3\nking 1 2 3\n", "word 0 1 2\n", "king 0 1 2\nman 1 2 3\n",
                           "king 1 2 3\nword 0 1 2\n", "word 2 3 4\nking 1 2 3\n"}) {
    EXPECT_EQ(read(text).report.words_warning, "") << text;
  }
}

// As it writes a table with a column of words and the numbers of its rows.
TEST(GloveText, TellsOfANumberInFrontOfEachWord) {
  EXPECT_EQ(read("\tword\t0\t1\n0\tking\t.5\t2\n1\tman\t3\t4\n").report.words_warning,
            "file:1: 'word' with the values 0 to 1 looks like the names of columns, as pandas "
            "writes them, and is read as a row; and each of the first 2 words has a number and a "
            "tab in front, as '0\\tking', which are read as a part of it: `tail -n +2 FILE | cut "
            "-f2- | wordvec convert - OUT` leaves them out");
  EXPECT_NE(read(" 0 1 2\n0 king .5 2\n1 man 3.5 4\n2 of .5 6\n")
                .report.words_warning.find("file:1: '0' with the values 1 to 2 looks like the "
                                           "names of columns"),
            std::string::npos);
  expect_error(ErrorCode::malformed,
               "`tail -n +2 FILE | cut -f2- | wordvec convert - OUT` reads it",
               [] { read("\t0\t1\t2\n0\tking\t.5\t2\n1\tman\t3\t4\n"); });
  EXPECT_EQ(read("0 king .5 2\n1 man 3.5 4\n2 of .5 6\n").report.words_warning,
            "file: each of the first 3 words has a number and a space in front, as '0 king', which "
            "are read as a part of it: `cut -d' ' -f2- FILE | wordvec convert - OUT` leaves them "
            "out");
  expect_error(ErrorCode::malformed,
               "is a table with a number in front of each word, as '0\\tking': `cut -f2- FILE | "
               "wordvec convert - OUT` reads it",
               [] { read("0\tking\t.5\t2\n1\tman\t3\t4\n"); });
  expect_error(ErrorCode::malformed,
               "`tail -n +2 FILE | cut -f2- | wordvec convert - OUT` reads it",
               [] { read("\tword\tx\ty\n0\tking\t.5\t2\n1\tman\t3\t4\n"); });
  // Words that begin with a number.
  for (const char* text : {"7 days .5 2\n3 men 3.5 4\n9 lives .5 6\n", "0 king .5 2\n1 man 3.5 4\n",
                           "0 king .5 2\n1 man 3.5 4\nof .5 6\n"}) {
    EXPECT_EQ(read(text).report.words_warning, "") << text;
  }
}

TEST(GloveText, RefusesWordsInBase64) {
  expect_error(ErrorCode::malformed, "is text of Deeplearning4j, whose words are in Base64: use `",
               [] { read("2 2 9\nB64:dGhl 0.5 1\nB64:b2Y= 1 2\n"); });
  EXPECT_EQ(read("B64: 0.5 1\nof 1 2\n").rows.size(), 2U);
}

TEST(GloveText, SkipsBadRowsOnRequestAndShowsTheFirst) {
  const char* bytes =
      "a 1 2\n"     // 1
      "\n"          // 2 bad
      "b 3 4\n"     // 3
      "c 1\n"       // 4 bad
      "d nan 1\n"   // 5 bad
      "e 1e50 1\n"  // 6 bad
      "f x 1\n"     // 7 bad
      "g\n"         // 8 bad
      "h 1 2 3\n"   // 9 bad
      "i 5 6\n";    // 10
  ReadOptions options;
  options.skip_bad = true;
  const Reading reading = read(bytes, options);
  EXPECT_EQ(reading.rows.words, (Words{"a", "b", "i"}));
  EXPECT_EQ(reading.rows.vectors, (Values{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(reading.report.rows_read, 3U);
  EXPECT_EQ(reading.report.bad_rows, 7U);
  EXPECT_EQ(reading.report.bad_examples,
            (Words{"line 2: the line is empty", "line 4: found 1 value, expected 2 (as on line 1)",
                   "line 5: value 1 is 'nan', expected a finite number",
                   "line 6: value 1 is '1e50', expected a finite number",
                   "line 7: value 1 is 'x', expected a number"}));
}

TEST(GloveText, CountsWordsThatAreNotUtf8) {
  const char* bytes = "a 1\n\xff 1\nb\xc3 2\n\xed\xa0\x80 3\nä 4\n";
  const Reading reading = read(bytes);
  EXPECT_EQ(reading.rows.words, (Words{"a", "\xff", "b\xc3", "\xed\xa0\x80", "ä"}));
  EXPECT_EQ(reading.report.invalid_utf8_words, 3U);
  EXPECT_EQ(reading.report.first_invalid_utf8, "line 2");
  EXPECT_EQ(read("a 1\n").report.first_invalid_utf8, "");
}

TEST(GloveText, RefusesThemWhenAskedTo) {
  const char* bytes = "a 1\n\xff 1\nb\xc3 2\n";
  ReadOptions options;
  options.strict_utf8 = true;
  expect_error(ErrorCode::malformed, "file:2: the word '\\xff' is not UTF-8",
               [&] { read(bytes, options); });
  options.skip_bad = true;
  const Reading reading = read(bytes, options);
  EXPECT_EQ(reading.rows.words, Words{"a"});
  EXPECT_EQ(reading.report.bad_rows, 2U);
  EXPECT_EQ(reading.report.invalid_utf8_words, 0U);
}

TEST(GloveText, PassesDuplicatesAndZeroRowsOn) {
  const Reading reading = read("a 0 0\na 1 2\n");
  EXPECT_EQ(reading.rows.words, (Words{"a", "a"}));
}

TEST(GloveText, EndsCleanlyWhereverItIsTruncated) {
  const std::string whole = "the 1.5 -2.5\n. . . 0.25 3e1\nat 5 6\r\nx 7.5 8.5 \n\xc2\x85 9 10";
  const Rows all = read(whole).rows;
  ASSERT_EQ(all.size(), 5U);
  for (const bool skip_bad : {false, true}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string_view part = std::string_view(whole).substr(0, size);
      ReadOptions options;
      options.skip_bad = skip_bad;
      try {
        const Rows rows = read(part, options).rows;
        // The last value may be cut short; every row before it is whole. In the first line the
        // dimension is cut too.
        if (part.find('\n') == std::string_view::npos) continue;
        ASSERT_LE(rows.size(), all.size());
        ASSERT_GE(rows.size(), 1U);
        for (std::size_t r = 0; r + 1 < rows.size(); ++r) {
          EXPECT_EQ(rows.words[r], all.words[r]);
          EXPECT_EQ(rows.vectors[2 * r], all.vectors[2 * r]);
          EXPECT_EQ(rows.vectors[2 * r + 1], all.vectors[2 * r + 1]);
        }
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::malformed) << error.what();
      }
    }
  }
}

}  // namespace
}  // namespace wordvec::glove_text_test
