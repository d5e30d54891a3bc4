#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/word2vec_header.h"

namespace wordvec::word2vec_text_test {
namespace {

using test::expect_error;
using test::read_bytes;
using test::Reading;
using test::Rows;
using Words = std::vector<std::string>;
using Values = std::vector<float>;

Reading read(std::string_view bytes, const ReadOptions& options = {}) {
  return read_bytes(kWord2vecText, bytes, options);
}

TEST(Word2vecHeader, IsTwoWholeNumbers) {
  const auto header = parse_word2vec_header("400000 300");
  ASSERT_TRUE(header);
  EXPECT_EQ(header->rows, 400'000U);
  EXPECT_EQ(header->dim, 300U);
  EXPECT_TRUE(parse_word2vec_header("1\t2 "));
  for (const char* line : {"", "1", "1 2 3", "a 2", "1 b", "-1 2", "+1 2", "1 2.0", "1.0 2",
                           "1e3 2", "0x1 2", "1 2\x01"}) {
    EXPECT_FALSE(parse_word2vec_header(line)) << line;
  }
}

TEST(Word2vecText, ReadsWhatWord2vecAndFastTextWrite) {
  const Rows expected = read("2 3\n</s> 1 2 3\nnew york 0.5 5 6\n").rows;
  EXPECT_EQ(expected.words, (Words{"</s>", "new york"}));
  EXPECT_EQ(expected.vectors, (Values{1, 2, 3, 0.5F, 5, 6}));
  for (const char* bytes :
       {"2 3\n</s> 1 2 3 \nnew york 0.5 5 6 \n", "2 3\r\n</s> 1 2 3\r\nnew york 0.5 5 6",
        "2\t3 \n</s>\t1\t2\t3\nnew york\t0.5\t5\t6\n"}) {
    EXPECT_EQ(read(bytes).rows, expected) << bytes;
  }
  EXPECT_EQ(read("2 1\n, 1\n. 2\n").rows.words, (Words{",", "."}));
  EXPECT_EQ(read("0 3\n").rows.size(), 0U);
  EXPECT_EQ(read("0 3").rows.size(), 0U);
}

// The words "</s>", "", " " and "\n", as fastText 0.9.2, gensim 4.2 and Wikipedia2Vec write them.
TEST(Word2vecText, ReadsBlankWords) {
  const Reading reading = read("5 2\n</s> 1 2 \n 0 0 \n  3 4\n\n 5 6\nqueen 7 8\n\n");
  EXPECT_EQ(reading.rows.words, (Words{"</s>", "", " ", "\n", "queen"}));
  EXPECT_EQ(reading.rows.vectors, (Values{1, 2, 0, 0, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(reading.report.first_blank_word, "line 3");
  EXPECT_EQ(reading.report.blank_words, 3U);
}

TEST(Word2vecText, MayHaveBlankLinesAround) {
  EXPECT_EQ(read("\n\r\n1 2\na 1 2\n \n\t\r\n").rows.words, Words{"a"});
  expect_error(ErrorCode::malformed, "file:4: found 1 value, expected 2 (as on line 3)",
               [] { read("\n\n1 2\na 1\n"); });
}

// Everything that stands in the way, at once.
TEST(Word2vecText, NamesAllOptionsThatLiftARefusal) {
  std::string what = expect_error(ErrorCode::malformed, "file:3: found 1 value",
                                  [] { read("3 2\na 1 2\nb 1\nc 5 6\n"); });
  EXPECT_NE(what.find("with --skip-bad reads"), std::string::npos) << what;
  EXPECT_EQ(what.find("--trust-rows"), std::string::npos) << what;
  what = expect_error(ErrorCode::malformed, "file:3: found 1 value",
                      [] { read("5 2\na 1 2\nb 1\nc 5 6\n"); });
  EXPECT_NE(what.find("the header promises 5 rows, while there are 3"), std::string::npos) << what;
  EXPECT_NE(what.find("--skip-bad and --trust-rows"), std::string::npos) << what;
  ReadOptions options;
  options.skip_bad = true;
  EXPECT_EQ(read("3 2\na 1 2\nb 1\nc 5 6\n", options).rows.words, (Words{"a", "c"}));
  // A blank line is no row, or what was left of one.
  EXPECT_EQ(read("2 2\na 1 2\n\nc 5 6\n", options).rows.words, (Words{"a", "c"}));
  EXPECT_EQ(read("3 2\na 1 2\n\nc 5 6\n", options).rows.words, (Words{"a", "c"}));
  expect_error(ErrorCode::malformed, "--trust-rows",
               [&] { read("4 2\na 1 2\n\nc 5 6\n", options); });
  options.trust_rows = true;
  EXPECT_EQ(read("5 2\na 1 2\nb 1\nc 5 6\n", options).rows.words, (Words{"a", "c"}));
}

TEST(Word2vecText, DoesNotSkipAllRowsForABadHeader) {
  ReadOptions options;
  options.skip_bad = true;
  const char* bytes = "3 1\nking 1 2 3\n7 1\nqueen 4 5 6\ncat 7 8 9\n";
  expect_error(ErrorCode::malformed,
               "file:1: the header gives the dimension 1, and of the 4 lines that follow 3 have 3",
               [&] { read(bytes, options); });
  expect_error(ErrorCode::malformed, "file:2: found 3 values, expected 1 (as on line 1)",
               [&] { read(bytes); });
}

TEST(Word2vecText, OffersToSkipBadRowsWhereOneIsGood) {
  const std::string bad = "a nan 1\nb 1 inf\n";
  const std::string none =
      expect_error(ErrorCode::malformed,
                   "file:2: value 1 is 'nan', expected a finite number; no row of the "
                   "file is good",
                   [&] { read("2 2\n" + bad); });
  EXPECT_EQ(none.find("--skip-bad"), std::string::npos) << none;
  expect_error(ErrorCode::malformed,
               "file:2: value 1 is 'nan', expected a finite number (`convert` with --skip-bad",
               [&] { read("3 2\n" + bad + "c 1 2\n"); });
  expect_error(ErrorCode::malformed, "; and the header promises 5 rows, while there are 2; no row",
               [&] { read("5 2\n" + bad); });
  // To skip them all with a bad header is refused.
  const std::string header =
      expect_error(ErrorCode::malformed,
                   "file:2: found 3 values, expected 1 (as on line 1); the header gives "
                   "the dimension 1, and of the 4 lines",
                   [] { read("3 1\nking 1 2 3\n7 1\nqueen 4 5 6\ncat 7 8 9\n"); });
  EXPECT_EQ(header.find("--skip-bad"), std::string::npos) << header;
}

TEST(Word2vecText, CountsLinesFromTheHeader) {
  expect_error(ErrorCode::malformed, "file:3: found 1 value, expected 2",
               [] { read("2 2\na 1 2\nb 1\n"); });
}

TEST(Word2vecText, RefusesAHeaderThatLies) {
  expect_error(ErrorCode::malformed, "found 2 rows, the header promises 3",
               [] { read("3 2\na 1 2\nb 3 4\n"); });
  expect_error(ErrorCode::malformed, "found 2 rows, the header promises 1",
               [] { read("1 2\na 1 2\nb 3 4\n"); });
  const std::string what =
      expect_error(ErrorCode::malformed, "--trust-rows", [] { read("3 2\na 1 2\n"); });
  EXPECT_EQ(what.find("file"), 0U);
}

TEST(Word2vecText, TakesWhatIsThereOnRequest) {
  ReadOptions options;
  options.trust_rows = true;
  for (const char* header : {"3", "1", "0", "4294967294"}) {
    const Reading reading = read(header + std::string(" 2\na 1 2\nb 3 4\n"), options);
    EXPECT_EQ(reading.rows.words, (Words{"a", "b"}));
    EXPECT_EQ(reading.report.row_count_mismatch,
              "found 2 rows, the header promises " + std::string(header));
  }
  EXPECT_EQ(read("2 2\na 1 2\nb 3 4\n", options).report.row_count_mismatch, "");
}

TEST(Word2vecText, CountsBadRowsAsRows) {
  ReadOptions options;
  options.skip_bad = true;
  const Reading reading = read("3 2\na 1 2\nb nan 4\nc 5 6\n", options);
  EXPECT_EQ(reading.rows.words, (Words{"a", "c"}));
  EXPECT_EQ(reading.report.bad_examples,
            Words{"line 3: value 1 is 'nan', expected a finite number"});
}

TEST(Word2vecText, DoesNotCompareTheRowsOfAReadingThatIsStopped) {
  std::string bytes = "1000000 1\n";
  for (int i = 0; i < 1'000'000; ++i) bytes += "w 1\n";
  test::RecordingSink sink(1);
  ByteSource source = ByteSource::from_memory("file", bytes);
  EXPECT_FALSE(kWord2vecText.read(source, {}, sink).read_to_end);
}

TEST(Word2vecText, RefusesHeadersThatCannotBe) {
  expect_error(ErrorCode::malformed, "is empty", [] { read(""); });
  for (const char* bytes :
       {"\na 1 2\n", "a 1 2\n", "3\na 1\n", "3 2 1\na 1 2\n", "-3 2\na 1 2\n", "3 2.5\n"}) {
    expect_error(ErrorCode::malformed, ": found no header", [&] { read(bytes); });
  }
  expect_error(ErrorCode::malformed, "is empty", [] { read("\n"); });
  expect_error(ErrorCode::malformed, "file:3: the header gives the dimension 0",
               [] { read("\n\n1 0\na\n"); });
  expect_error(ErrorCode::malformed,
               "file:1: the header gives the dimension 0, expected 1 to 65536",
               [] { read("1 0\na\n"); });
  expect_error(ErrorCode::malformed, "the dimension 100000,", [] { read("1 100000\na 1\n"); });
  expect_error(ErrorCode::malformed, "the dimension 18446744073709551615,",
               [] { read("1 99999999999999999999999\na 1\n"); });
  expect_error(ErrorCode::malformed, "promises 9223372036854775808 rows",
               [] { read("9223372036854775808 2\na 1 2\n"); });
  expect_error(ErrorCode::malformed, "promises 4294967295 rows, expected at most 4294967294",
               [] { read("4294967295 2\na 1 2\n"); });
  ReadOptions options;
  options.trust_rows = true;
  expect_error(ErrorCode::malformed, "promises 9223372036854775808 rows",
               [&] { read("9223372036854775808 2\na 1 2\n", options); });
}

TEST(Word2vecText, AllocatesNothingForRowsThatAreOnlyPromised) {
  // 16 TB if the header were believed.
  expect_error(ErrorCode::malformed, "found 0 values", [] { read("4000000000 1000\na\n"); });
}

TEST(Word2vecText, EndsCleanlyWhereverItIsTruncated) {
  const std::string whole = "3 2\nthe 1.5 -2.5\n. . . 0.25 3e1\nat 5 6";
  const Rows all = read(whole).rows;
  ASSERT_EQ(all.size(), 3U);
  for (int flags = 0; flags < 4; ++flags) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      ReadOptions options;
      options.skip_bad = (flags & 1) != 0;
      options.trust_rows = (flags & 2) != 0;
      try {
        const Rows rows = read(std::string_view(whole).substr(0, size), options).rows;
        ASSERT_LE(rows.size(), 3U);
        for (std::size_t r = 0; r + 1 < rows.size(); ++r) EXPECT_EQ(rows.words[r], all.words[r]);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::malformed) << error.what();
      }
    }
  }
}

}  // namespace
}  // namespace wordvec::word2vec_text_test
