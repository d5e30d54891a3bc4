// The writers of formats whose words are in a file beside the rows, read back.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cfloat>
#include <filesystem>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/words_beside.h"

namespace wordvec::array_writers_test {
namespace {

using test::bits_of;
using test::expect_error;
using test::read_file;
using test::RecordingSink;
using test::Rows;
using test::TempFolder;
using Names = std::vector<std::string>;

class ArrayWriterTest : public testing::TestWithParam<const Format*> {
 protected:
  std::string name() const { return "out" + std::string(GetParam()->extension); }
  std::string words_name() const {
    return GetParam() == &kProjector ? "out.metadata.tsv" : "out.vocab.txt";
  }
  void write(const TempFolder& folder, const Rows& rows, std::size_t batch_rows = 1000) const {
    const auto writer = GetParam()->make_writer(folder.file(name()), 2);
    rows.pour_into(*writer, batch_rows);
  }
  Rows read(const TempFolder& folder) const {
    ByteSource source = ByteSource::open(folder.file(name()));
    EXPECT_EQ(detect_format(source), GetParam());
    RecordingSink sink;
    GetParam()->read(source, {}, sink);
    return sink.rows;
  }
};

INSTANTIATE_TEST_SUITE_P(Each, ArrayWriterTest,
                         testing::Values(&kNpy, &kProjector, &kSafetensorsTensor),
                         [](const auto& format) { return std::string(format.param->name); });

TEST_P(ArrayWriterTest, KeepsEveryBit) {
  Rows rows = test::random_rows(3000, 4, 1);
  rows.add("the", {FLT_MAX, -FLT_MAX, FLT_MIN, -FLT_MIN});
  rows.add("\xc2\x85", {1e-45F, -1e-45F, 0.0F, -0.0F});
  rows.add("\xff", {0.1F, 1.0F / 3, 16777216, 1e10F});
  const TempFolder folder;
  write(folder, rows, 777);
  EXPECT_EQ(folder.names().size(), 2U);
  const Rows found = read(folder);
  EXPECT_EQ(found.words, rows.words);
  EXPECT_TRUE(bits_of(found.vectors) == bits_of(rows.vectors));
}

TEST_P(ArrayWriterTest, DoesNotDependOnBatchesOrWhatWasAnnounced) {
  const Rows rows = test::random_rows(1000, 5, 2);
  const TempFolder a;
  const TempFolder b;
  write(a, rows, 37);
  {
    const auto writer = GetParam()->make_writer(b.file(name()), 1);
    const std::vector<std::string_view> words(rows.words.begin(), rows.words.end());
    writer->begin(5, 1'000'000'000'000);
    writer->append({5, words, rows.vectors});
    writer->finish();
  }
  EXPECT_TRUE(read_file(a.file(name())) == read_file(b.file(name())));
  EXPECT_TRUE(read_file(a.file(words_name())) == read_file(b.file(words_name())));
}

TEST_P(ArrayWriterTest, LeavesTheOldFilesWithoutFinish) {
  const TempFolder folder;
  folder.write(name(), "old");
  folder.write(words_name(), "old words");
  {
    const auto writer = GetParam()->make_writer(folder.file(name()), 1);
    writer->begin(1, 1);
    const std::vector<std::string_view> words = {"a"};
    const std::vector<float> vectors = {1};
    writer->append({1, words, vectors});
  }
  EXPECT_EQ(read_file(folder.file(name())), "old");
  EXPECT_EQ(read_file(folder.file(words_name())), "old words");
  EXPECT_EQ(folder.names().size(), 2U);
}

TEST_P(ArrayWriterTest, RefusesWordsThatItCannotHold) {
  using namespace std::string_literals;
  const std::vector<std::string> kWords = {
      "",      " ",   "a b", " a",    "a ", "\ta", "a\t", "a\tb", "\na",      "a\nb",
      "a\n",   "\r",  "a\r", "a\rb",  "1",  "\\",  "\\n", "\\\\", "\xc2\xa0", "\xe3\x80\x80 ",
      "a\0b"s, "\0"s, "\v",  "\\x20", "\\q"};
  std::size_t refused = 0;
  for (const std::string& word : kWords) {
    Rows rows;
    rows.add("first", {1, 2});
    rows.add(word, {3, 4});
    const TempFolder folder;
    try {
      write(folder, rows);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::usage) << error.what();
      EXPECT_EQ(folder.names(), Names{});
      ++refused;
      continue;
    }
    EXPECT_TRUE(read(folder) == rows) << word;
  }
  EXPECT_EQ(refused, GetParam() == &kProjector ? 1U : 6U);
}

TEST_P(ArrayWriterTest, NeedsAFileBesideWhichAnotherCanLie) {
  expect_error(ErrorCode::usage, "name a regular file",
               [&] { GetParam()->make_writer("/dev/stdout", 1); });
}

TEST_P(ArrayWriterTest, ReplacesAnOlderPair) {
  const TempFolder folder;
  write(folder, test::random_rows(10, 3, 1));
  const Rows rows = test::random_rows(7, 2, 2);
  write(folder, rows);
  EXPECT_TRUE(read(folder) == rows);
  EXPECT_EQ(folder.names().size(), 2U);
}

TEST(WordsBeside, HaveTheNameOfTheRows) {
  EXPECT_EQ(vocabulary_path_of("some/points.npy", ".npy"), "some/points.vocab.txt");
  EXPECT_EQ(vocabulary_path_of("points.npy.gz", ".npy"), "points.vocab.txt");
  EXPECT_EQ(vocabulary_path_of("points", ".npy"), "points.vocab.txt");
}

TEST(PairedOutput, TakesNoFileThatBelongsToSomethingElse) {
  const TempFolder folder;
  folder.write("words", "precious");
  expect_error(ErrorCode::usage, "belongs to something else",
               [&] { PairedOutput(folder.file("rows"), folder.file("words"), 1); });
  EXPECT_EQ(read_file(folder.file("words")), "precious");
  folder.write("rows", "old rows");
  PairedOutput(folder.file("rows"), folder.file("words"), 1).publish();
  EXPECT_EQ(read_file(folder.file("words")), "");
}

// Between the two, the new rows have no words rather than the old ones.
TEST(PairedOutput, NeverLeavesRowsWithTheWordsOfOthers) {
  const TempFolder folder;
  folder.write("rows", "old rows");
  // A folder cannot be replaced by a file: so publishing ends half-way.
  PairedOutput files(folder.file("rows"), folder.file("words"), 1);
  files.rows().write("rows");
  files.words().write("words");
  ASSERT_EQ(::mkdir(folder.file("words").c_str(), 0700), 0);
  expect_error(ErrorCode::io, "words", [&] { files.publish(); });
  EXPECT_EQ(read_file(folder.file("rows")), "old rows");
}

TEST(PairedOutput, ReplacesBothFilesAndLeavesNothingElse) {
  const TempFolder folder;
  folder.write("rows", "old rows");
  folder.write("words", "old words");
  PairedOutput files(folder.file("rows"), folder.file("words"), 1);
  files.rows().write("rows");
  files.words().write("words");
  files.publish();
  EXPECT_EQ(read_file(folder.file("rows")), "rows");
  EXPECT_EQ(read_file(folder.file("words")), "words");
  EXPECT_EQ(folder.names(), (Names{"rows", "words"}));
}

TEST(PairedOutput, LeavesTheOldPairWhenTheRowsCannotBePublished) {
  const TempFolder folder;
  folder.write("words", "old words");
  folder.write("rows", "old rows");
  {
    PairedOutput files(folder.file("rows"), folder.file("words"), 1);
    files.rows().write("rows");
    files.words().write("words");
    std::filesystem::remove(folder.file("rows"));
    ASSERT_EQ(::mkdir(folder.file("rows").c_str(), 0700), 0);
    expect_error(ErrorCode::io, "rows", [&] { files.publish(); });
  }
  EXPECT_EQ(read_file(folder.file("words")), "old words");
  EXPECT_EQ(folder.names(), (Names{"rows", "words"}));
}

}  // namespace
}  // namespace wordvec::array_writers_test
