#include "wordvec/formats/format_output.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <random>
#include <string>

#include "support/expect_error.h"
#include "support/reading.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/input.h"

namespace wordvec::format_output_test {
namespace {

using test::expect_error;
using test::read_file;
using test::Rows;
using test::TempFolder;

// What `gzip -dc` makes of a file.
std::string gunzipped(const std::string& path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(
      ::popen(("gzip -dc '" + path + "'").c_str(), "r"), &::pclose);
  std::string content;
  char buffer[65536];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe.get())) {
    content.append(buffer, n);
  }
  return content;
}

std::string digits(std::size_t size) {
  std::mt19937 random(1);
  std::string text(size, '\0');
  for (char& c : text) c = "0123456789 \n.-"[random() % 14];
  return text;
}

TEST(FormatOutput, CompressesByItsNameOnly) {
  const TempFolder folder;
  for (const char* name : {"a.txt", "a.gz.txt", "a.txt.gz", "gz"}) {
    FormatOutput file = FormatOutput::create(folder.file(name), 1);
    EXPECT_TRUE(file.is_seekable());
    file.write("the 1\n");
    file.publish();
    EXPECT_EQ(read_file(folder.file(name)) == "the 1\n", std::string(name) != "a.txt.gz") << name;
  }
  EXPECT_EQ(gunzipped(folder.file("a.txt.gz")), "the 1\n");
  EXPECT_EQ(without_gzip_extension("a.txt.gz"), "a.txt");
  EXPECT_EQ(without_gzip_extension("a.txt"), "a.txt");
}

// Around the size of a piece (512 KiB), and of a group of four pieces a thread.
TEST(FormatOutput, IsReadByGzipWhateverItsSize) {
  constexpr std::size_t kPiece = std::size_t{512} << 10;
  const TempFolder folder;
  const std::string text = digits(9 * kPiece + 5);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{32'768}, kPiece - 1, kPiece, kPiece + 1,
        4 * kPiece, 4 * kPiece + 1, 8 * kPiece, 9 * kPiece + 5}) {
    FormatOutput file = FormatOutput::create(folder.file("a.gz"), 1);
    file.write(std::string_view(text).substr(0, size));
    file.publish();
    EXPECT_TRUE(gunzipped(folder.file("a.gz")) == text.substr(0, size)) << size;
  }
}

TEST(FormatOutput, WritesBytesThatCannotBeCompressed) {
  const TempFolder folder;
  std::mt19937 random(1);
  std::string noise(3'000'000, '\0');
  for (char& c : noise) c = static_cast<char>(random());
  FormatOutput file = FormatOutput::create(folder.file("a.gz"), 2);
  file.write(noise);
  file.publish();
  EXPECT_TRUE(gunzipped(folder.file("a.gz")) == noise);
}

TEST(FormatOutput, DoesNotDependOnThreadsOrOnTheSizesOfWrites) {
  const TempFolder folder;
  const std::string text = digits(6'000'000);
  std::string expected;
  for (const unsigned threads : {1U, 2U, 3U}) {
    for (const std::size_t step : {std::size_t{1000}, std::size_t{700'000}, text.size()}) {
      FormatOutput file = FormatOutput::create(folder.file("a.gz"), threads);
      file.write_head("head\n");
      for (std::size_t at = 0; at < text.size(); at += step) {
        file.write(std::string_view(text).substr(at, step));
      }
      file.publish();
      const std::string bytes = read_file(folder.file("a.gz"));
      if (expected.empty()) expected = bytes;
      EXPECT_TRUE(bytes == expected) << threads << " threads, writes of " << step;
    }
  }
  EXPECT_TRUE(gunzipped(folder.file("a.gz")) == "head\n" + text);
}

TEST(FormatOutput, ReplacesItsHead) {
  const TempFolder folder;
  for (const char* name : {"a", "a.gz"}) {
    for (const std::string& head :
         {std::string(), std::string("h"), std::string("head\n"), std::string(68, 'x')}) {
      FormatOutput file = FormatOutput::create(folder.file(name), 2);
      file.write_head("old\n");
      file.write("body");
      file.replace_head(head);
      file.publish();
      EXPECT_EQ(
          name == std::string("a") ? read_file(folder.file(name)) : gunzipped(folder.file(name)),
          head + "body");
    }
  }
  FormatOutput file = FormatOutput::create(folder.file("a.gz"), 1);
  file.write_head("old\n");
  expect_error(ErrorCode::usage, "129 bytes in room for 128",
               [&] { file.replace_head(std::string(129, 'x')); });
}

TEST(FormatOutput, LeavesTheOldFileWithoutPublish) {
  const TempFolder folder;
  const std::string path = folder.write("a.gz", "old");
  {
    FormatOutput file = FormatOutput::create(path, 1);
    file.write(digits(5'000'000));
  }
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(folder.names(), std::vector<std::string>{"a.gz"});
}

TEST(FormatOutput, ReportsAFullDisk) {
  FormatOutput file = FormatOutput::create("/dev/full", 1);
  expect_error(ErrorCode::io, "No space left", [&] { file.write("x"); });
}

class CompressedWriterTest : public testing::TestWithParam<const Format*> {};

INSTANTIATE_TEST_SUITE_P(Each, CompressedWriterTest,
                         testing::ValuesIn(formats().begin(), formats().end()),
                         [](const auto& format) {
                           std::string name(format.param->name);
                           std::erase(name, '-');
                           return name;
                         });

// Compressed or not, the content is the same; also when the number of rows was promised wrong.
TEST_P(CompressedWriterTest, HoldsWhatAPlainFileHolds) {
  if (GetParam()->make_writer == nullptr) GTEST_SKIP() << "only read";
  const TempFolder folder;
  const Rows rows = test::random_rows(3000, 20, 5);
  rows.pour_into(*GetParam()->make_writer(folder.file("plain"), 2));
  const std::string plain = read_file(folder.file("plain"));
  rows.pour_into(*GetParam()->make_writer(folder.file("rows.gz"), 2));
  EXPECT_TRUE(gunzipped(folder.file("rows.gz")) == plain);

  const std::vector<std::string_view> words(rows.words.begin(), rows.words.end());
  for (const std::optional<std::uint64_t> hint :
       {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(1'000'000'000'000)}) {
    const auto writer = GetParam()->make_writer(folder.file("unknown.gz"), 2);
    writer->begin(rows.dim, hint);
    writer->append({rows.dim, words, rows.vectors});
    writer->finish();
    EXPECT_TRUE(read_file(folder.file("unknown.gz")) == read_file(folder.file("rows.gz")));
  }
  ByteSource source = open_input(folder.file("rows.gz"), "");
  EXPECT_EQ(detect_format(source), GetParam());
}

}  // namespace
}  // namespace wordvec::format_output_test
