#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"

namespace wordvec::values_text_test {
namespace {

using test::expect_error;
using test::read_bytes;
using test::Reading;
using test::TempFolder;
using Words = std::vector<std::string>;
using Values = std::vector<float>;

Reading read(std::string_view bytes, std::string_view words, ReadOptions options = {}) {
  const TempFolder folder;
  options.vocab = folder.write("words.lst", words);
  return read_bytes(kValuesText, bytes, options);
}

TEST(ValuesText, HasTheWordsOfAnotherFile) {
  for (const char* bytes :
       {"0.1 0.2\n0.5 -0.6\n", "0.1\t0.2\r\n0.5\t-0.6\r\n", " 0.1  0.2\n 0.5 -0.6\n\n \n",
        "2 2\n0.1 0.2\n0.5 -0.6\n", "\n0.1 0.2\n0.5 -0.6"}) {
    const Reading reading = read(bytes, "king\nnew york\n\n");
    EXPECT_EQ(reading.rows.words, (Words{"king", "new york"})) << bytes;
    EXPECT_EQ(reading.rows.vectors, (Values{0.1F, 0.2F, 0.5F, -0.6F})) << bytes;
  }
  EXPECT_EQ(read("3 1\n7\n8\n9\n", "a\nb\nc\n").rows.vectors, (Values{7, 8, 9}));
  // Two values that are no header, as the words say.
  EXPECT_EQ(read("2 2\n7 8\n", "a\nb\n").rows.vectors, (Values{2, 2, 7, 8}));
  EXPECT_EQ(read("2 2\n7 8\n9 1\n", "a\nb\n").rows.vectors, (Values{7, 8, 9, 1}));
  EXPECT_EQ(read("7\n8\n9\n", "a\nb\nc\n").rows.vectors, (Values{7, 8, 9}));
}

TEST(ValuesText, HasTheCountsOfItsWords) {
  for (const char* bytes : {"0.1 0.2\n0.5 -0.6\n7 8\n", "3 2\n0.1 0.2\n0.5 -0.6\n7 8\n"}) {
    const Reading reading = read(bytes, "the 1061396\nking 593\nqueen 432\n");
    EXPECT_EQ(reading.rows.words, (Words{"the", "king", "queen"}));
    EXPECT_EQ(reading.rows.counts, (std::vector<std::uint64_t>{1061396, 593, 432}));
  }
  EXPECT_TRUE(read("0.1 0.2\n", "a\n").rows.counts.empty());
}

TEST(ValuesText, AsksForTheWords) {
  const std::string what =
      expect_error(ErrorCode::usage, "file: holds no words: every field of its lines is a number",
                   [] { read_bytes(kValuesText, "0.1 0.2\n"); });
  EXPECT_NE(what.find("--vocab FILE"), std::string::npos);
  EXPECT_NE(what.find("--from glove"), std::string::npos);
  EXPECT_EQ(expect_error(ErrorCode::usage, "--vocab FILE",
                         [] { read_bytes(kValuesText, "1 3\n0.1 0.2 0.3\n"); })
                .find("--from"),
            std::string::npos);
}

TEST(ValuesText, NamesTheLineOfWhatIsNoRow) {
  expect_error(ErrorCode::malformed, "file:3: found 1 value, expected 2 (as on line 1)",
               [] { read("1 2\n3 4\n5\n", "a\nb\nc\n"); });
  expect_error(ErrorCode::malformed,
               "file:3: value 1 is 'x', expected a number (`convert` with --skip-bad",
               [] { read("2 3\n1 2 3\nx 4 5\n", "a\nb\n"); });
  expect_error(ErrorCode::malformed, "file:4: there are more rows than words",
               [] { read("2 3\n1 2 3\n4 5 6\n7 8 9\n", "a\nb\n"); });
  expect_error(ErrorCode::malformed, "has 2 rows, but there are 3 words",
               [] { read("1.5 2\n3 4\n", "a\nb\nc\n"); });
  expect_error(ErrorCode::malformed, "found 2 rows, the header promises 5",
               [] { read("5 3\n1 2 3\n4 5 6\n", "a\nb\n"); });
}

}  // namespace
}  // namespace wordvec::values_text_test
