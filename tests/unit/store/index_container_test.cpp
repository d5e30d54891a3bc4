#include "wordvec/store/index_container.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "support/temp_folder.h"
#include "support/tensors.h"
#include "wordvec/store/container.h"
#include "wordvec/store/container_writer.h"

namespace wordvec::index_container_test {
namespace {

using test::expect_error;
using test::random_rows;
using test::read_file;
using test::Rows;
using test::TempFolder;
using test::Tensors;

std::string write(const std::string& path, const Rows& rows, bool codes,
                  const ModelInfo& info = {}) {
  ContainerOptions options;
  options.codes = codes;
  ContainerWriter writer(path, info, options);
  rows.pour_into(writer);
  return path;
}

ModelInfo full_info() {
  ModelInfo info;
  info.source = "glove \"x\".txt";
  info.source_format = "glove";
  info.source_size_bytes = 123456789012;
  info.source_checksum = "0123456789abcdef0123456789abcdef";
  info.creator = "test 1";
  info.license = std::string(3000, '\x1f');  // six bytes each in JSON
  info.edits = "center; normalize";
  info.citation = "Pennington et al. 2014\n\x01 – GloVe";
  return info;
}

TEST(IndexContainer, GivesTheBytesOfAContainerThatWasWrittenWithCodes) {
  for (const std::size_t count : {1U, 16U, 17U, 1500U}) {
    for (const std::size_t dim : {1U, 9U, 64U}) {
      for (const ModelInfo& info : {ModelInfo{}, full_info()}) {
        const TempFolder folder;
        Rows rows = random_rows(count, dim, 1);
        if (count == 17) std::fill_n(rows.vectors.begin(), dim, 0.0F);
        const std::string expected = read_file(write(folder.file("with"), rows, true, info));
        const std::string path = write(folder.file("m"), rows, false, info);
        ASSERT_FALSE(read_file(path) == expected);
        IndexOptions options;
        options.threads = count == 16 ? 1 : 3;
        EXPECT_EQ(index_container(path, options), IndexOutcome::added);
        EXPECT_TRUE(read_file(path) == expected) << count << " rows of " << dim;
        EXPECT_EQ(folder.names(), (std::vector<std::string>{"m", "with"}));
      }
    }
  }
}

TEST(IndexContainer, DoesNothingWhereThereAreCodes) {
  const TempFolder folder;
  const std::string path = write(folder.file("m"), random_rows(50, 4, 2), true);
  const std::string before = read_file(path);
  EXPECT_EQ(index_container(path, {}), IndexOutcome::had_codes);
  EXPECT_TRUE(read_file(path) == before);
}

TEST(IndexContainer, AgainMakesTheSameCodesAndRepairsDamagedOnes) {
  const TempFolder folder;
  const std::string path = write(folder.file("m"), random_rows(50, 4, 3), true);
  const std::string before = read_file(path);
  IndexOptions options;
  options.again = true;
  EXPECT_EQ(index_container(path, options), IndexOutcome::added);
  EXPECT_TRUE(read_file(path) == before);
  std::string damaged = before;
  damaged.back() ^= 1;  // of scan.codes8
  test::write_file(path, damaged);
  EXPECT_FALSE(Container::open(path).verify().empty());
  EXPECT_EQ(index_container(path, {}), IndexOutcome::had_codes);
  EXPECT_TRUE(read_file(path) == damaged);
  EXPECT_EQ(index_container(path, options), IndexOutcome::added);
  EXPECT_TRUE(read_file(path) == before);
}

TEST(IndexContainer, KeepsWhatOtherToolsHaveAdded) {
  using namespace std::string_literals;
  const TempFolder folder;
  const Rows rows = random_rows(50, 4, 4);
  Tensors tensors(Container::open(write(folder.file("plain"), rows, false, full_info())));
  tensors.entries.push_back({"their.tensor", "F16", {1, 3, 1}, "abcdef"});
  tensors.entries.push_back({"with \"quotes\" and\nlines", "I64", {2}, std::string(16, 'x')});
  tensors.entries.push_back({"empty", "U8", {0}, ""});
  // One between our own.
  tensors.entries.insert(tensors.entries.begin() + 1, {"between", "U8", {3}, "\0\1\2"s});
  tensors.more_metadata = {{"their.key", "their \"value\"\n"}, {"emoji", "🦉"}, {"empty", ""}};
  tensors.write(folder.file("m"));
  EXPECT_EQ(index_container(folder.file("m"), {}), IndexOutcome::added);
  const Container container = Container::open(folder.file("m"));
  EXPECT_EQ(container.verify(), std::vector<std::string>{});
  EXPECT_FALSE(container.embeddings().codes.empty());
  EXPECT_EQ(container.header().metadata_value("their.key"), "their \"value\"\n");
  EXPECT_EQ(container.header().metadata_value("emoji"), "🦉");
  // An empty value is one, too.
  const auto& metadata = container.header().metadata;
  EXPECT_EQ(std::count(metadata.begin(), metadata.end(),
                       std::pair<std::string, std::string>("empty", "")),
            1);
  EXPECT_EQ(container.info().license, full_info().license);
  EXPECT_EQ(container.info().source_size_bytes, full_info().source_size_bytes);
  Tensors after(container);
  for (const Tensors::Entry& entry : tensors.entries) {
    const Tensors::Entry& found = after.at(entry.name);
    EXPECT_EQ(found.dtype, entry.dtype);
    EXPECT_EQ(found.shape, entry.shape);
    EXPECT_EQ(found.bytes, entry.bytes);
  }
  EXPECT_EQ(after.entries.size(), tensors.entries.size() + 6);
}

TEST(IndexContainer, KeepsManyAndLongAdditions) {
  const TempFolder folder;
  Tensors tensors(Container::open(write(folder.file("plain"), random_rows(20, 4, 5), false)));
  for (int i = 0; i < 60; ++i) {
    tensors.entries.push_back(
        {"their." + std::string(100, '\x01') + std::to_string(i), "U8", {1, 1, 1, 1}, "x"});
  }
  for (int i = 0; i < 300; ++i) {
    tensors.entries.push_back({"t" + std::to_string(i), "U8", {1}, "x"});
  }
  tensors.more_metadata = {{"long", std::string(50'000, '\x02')}};
  tensors.write(folder.file("m"));
  EXPECT_EQ(index_container(folder.file("m"), {}), IndexOutcome::added);
  const Container container = Container::open(folder.file("m"));
  EXPECT_EQ(container.verify(), std::vector<std::string>{});
  EXPECT_EQ(Tensors(container).entries.size(), tensors.entries.size() + 6);
  EXPECT_EQ(container.header().metadata_value("long"), std::string(50'000, '\x02'));
}

TEST(IndexContainer, RefusesATensorThatDoesNotHaveItsChecksum) {
  const TempFolder folder;
  const std::string path = write(folder.file("m"), random_rows(30, 4, 6), false);
  const std::string intact = read_file(path);
  const Container container = Container::open(path);
  for (const std::string name :
       {"embeddings", "norms", "words.text", "words.offsets", "words.slots"}) {
    const Tensor& tensor = *container.header().find(name);
    for (const std::uint64_t at : {tensor.begin, tensor.end - 1}) {
      std::string damaged = intact;
      damaged[at] ^= 1;
      test::write_file(folder.file("damaged"), damaged);
      const std::string message =
          expect_error(ErrorCode::malformed, "tensor '" + name + "' has the checksum",
                       [&] { index_container(folder.file("damaged"), {}); });
      EXPECT_NE(message.find(folder.file("damaged")), std::string::npos) << message;
      // Nothing is left behind, and nothing is lost.
      EXPECT_TRUE(read_file(folder.file("damaged")) == damaged);
      EXPECT_EQ(folder.names(), (std::vector<std::string>{"damaged", "m"}));
    }
  }
}

TEST(IndexContainer, LeavesAContainerOfZerosWithoutCodes) {
  const TempFolder folder;
  Rows rows;
  for (int r = 0; r < 20; ++r) rows.add("w" + std::to_string(r), {0, 0});
  const std::string path = write(folder.file("m"), rows, false);
  const std::string before = read_file(path);
  EXPECT_EQ(index_container(path, {}), IndexOutcome::nothing_to_code);
  EXPECT_TRUE(read_file(path) == before);
}

// What a newer wordvec has written may mean more than this one knows.
TEST(IndexContainer, RefusesANewerMinorVersion) {
  const TempFolder folder;
  const std::string path = write(folder.file("m"), random_rows(30, 4, 8), false);
  std::string newer = read_file(path);
  newer.replace(newer.find("\"1.4\""), 5, "\"1.7\"");
  test::write_file(path, newer);
  expect_error(ErrorCode::usage, "version 1.7", [&] { index_container(path, {}); });
  EXPECT_TRUE(read_file(path) == newer);
}

TEST(IndexContainer, TellsOfItsProgress) {
  const TempFolder folder;
  const std::string path = write(folder.file("m"), random_rows(5000, 300, 7), false);
  std::vector<std::uint64_t> done;
  std::uint64_t all = 0;
  IndexOptions options;
  options.progress = [&](std::uint64_t now, std::uint64_t total) {
    done.push_back(now);
    all = total;
  };
  EXPECT_EQ(index_container(path, options), IndexOutcome::added);
  ASSERT_FALSE(done.empty());
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_EQ(done.back(), all);
}

TEST(IndexContainer, RefusesWhatIsNoContainer) {
  const TempFolder folder;
  const std::string text = folder.write("text", "king 1 2 3\n");
  expect_error(ErrorCode::malformed, text, [&] { index_container(text, {}); });
  EXPECT_EQ(read_file(text), "king 1 2 3\n");
  expect_error(ErrorCode::io, folder.file("none"),
               [&] { index_container(folder.file("none"), {}); });
  const std::string path = write(folder.file("m"), random_rows(30, 4, 8), false);
  const std::string intact = read_file(path);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{7}, std::size_t{100}, intact.size() / 2, intact.size() - 1}) {
    const std::string cut = folder.write("cut", intact.substr(0, size));
    expect_error(ErrorCode::malformed, cut, [&] { index_container(cut, {}); });
    EXPECT_EQ(read_file(cut).size(), size);
  }
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"cut", "m", "text"}));
}

}  // namespace
}  // namespace wordvec::index_container_test
