#include "wordvec/base/line_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/temp_folder.h"

namespace wordvec::test::line_reader_test {
namespace {

using Lines = std::vector<std::string>;

class LineReaderTest : public testing::Test {
 protected:
  Lines lines_of(std::string_view bytes) {
    LineReader reader = LineReader::open(folder_.write("lines", bytes));
    Lines lines;
    while (const auto line = reader.next()) lines.emplace_back(*line);
    EXPECT_EQ(reader.bytes_read(), bytes.size());
    EXPECT_EQ(reader.size_bytes(), bytes.size());
    EXPECT_EQ(reader.next(), std::nullopt);
    return lines;
  }

  TempFolder folder_;
};

TEST_F(LineReaderTest, GivesLinesWithoutTheirEnds) {
  EXPECT_EQ(lines_of("a\nb c\r\n\nd\n"), (Lines{"a", "b c", "", "d"}));
  EXPECT_EQ(lines_of("a\n\n"), (Lines{"a", ""}));
  EXPECT_EQ(lines_of("no end"), (Lines{"no end"}));
  EXPECT_EQ(lines_of("a\rb\r\r\n"), (Lines{"a\rb\r"}));
  EXPECT_EQ(lines_of("a\r"), Lines{"a"});
  EXPECT_EQ(lines_of(std::string("a\0b\n", 4)), (Lines{std::string("a\0b", 3)}));
  EXPECT_EQ(lines_of(""), Lines{});
}

TEST_F(LineReaderTest, GivesLinesThatAreLongerThanABuffer) {
  const std::string longest(std::size_t{5} << 20, 'x');
  EXPECT_EQ(lines_of("a\n" + longest + "\nb\n" + longest), (Lines{"a", longest, "b", longest}));
}

TEST_F(LineReaderTest, PassesOverAByteOrderMarkInFrontOfAll) {
  EXPECT_EQ(lines_of("\xef\xbb\xbf"
                     "a\n\xef\xbb\xbf"
                     "b\r\n"),
            (Lines{"a",
                   "\xef\xbb\xbf"
                   "b"}));
  EXPECT_EQ(lines_of("\xef\xbb\xbf\xef\xbb\xbf\n"), (Lines{"\xef\xbb\xbf"}));
  EXPECT_EQ(lines_of("\xef\xbb\xbf\n"), (Lines{""}));
  EXPECT_EQ(lines_of("\xef\xbb\xbf"), Lines{});
  EXPECT_EQ(lines_of("\xef\xbb"), (Lines{"\xef\xbb"}));
  EXPECT_EQ(lines_of("\n\xef\xbb\xbf\n"), (Lines{"", "\xef\xbb\xbf"}));
}

TEST_F(LineReaderTest, CountsLines) {
  LineReader reader = LineReader::open(folder_.write("lines", "a\n\nb"));
  for (const std::uint64_t number : {1U, 2U, 3U}) {
    ASSERT_NE(reader.next(), std::nullopt);
    EXPECT_EQ(reader.number(), number);
  }
}

TEST_F(LineReaderTest, RefusesALineThatIsTooLongAfterThoseBefore) {
  const std::string path = folder_.write("lines", "a\nb\n" + std::string(3 << 20, 'x') + "\nc\n");
  LineReader reader = LineReader::open(path, 1 << 20);
  EXPECT_EQ(reader.next(), "a");
  EXPECT_TRUE(reader.has_line());
  EXPECT_EQ(reader.next(), "b");
  EXPECT_FALSE(reader.has_line());
  expect_error(ErrorCode::malformed,
               path + ":3: found no line end within 1048576 bytes, expected a shorter line",
               [&] { reader.next(); });
}

// However much of it one read brings.
TEST_F(LineReaderTest, RefusesALineThatIsTooLongByAByte) {
  const std::string path = folder_.write("lines", "12345\n123456\n");
  LineReader reader = LineReader::open(path, 5);
  EXPECT_EQ(reader.next(), "12345");
  expect_error(ErrorCode::malformed, ":2: found no line end within 5 bytes",
               [&] { reader.next(); });
}

TEST_F(LineReaderTest, KnowsWhetherALineIsThereYet) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const auto send = [&](std::string_view text) {
    ASSERT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  };
  send("one\ntwo\nthr");
  LineReader reader = LineReader::open("/dev/fd/" + std::to_string(ends[0]));
  EXPECT_FALSE(reader.has_line());
  EXPECT_EQ(reader.next(), "one");
  EXPECT_TRUE(reader.has_line());
  EXPECT_EQ(reader.next(), "two");
  EXPECT_FALSE(reader.has_line());
  send("ee\n");
  EXPECT_EQ(reader.next(), "three");
  EXPECT_FALSE(reader.has_line());
  EXPECT_EQ(reader.size_bytes(), std::nullopt);
  ::close(ends[1]);
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_TRUE(reader.has_line());
  ::close(ends[0]);
}

// However much of it one read brings.
TEST_F(LineReaderTest, TellsAnEncodingByTheFirstLine) {
  using namespace std::string_literals;
  for (const std::string& text : {"k\0\n\0i\0\n\0"s, "k\0i\0\nking\n"s}) {
    for (std::size_t cut = 1; cut <= text.size(); ++cut) {
      std::array<int, 2> ends{};
      ASSERT_EQ(::pipe2(ends.data(), O_DIRECT), 0);  // each write is a read
      ASSERT_EQ(::write(ends[1], text.data(), cut), static_cast<ssize_t>(cut));
      ASSERT_EQ(::write(ends[1], text.data() + cut, text.size() - cut),
                static_cast<ssize_t>(text.size() - cut));
      ::close(ends[1]);
      LineReader reader = LineReader::open("/dev/fd/" + std::to_string(ends[0]));
      expect_error(ErrorCode::malformed, "is UTF-16 text", [&] { reader.next(); });
      ::close(ends[0]);
    }
  }
}

TEST_F(LineReaderTest, NamesWhatItCannotRead) {
  const std::string missing = folder_.file("missing");
  expect_error(ErrorCode::io, missing + ": cannot open", [&] { LineReader::open(missing); });
  expect_error(ErrorCode::io, folder_.path() + ": is a folder, expected a file",
               [&] { LineReader::open(folder_.path()); });
}

}  // namespace
}  // namespace wordvec::test::line_reader_test
