#include "wordvec/formats/word_file.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"

namespace wordvec {
namespace {

using test::expect_error;
using Words = std::vector<std::string>;

Words read(std::string_view bytes) {
  const test::TempFolder folder;
  return read_word_file(folder.write("words.txt", bytes));
}

TEST(WordFile, HasAWordALine) {
  EXPECT_EQ(read("the\n. . .\n\tof \n\xff\n"), (Words{"the", ". . .", "\tof ", "\xff"}));
  EXPECT_EQ(read("a\r\nb\r\n"), (Words{"a", "b"}));
  EXPECT_EQ(read("a\nb"), (Words{"a", "b"}));
  EXPECT_EQ(read("a\nb\r"), (Words{"a", "b"}));
  EXPECT_EQ(read(""), Words{});
}

TEST(WordFile, BeginsBehindAByteOrderMark) {
  EXPECT_EQ(read("\xef\xbb\xbfthe\n\xef\xbb\xbfof\n"), (Words{"the", "\xef\xbb\xbfof"}));
  EXPECT_EQ(read("\xef\xbb"), Words{"\xef\xbb"});
  expect_error(ErrorCode::malformed, "words.txt:1: the line is empty",
               [] { read("\xef\xbb\xbf\na\n"); });
}

TEST(WordFile, MayBeCompressed) {
  // printf 'the\nof\n' | gzip -n
  const std::string gzip(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x2b\xc9\x48\xe5\xca\x4f\xe3\x02\x00\x0a\x17\x7a\xcf"
      "\x07\x00\x00\x00",
      27);
  EXPECT_EQ(read(gzip), (Words{"the", "of"}));
}

TEST(WordFile, RefusesEmptyLines) {
  expect_error(ErrorCode::malformed, "words.txt:2: the line is empty, expected a word",
               [] { read("a\n\nb\n"); });
  expect_error(ErrorCode::malformed, "words.txt:1: the line is empty", [] { read("\r\na"); });
}

TEST(WordFile, EndsBeforeEmptyLines) {
  EXPECT_EQ(read("a\nb\n\n\r\n\n"), (Words{"a", "b"}));
  EXPECT_EQ(read("\r\n"), Words{});
  EXPECT_EQ(read("a\n \n\n"), (Words{"a", " "}));  // a word that is a space
}

TEST(WordFile, BoundsTheWord) {
  const std::string longest(65'536, 'w');
  EXPECT_EQ(read(longest + "\nb\n"), (Words{longest, "b"}));
  EXPECT_EQ(read(longest + "\r\n"), Words{longest});
  for (const std::size_t more : {1U, 2U, 3U, 100'000U}) {
    expect_error(ErrorCode::malformed, "words.txt:2: the word has more than 65536 bytes",
                 [&] { read("a\n" + longest + std::string(more, 'x') + "\n"); });
  }
}

TEST(WordFile, MustBeThere) {
  const test::TempFolder folder;
  expect_error(ErrorCode::io, "nowhere.txt", [&] { read_word_file(folder.file("nowhere.txt")); });
  expect_error(ErrorCode::io, "is a folder", [&] { read_word_file(folder.path()); });
}

}  // namespace
}  // namespace wordvec
