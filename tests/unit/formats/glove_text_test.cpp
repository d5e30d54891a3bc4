#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"

namespace wordvec {
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

TEST(GloveText, TakesTheDimensionFromTheFirstLine) {
  const Reading reading = read("the 1 2.5\nof -3 4e-1\n");
  EXPECT_EQ(reading.rows.dim, 2U);
  EXPECT_EQ(reading.rows.words, (Words{"the", "of"}));
  EXPECT_EQ(reading.rows.vectors, (Values{1, 2.5F, -3, 0.4F}));
  EXPECT_EQ(reading.report.rows_read, 2U);
  EXPECT_EQ(reading.report.bad_rows, 0U);
  EXPECT_TRUE(reading.report.read_to_end);
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
  expect_error(ErrorCode::malformed, "file:3: the line is empty", [] { read("a 1 2\nb 1 2\n\n"); });
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
  expect_error(ErrorCode::malformed, "file:1: found 0 values", [] { read("\n"); });
  std::string wide = "w";
  for (int i = 0; i < 65'537; ++i) wide += " 0";
  expect_error(ErrorCode::malformed,
               "file:1: found 65537 values after the word, expected 1 to 65536",
               [&] { read(wide); });
  wide.resize(wide.size() - 2);
  EXPECT_EQ(read(wide).rows.dim, 65'536U);
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
}  // namespace wordvec
