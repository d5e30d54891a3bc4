#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "support/temp_folder.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"

namespace wordvec::floret_text_test {
namespace {

using test::expect_error;
using test::Reading;
using test::Through;
using Words = std::vector<std::string>;
using Values = std::vector<float>;

// The table of floret's description, of which two columns are kept, in another order.
const std::string kHeader = "10 2 2 3 2 2166136261 < >\n";
const std::string kTable = kHeader +
                           "1 -3.12 -1.7981\n0 -2.2611 3.9302\n2 9.5689 5.6721\n3 3.6268 4.2759\n"
                           "5 -4.3024 8.0241\n4 -11.683 -7.7068\n6 8.3574 -5.225\n"
                           "7 -10.01 3.3894\n8 -5.4576 7.1019\n9 8.0678 -4.4142\n";

class FloretText : public testing::Test {
 protected:
  Reading read(std::string_view bytes, const std::string& words = "der\nin\n",
               Through through = Through::memory) {
    options.vocab = folder.write("words.txt", words);
    return test::read_bytes(kFloretText, bytes, options, through);
  }

  test::TempFolder folder;
  ReadOptions options;
};

// As floret computed them from the whole digits of its table.
TEST_F(FloretText, GivesTheWordsOfTheVocabularyTheVectorsOfFloret) {
  const Values expected = {0.08224F, 2.6601F, -0.87635F, 2.0958F};
  for (const Through through : {Through::memory, Through::pipe}) {
    const Reading reading = read(kTable, "der\nin\n", through);
    EXPECT_EQ(reading.rows.words, (Words{"der", "in"}));
    ASSERT_EQ(reading.rows.vectors.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(reading.rows.vectors[i], expected[i], 5e-4);
    }
    EXPECT_TRUE(reading.report.read_to_end);
    EXPECT_TRUE(reading.report.has_subwords);
  }
}

TEST_F(FloretText, HasTheCountsOfItsWords) {
  const Reading reading = read(kTable, "der 90\nin 8\nund 5\n");
  EXPECT_EQ(reading.rows.words, (Words{"der", "in", "und"}));
  EXPECT_EQ(reading.rows.counts, (std::vector<std::uint64_t>{90, 8, 5}));
  // The words that are no good have no place among them.
  options.skip_bad = true;
  options.strict_utf8 = true;
  const Reading good = read(kTable, "der 90\n\xff 8\nund 5\n");
  EXPECT_EQ(good.rows.words, (Words{"der", "und"}));
  EXPECT_EQ(good.rows.counts, (std::vector<std::uint64_t>{90, 5}));
}

TEST_F(FloretText, HandsItsTableOn) {
  options.vocab = folder.write("words.txt", "in\n");
  ByteSource source = ByteSource::from_memory("file", kTable);
  test::RecordingSink sink;
  EXPECT_EQ(kFloretText.read(source, options, sink).rows_read, 1U);
  EXPECT_EQ(sink.ngrams, 10U);
  EXPECT_EQ(sink.rules.scheme, SubwordScheme::floret);
  EXPECT_EQ(sink.rules.hash_count, 2U);
  EXPECT_EQ(sink.rules.seed, 2166136261U);
  EXPECT_EQ(sink.ngram_vectors,
            (Values{-2.2611F, 3.9302F,  -3.12F,   -1.7981F, 9.5689F, 5.6721F, 3.6268F,
                    4.2759F,  -11.683F, -7.7068F, -4.3024F, 8.0241F, 8.3574F, -5.225F,
                    -10.01F,  3.3894F,  -5.4576F, 7.1019F,  8.0678F, -4.4142F}));
}

TEST_F(FloretText, NeedsAVocabulary) {
  expect_error(ErrorCode::usage, "file: has vectors of n-grams and lists no words",
               [&] { test::read_bytes(kFloretText, kTable, options); });
  expect_error(ErrorCode::usage, "--vocab FILE",
               [&] { test::read_bytes(kFloretText, kTable, options); });
  options.vocab = folder.file("nowhere");
  expect_error(ErrorCode::io, "nowhere", [&] { test::read_bytes(kFloretText, kTable, options); });
}

TEST_F(FloretText, AcceptsCrLfAndNoLastLineEnd) {
  std::string other = kTable;
  for (std::size_t at = 0; (at = other.find('\n', at)) != std::string::npos; at += 2) {
    other.insert(at, "\r");
  }
  EXPECT_TRUE(read(other).rows == read(kTable).rows);
  EXPECT_TRUE(read(kTable.substr(0, kTable.size() - 1)).rows == read(kTable).rows);
}

TEST_F(FloretText, NeedsEachRowOnce) {
  const std::string end = "9 8.0678 -4.4142\n";
  const std::string most = kTable.substr(0, kTable.size() - end.size());
  expect_error(ErrorCode::malformed,
               "file: found 9 rows, the header promises 10: the first that is missing is 9",
               [&] { read(most); });
  expect_error(ErrorCode::malformed, "file:11: the row 8 is there already",
               [&] { read(most + "8 1 2\n"); });
  expect_error(ErrorCode::malformed, "file:12: the row 9 is there already",
               [&] { read(kTable + end); });
  for (const char* row : {"10", "-1", "x", "9.0", "18446744073709551616"}) {
    expect_error(ErrorCode::malformed,
                 "file:11: found the row '" + std::string(row) + "', expected 0 to 9",
                 [&] { read(most + row + " 1 2\n"); });
  }
  expect_error(ErrorCode::malformed, "file:11: found 1 value, expected 2",
               [&] { read(most + "9 1\n"); });
}

TEST_F(FloretText, OffersToSkipBadRowsWhereOneIsGood) {
  options.strict_utf8 = true;
  const std::string none = expect_error(ErrorCode::malformed, "is not UTF-8; no row of the file is",
                                        [&] { read(kTable, "\xff\n\xfe\n"); });
  EXPECT_EQ(none.find("--skip-bad"), std::string::npos) << none;
  expect_error(ErrorCode::malformed, ":1: the word '\\xff' is not UTF-8 (`convert` with --skip-bad",
               [&] { read(kTable, "\xff\nking\n"); });
}

TEST_F(FloretText, GivesBadRowsZerosWhereThatIsAskedFor) {
  const std::string end = "9 8.0678 -4.4142\n";
  const std::string most = kTable.substr(0, kTable.size() - end.size());
  const Reading expected = read(most + "9 0 0\n");
  for (const char* values : {"nan 1", "1 inf", "1e39 1", "1"}) {
    const std::string table = most + "9 " + values + "\n";
    options.skip_bad = false;
    expect_error(ErrorCode::malformed, "file:11: ", [&] { read(table); });
    options.skip_bad = true;
    const Reading reading = read(table);
    EXPECT_TRUE(reading.rows == expected.rows);
    EXPECT_EQ(reading.report.bad_rows, 0U);
    EXPECT_EQ(reading.report.note.substr(0, 54),
              "1 bad row of n-grams became zeros, the first: line 11:");
  }
  expect_error(ErrorCode::malformed, "file: found 9 rows, the header promises 10",
               [&] { read(most); });
  expect_error(ErrorCode::malformed, "found 1 bad rows beside the 10",
               [&] { read(kTable + "9 1\n"); });
}

TEST_F(FloretText, EndsCleanlyWhereverItIsTruncated) {
  for (std::size_t size = 0; size + 6 < kTable.size(); ++size) {
    expect_error(ErrorCode::malformed, "file",
                 [&] { read(std::string_view(kTable).substr(0, size)); });
  }
}

TEST_F(FloretText, RefusesHeadersThatCannotBe) {
  const auto refused = [&](const std::string& header, std::string_view part) {
    expect_error(ErrorCode::malformed, part, [&] { read(header + "\n0 1 2\n1 3 4\n"); });
  };
  refused("2 2 2 3 2 0 <", "file:1: found no header");
  refused("2 2 2 3 2 0 < > x", "found no header");
  refused("2 2 2 3 2 -1 < >", "found no header");
  refused("2 2 2 3 2 4294967296 < >", "found no header");
  refused(std::string(1000, '1'), "found no header");
  refused("2 0 2 3 2 0 < >", "the dimension 0,");
  refused("2 65537 2 3 2 0 < >", "the dimension 65537,");
  refused("0 2 2 3 2 0 < >", "0 buckets");
  refused("2 2 2 3 0 0 < >", "0 hashes");
  refused("2 2 2 3 5 0 < >", "5 hashes");
  refused("2 2 4 3 1 0 < >", "at least 4 and at most 3");
  refused("2 2 4 3000000000 1 0 < >", "up to 3000000000 characters");
  refused("4294967296 2 2 3 2 0 < >", "promises 4294967296 rows, and 12 bytes follow");
  refused("18446744073709551615 2 2 3 2 0 < >", "buckets");
  expect_error(ErrorCode::malformed, "file: is empty", [&] { read(""); });
}

TEST_F(FloretText, NamesBadWordsByTheirLine) {
  options.strict_utf8 = true;
  expect_error(ErrorCode::malformed, "words.txt:2: the word '\\xff' is not UTF-8",
               [&] { read(kTable, "a\n\xff\n"); });
  options.skip_bad = true;
  const Reading reading = read(kTable, "a\n\xff\nb\n");
  EXPECT_EQ(reading.rows.words, (Words{"a", "b"}));
  EXPECT_EQ(reading.report.bad_examples,
            Words{"line 2 of the words: the word '\\xff' is not UTF-8"});
  options = {};
  EXPECT_EQ(read(kTable, "a\n\xff\n").report.first_invalid_utf8, "line 2 of the words");
}

}  // namespace
}  // namespace wordvec::floret_text_test
