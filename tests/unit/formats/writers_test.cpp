// The writers of all formats, read back.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <bit>
#include <cfloat>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/input.h"

namespace wordvec::writers_test {
namespace {

using test::bits_of;
using test::expect_error;
using test::read_bytes;
using test::read_file;
using test::Reading;
using test::Rows;
using test::TempFolder;

// Formats whose words are in a file beside the rows have tests of their own.
std::vector<const Format*> formats_of_one_file() {
  std::vector<const Format*> chosen;
  for (const Format* format : formats()) {
    const bool has_two = format == &kNpy || format == &kProjector || format == &kSafetensorsTensor;
    if (format->make_writer != nullptr && !has_two) chosen.push_back(format);
  }
  return chosen;
}

class WriterTest : public testing::TestWithParam<const Format*> {
 protected:
  // The file that holds `rows`.
  std::string written(const Rows& rows, std::size_t batch_rows = 1000) const {
    const TempFolder folder;
    const auto writer = GetParam()->make_writer(folder.file("out"), 2);
    rows.pour_into(*writer, batch_rows);
    EXPECT_EQ(folder.names(), std::vector<std::string>{"out"});
    return read_file(folder.file("out"));
  }
};

INSTANTIATE_TEST_SUITE_P(Each, WriterTest, testing::ValuesIn(formats_of_one_file()),
                         [](const auto& format) {
                           std::string name(format.param->name);
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(WriterTest, KeepsEveryBit) {
  Rows rows;
  rows.add("the", {FLT_MAX, -FLT_MAX, FLT_MIN, -FLT_MIN});
  rows.add("\xc2\x85", {1e-45F, -1e-45F, 0.0F, -0.0F});
  rows.add(
      "a\xc2\xa0"
      "b",
      {0.1F, 1.0F / 3, 16777216, 1e10F});
  rows.add("\xff", {1, 2, 3, 4});
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) {
    std::vector<float> vector;
    while (vector.size() < 4) {
      const float x = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
      if (x - x == 0) vector.push_back(x);
    }
    rows.add("w" + std::to_string(i), vector);
  }
  const Reading reading = read_bytes(*GetParam(), written(rows, 777));
  EXPECT_EQ(reading.rows.words, rows.words);
  EXPECT_TRUE(bits_of(reading.rows.vectors) == bits_of(rows.vectors));
}

TEST_P(WriterTest, IsRecognisedByDetection) {
  Rows rows;
  rows.add("the", {0.5F, 2, 3});
  rows.add("of", {4, 5, 6});
  const std::string bytes = written(rows);
  ByteSource source = ByteSource::from_memory("file", bytes);
  EXPECT_EQ(detect_format(source), GetParam());
}

TEST_P(WriterTest, DoesNotDependOnBatches) {
  const Rows rows = test::random_rows(1000, 5, 2);
  EXPECT_TRUE(written(rows, 1) == written(rows, 1000));
  EXPECT_TRUE(written(rows, 37) == written(rows, 1000));
}

TEST_P(WriterTest, CountsRowsThatWereNotAnnounced) {
  for (const std::optional<std::uint64_t> hint :
       {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(0),
        std::optional<std::uint64_t>(9), std::optional<std::uint64_t>(12),
        std::optional<std::uint64_t>(1'000'000'000'000)}) {
    const TempFolder folder;
    const Rows rows = test::random_rows(12, 3, 3);
    {
      const auto writer = GetParam()->make_writer(folder.file("out"), 1);
      const std::vector<std::string_view> words(rows.words.begin(), rows.words.end());
      writer->begin(3, hint);
      EXPECT_TRUE(writer->append({3, words, rows.vectors}));
      writer->finish();
    }
    const std::string bytes = read_file(folder.file("out"));
    EXPECT_TRUE(bytes == written(rows));
    EXPECT_TRUE(read_bytes(*GetParam(), bytes).rows == rows);
  }
}

TEST_P(WriterTest, LeavesTheOldFileWithoutFinish) {
  const TempFolder folder;
  const std::string path = folder.write("out", "old");
  {
    const auto writer = GetParam()->make_writer(path, 1);
    writer->begin(1, 1);
    const std::vector<std::string_view> words = {"a"};
    const std::vector<float> vectors = {1};
    writer->append({1, words, vectors});
  }
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out"});
}

// Either a word is refused, or it is read back as it was.
TEST_P(WriterTest, RefusesWordsThatItCannotHold) {
  using namespace std::string_literals;
  const std::vector<std::string> kWords = {
      "",     " ",   "a b",   " a",    "a ",   "\ta", "a\t",   "a\tb",    "\na",
      "a\nb", "a\n", "\r",    "a\r",   "a\rb", "a 1", "a 0.5", "a 1e5 b", "1",
      "0.5",  "nan", "a nan", "a\0b"s, "\0"s,  "\v",  "\f"};
  std::size_t refused = 0;
  for (const std::string& word : kWords) {
    for (const std::vector<float>& vector :
         {std::vector<float>{0.5F, 2}, std::vector<float>{1, 2}}) {
      Rows rows;
      rows.add("first", vector);
      rows.add(word, vector);
      const TempFolder folder;
      try {
        const auto writer = GetParam()->make_writer(folder.file("out"), 1);
        rows.pour_into(*writer);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage) << error.what();
        ++refused;
        continue;
      }
      EXPECT_TRUE(read_bytes(*GetParam(), read_file(folder.file("out"))).rows == rows) << word;
    }
  }
  EXPECT_GE(refused, 5U);
  EXPECT_LE(refused, 24U);
}

// Wherever the word stands, however many values it has, and when nobody says what the file is.
TEST_P(WriterTest, WritesPhrasesAndNumbersThatReadBackOrRefusesThem) {
  const std::vector<std::string> kWords = {"area 51", "51", "2",     "a 1 2",     "1 2 3",
                                           "Web 2.0", " x", "x ",    "tab\tword", "a\t1",
                                           "",        " ",  "x 1e3", "3 4",       "-1.5"};
  std::size_t held = 0;
  for (const std::string& word : kWords) {
    for (const std::size_t dim : {1U, 2U, 3U, 5U}) {
      for (const float first_value : {1.0F, 0.5F}) {
        for (std::size_t place = 0; place < 3; ++place) {
          Rows rows;
          for (std::size_t i = 0; i < 3; ++i) {
            std::vector<float> vector(dim, first_value + static_cast<float>(i));
            rows.add(i == place ? word : "king" + std::to_string(i), vector);
          }
          const TempFolder folder;
          try {
            const auto writer = GetParam()->make_writer(folder.file("out"), 1);
            rows.pour_into(*writer);
          } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::usage) << error.what();
            continue;
          }
          const std::string bytes = read_file(folder.file("out"));
          ByteSource source = ByteSource::from_memory("file", bytes);
          EXPECT_EQ(detect_format(source), GetParam()) << bytes;
          EXPECT_TRUE(read_bytes(*GetParam(), bytes).rows == rows) << bytes;
          ++held;
        }
      }
    }
  }
  EXPECT_GE(held, 50U);
}

// "2 1" would promise two rows of one value.
TEST(GloveWriter, RefusesAFirstRowThatIsLikeAHeader) {
  const TempFolder folder;
  const auto write = [&](const std::string& word, const std::vector<float>& vector) {
    Rows rows;
    rows.add(word, vector);
    rows.add("a", vector);
    rows.add("b", vector);
    rows.pour_into(*kGloveText.make_writer(folder.file("a"), 1));
    ByteSource source = ByteSource::open(folder.file("a"));
    EXPECT_EQ(detect_format(source), &kGloveText);
  };
  expect_error(ErrorCode::usage, "first word, '2', is a whole number as its only value is",
               [&] { write("2", {1}); });
  write("2", {0.5F});
  write("2", {-1});
  write("2.0", {1});
  write("2", {1, 1});
}

TEST_P(WriterTest, WritesToAPipeWhatItWritesToAFile) {
  const TempFolder folder;
  const Rows rows = test::random_rows(100, 3, 4);
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  std::string received;
  {
    const std::jthread reader([&] { received = read_file(folder.file("pipe")); });
    const auto writer = GetParam()->make_writer(folder.file("pipe"), 1);
    rows.pour_into(*writer);
  }
  EXPECT_TRUE(received == written(rows));
}

TEST(Word2vecWriters, NeedTheNumberOfRowsOnAPipe) {
  for (const Format* format : {&kWord2vecText, &kWord2vecBinary}) {
    const auto unknown = format->make_writer("/dev/null", 1);
    expect_error(ErrorCode::usage, "number of rows", [&] { unknown->begin(1, std::nullopt); });
    const auto wrong = format->make_writer("/dev/null", 1);
    wrong->begin(1, 2);
    expect_error(ErrorCode::malformed, "2 rows were announced and 0 written",
                 [&] { wrong->finish(); });
  }
}

TEST(GloveWriter, RefusesAFirstWordWithASpace) {
  const TempFolder folder;
  Rows rows;
  rows.add(". . .", {1, 2});
  rows.add("a", {1, 2});
  const auto glove = kGloveText.make_writer(folder.file("a"), 1);
  expect_error(ErrorCode::usage, "first word, '. . .', contains a space",
               [&] { rows.pour_into(*glove); });
  const auto word2vec = kWord2vecText.make_writer(folder.file("b"), 1);
  rows.pour_into(*word2vec);
  EXPECT_TRUE(read_bytes(kWord2vecText, read_file(folder.file("b"))).rows == rows);
}

TEST(Writers, WriteTheBytesOfTheFormats) {
  Rows rows;
  rows.add("king", {1, -0.5F});
  const TempFolder folder;
  for (const Format* format : formats_of_one_file()) {
    const auto writer = format->make_writer(folder.file(format->name), 1);
    rows.pour_into(*writer);
  }
  using namespace std::string_literals;
  EXPECT_EQ(read_file(folder.file("glove")), "king 1 -0.5\n");
  EXPECT_EQ(read_file(folder.file("word2vec-text")), "1 2\nking 1 -0.5\n");
  EXPECT_EQ(read_file(folder.file("word2vec-bin")), "1 2\nking \0\0\x80\x3f\0\0\0\xbf\n"s);
}

// A byte order mark would be passed over, or the file be taken for one in UTF-16.
TEST(Writers, KeepAFirstWordThatBeginsLikeAnotherEncodingOrRefuseIt) {
  using namespace std::string_literals;
  for (const Format* format : formats()) {
    if (format->make_writer == nullptr) continue;
    SCOPED_TRACE(format->name);
    const bool refuses = format == &kGloveText || format == &kNpy || format == &kSafetensorsTensor;
    for (const std::string& word : {"\xef\xbb\xbfking"s, "\xef\xbb\xbf"s, "\xfe\xff"s, "\xff\xfe"s,
                                    "a\0"s, "\0\0\xfe\xff"s}) {
      const TempFolder folder;
      const std::string path = folder.file("rows" + std::string(format->extension));
      Rows rows;
      rows.add(word, {0.5F, 2});
      rows.add("b", {3, 4});
      rows.add(word + word, {5, 6});
      const auto writer = format->make_writer(path, 1);
      if (refuses) {
        expect_error(ErrorCode::usage, "begins like a text in another encoding",
                     [&] { rows.pour_into(*writer); });
        continue;
      }
      rows.pour_into(*writer);
      test::RecordingSink found;
      ByteSource source = open_input(path, "");
      format->read(source, {}, found);
      EXPECT_TRUE(found.rows == rows) << testing::PrintToString(found.rows.words);
    }
  }
}

}  // namespace
}  // namespace wordvec::writers_test
