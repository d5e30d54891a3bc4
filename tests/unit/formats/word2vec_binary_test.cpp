#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"

namespace wordvec::word2vec_binary_test {
namespace {

using test::bits_of;
using test::expect_error;
using test::read_bytes;
using test::Reading;
using test::Rows;
using test::Through;
using Words = std::vector<std::string>;
using Values = std::vector<float>;

Reading read(std::string_view bytes, const ReadOptions& options = {},
             Through through = Through::memory) {
  return read_bytes(kWord2vecBinary, bytes, options, through);
}

std::string row(std::string_view word, const Values& values, std::string_view end) {
  std::string bytes = std::string(word) + ' ';
  for (const float x : values) bytes.append(reinterpret_cast<const char*>(&x), sizeof x);
  return bytes.append(end);
}

std::string header(const std::string& rows, std::size_t dim) {
  return rows + ' ' + std::to_string(dim) + '\n';
}

TEST(Word2vecBinary, ReadsBothHabitsOfEndingARow) {
  // 0x0a0a0a0a is the float 6.6e-33: line ends within a vector are values.
  const float line_ends = std::bit_cast<float>(0x0a0a0a0aU);
  const Values first = {1, line_ends};
  const Values second = {line_ends, -2};
  const Values third = {3, 4};
  for (const std::string_view end : {"\n", "", "\n\n"}) {
    for (const Through through : {Through::memory, Through::pipe}) {
      const Reading reading = read(header("3", 2) + row("a", first, end) +
                                       row("\tb\xc2\xa0", second, end) + row("c\nd", third, end),
                                   {}, through);
      EXPECT_EQ(reading.rows.words, (Words{"a", "\tb\xc2\xa0", "c\nd"}));
      EXPECT_EQ(bits_of(reading.rows.vectors), bits_of({1, line_ends, line_ends, -2, 3, 4}));
      EXPECT_TRUE(reading.report.read_to_end);
    }
  }
}

TEST(Word2vecBinary, KeepsEveryBitOfAValue) {
  const Values values = {FLT_MAX, -FLT_MAX, FLT_MIN, 1e-45F, -0.0F, 0.1F};
  EXPECT_EQ(bits_of(read(header("1", 6) + row("a", values, "")).rows.vectors), bits_of(values));
}

TEST(Word2vecBinary, AcceptsCrLfAfterTheHeader) {
  EXPECT_EQ(read("1 1\r\n" + row("a", {1}, "\n")).rows.words, Words{"a"});
}

TEST(Word2vecBinary, ReadsMoreRowsThanFitABatch) {
  Rows rows = test::random_rows(20'000, 50, 1);
  std::string bytes = header("20000", 50);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    bytes += row(rows.words[r],
                 Values(rows.vectors.begin() + static_cast<std::ptrdiff_t>(50 * r),
                        rows.vectors.begin() + static_cast<std::ptrdiff_t>(50 * r + 50)),
                 r % 2 == 0 ? "\n" : "");
  }
  for (const Through through : {Through::memory, Through::pipe}) {
    std::uint64_t last = 0;
    ReadOptions options;
    options.progress = [&](std::uint64_t done) {
      EXPECT_GT(done, last);
      last = done;
    };
    EXPECT_TRUE(read(bytes, options, through).rows == rows);
    EXPECT_GT(last, bytes.size() / 2);
  }
}

TEST(Word2vecBinary, OffersToSkipBadRowsWhereOneIsGood) {
  const float nan = std::nanf("");
  const std::string bad = row("a", {nan, 2}, "\n") + row("b", {3, nan}, "\n");
  const std::string none = expect_error(ErrorCode::malformed, "; no row of the file is good",
                                        [&] { read(header("2", 2) + bad); });
  EXPECT_EQ(none.find("--skip-bad"), std::string::npos) << none;
  expect_error(ErrorCode::malformed, "(`convert` with --skip-bad reads the file", [&] {
    read(header("3", 2) + bad + row("c", {5, 6}, "\n"));
  });
}

TEST(Word2vecBinary, RefusesARowCountThatIsWrong) {
  const std::string two = row("a", {1, 2}, "\n") + row("b", {3, 4}, "\n");
  const std::string more = expect_error(ErrorCode::malformed, "bytes after the 1 rows",
                                        [&] { read(header("1", 2) + two); });
  EXPECT_NE(more.find("file: at byte 15"), std::string::npos) << more;  // 4 + 2 + 8 + 1
  expect_error(ErrorCode::malformed, "found 2 rows, the header promises 3",
               [&] { read(header("3", 2) + two); });
  ReadOptions options;
  options.trust_rows = true;
  for (const char* rows : {"0", "1", "3", "4294967294"}) {
    const Reading reading = read(header(rows, 2) + two, options);
    EXPECT_EQ(reading.rows.words, (Words{"a", "b"}));
    EXPECT_EQ(reading.report.row_count_mismatch,
              "found 2 rows, the header promises " + std::string(rows));
  }
}

TEST(Word2vecBinary, AllowsLineEndsAfterTheLastRow) {
  EXPECT_EQ(read(header("1", 1) + row("a", {1}, "\n\n\n")).rows.size(), 1U);
  EXPECT_EQ(read(header("0", 1)).rows.size(), 0U);
  EXPECT_EQ(read(header("0", 1) + "\n").rows.size(), 0U);
}

TEST(Word2vecBinary, RefusesHeadersThatCannotBe) {
  expect_error(ErrorCode::malformed, "is empty", [] { read(""); });
  expect_error(ErrorCode::malformed, "found no header", [] { read("a b\n"); });
  expect_error(ErrorCode::malformed, "found no header", [] { read(std::string(100, '1')); });
  expect_error(ErrorCode::malformed, "the dimension 0,", [] { read("1 0\na \n"); });
  expect_error(ErrorCode::malformed, "the dimension 100000,", [] { read("1 100000\na "); });
  expect_error(ErrorCode::malformed, "promises 9223372036854775808 rows",
               [] { read("9223372036854775808 1\na \x01\x02\x03\x04"); });
}

TEST(Word2vecBinary, BoundsTheWord) {
  const std::string longest(65'536, 'w');
  for (const Through through : {Through::memory, Through::pipe}) {
    EXPECT_EQ(read(header("1", 1) + row(longest, {1}, "\n"), {}, through).rows.words,
              Words{longest});
    for (const std::size_t size :
         {std::size_t{65'537}, std::size_t{70'000}, std::size_t{3'000'000}}) {
      const std::string what = expect_error(
          ErrorCode::malformed, "row 0: no space after the word within 65536 bytes",
          [&] { read(header("1", 1) + row(std::string(size, 'w'), {1}, "\n"), {}, through); });
      EXPECT_NE(what.find("at byte 4"), std::string::npos) << what;
    }
  }
}

TEST(Word2vecBinary, ReportsBadRows) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const std::string bytes = header("7", 2) + row("a", {1, 2}, "\n") + row("n", {1, nan}, "\n") +
                            row("i", {-inf, 1}, "\n") + row("", {1, 2}, "\n") +
                            row("b", {0, 0}, "\n") + row("x", {nan, nan}, "\n") +
                            row("c", {3, 4}, "\n");
  const std::string what =
      expect_error(ErrorCode::malformed, "row 1: value 2 of 'n' is nan", [&] { read(bytes); });
  EXPECT_NE(what.find("at byte 15:"), std::string::npos) << what;  // where the row starts
  ReadOptions options;
  options.skip_bad = true;
  const Reading reading = read(bytes, options);
  EXPECT_EQ(reading.rows.words, (Words{"a", "", "b", "c"}));
  EXPECT_EQ(reading.rows.vectors, (Values{1, 2, 1, 2, 0, 0, 3, 4}));
  EXPECT_EQ(reading.report.bad_rows, 3U);
  EXPECT_EQ(reading.report.bad_examples[1],
            "row 2: value 1 of 'i' is -inf, expected a finite number");
  EXPECT_EQ(reading.report.first_blank_word, "row 3");
}

TEST(Word2vecBinary, CountsWordsThatAreNotUtf8) {
  const std::string bytes =
      header("3", 1) + row("a", {1}, "") + row("\xff", {2}, "") + row("\xc3", {3}, "");
  const Reading reading = read(bytes);
  EXPECT_EQ(reading.report.invalid_utf8_words, 2U);
  EXPECT_EQ(reading.report.first_invalid_utf8, "row 1");
  ReadOptions options;
  options.strict_utf8 = true;
  expect_error(ErrorCode::malformed, "row 1: the word '\\xff' is not UTF-8",
               [&] { read(bytes, options); });
}

TEST(Word2vecBinary, EndsCleanlyWhereverItIsTruncated) {
  for (const std::string_view end : {"\n", ""}) {
    const std::string whole =
        header("3", 2) + row("the", {1, 2}, end) + row("of", {3, 4}, end) + row("x", {5, 6}, end);
    const Rows all = read(whole).rows;
    ASSERT_EQ(all.size(), 3U);
    const std::size_t row_bytes = 8 + end.size();
    const std::size_t ends[] = {4 + 4 + row_bytes, 4 + 4 + row_bytes + 3 + row_bytes};
    for (std::size_t size = 0; size < whole.size() - end.size(); ++size) {
      const std::string_view part = std::string_view(whole).substr(0, size);
      expect_error(ErrorCode::malformed, "file", [&] { read(part); });
      // What is whole is taken on request.
      ReadOptions options;
      options.trust_rows = true;
      if (size < 4) continue;
      const Rows rows = read(part, options).rows;
      const std::size_t expected = size + end.size() < ends[0]   ? 0
                                   : size + end.size() < ends[1] ? 1
                                                                 : 2;
      ASSERT_EQ(rows.size(), expected) << size;
      for (std::size_t r = 0; r < rows.size(); ++r) {
        EXPECT_EQ(rows.words[r], all.words[r]);
        EXPECT_EQ(rows.vectors[2 * r + 1], all.vectors[2 * r + 1]);
      }
    }
  }
}

TEST(Word2vecBinary, NamesWhereItIsTruncated) {
  const std::string whole = header("2", 2) + row("the", {1, 2}, "\n") + row("of", {3, 4}, "\n");
  expect_error(ErrorCode::malformed,
               "file: at byte 17: row 1: the vector of 'of' has 7 bytes, expected 8",
               [&] { read(std::string_view(whole).substr(0, whole.size() - 2)); });
  expect_error(ErrorCode::malformed,
               "file: at byte 17: row 1: the file ends in the middle of the word",
               [&] { read(std::string_view(whole).substr(0, 18)); });
}

}  // namespace
}  // namespace wordvec::word2vec_binary_test
