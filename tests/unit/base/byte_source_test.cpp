#include "wordvec/base/byte_source.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>

#include "support/expect_error.h"
#include "support/sanitized.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"

namespace wordvec::byte_source_test {
namespace {

using test::expect_error;
using test::TempFolder;

std::string numbered_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 131 + (i >> 8));
  return bytes;
}

std::string checksum_of(const std::string& bytes) {
  Hash128 hash;
  hash.update(std::as_bytes(std::span(bytes)));
  return hash.hex();
}

// Runs a test on the same bytes in a file, in a pipe and in memory.
void for_each_kind(const std::string& bytes, const std::function<void(ByteSource&)>& check) {
  {
    SCOPED_TRACE("memory");
    ByteSource source = ByteSource::from_memory("name", bytes);
    EXPECT_EQ(source.name(), "name");
    EXPECT_TRUE(source.views_persist());
    EXPECT_EQ(source.size_bytes(), bytes.size());
    check(source);
  }
  const TempFolder folder;
  {
    SCOPED_TRACE("file");
    ByteSource source = ByteSource::open(folder.write("file", bytes));
    EXPECT_EQ(source.name(), folder.file("file"));
    EXPECT_TRUE(source.views_persist());
    EXPECT_EQ(source.size_bytes(), bytes.size());
    check(source);
  }
  {
    SCOPED_TRACE("pipe");
    ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
    std::jthread writer([&] {
      std::ofstream out(folder.file("pipe"), std::ios::binary);
      for (std::size_t i = 0; i < bytes.size(); i += 70'000) out << bytes.substr(i, 70'000);
    });
    ByteSource source = ByteSource::open(folder.file("pipe"));
    EXPECT_FALSE(source.views_persist());
    EXPECT_EQ(source.size_bytes(), std::nullopt);
    check(source);
  }
}

TEST(ByteSource, GivesAllBytesInOrderWhateverTheSteps) {
  const std::string bytes = numbered_bytes(3'500'000);
  for_each_kind(bytes, [&](ByteSource& source) {
    std::string all;
    std::size_t step = 1;
    while (!source.at_end()) {
      const std::string_view ahead = source.peek(step);
      ASSERT_TRUE(ahead.size() >= step || all.size() + ahead.size() == bytes.size());
      const std::size_t take = std::min(step, ahead.size());
      all += ahead.substr(0, take);
      source.skip(take);
      EXPECT_EQ(source.position_bytes(), all.size());
      step = step * 3 % 1'500'007;
    }
    EXPECT_TRUE(all == bytes);
    EXPECT_EQ(source.checksum(), checksum_of(bytes));
    EXPECT_TRUE(source.peek(1).empty());
  });
}

TEST(ByteSource, PeekTakesNothing) {
  for_each_kind("abcdef", [](ByteSource& source) {
    EXPECT_EQ(source.peek(2).substr(0, 2), "ab");
    EXPECT_EQ(source.peek(100), "abcdef");
    EXPECT_EQ(source.position_bytes(), 0U);
    source.skip(3);
    EXPECT_EQ(source.peek(100), "def");
    EXPECT_EQ(source.peek(0).substr(0, 3), "def");
    EXPECT_EQ(source.position_bytes(), 3U);
    EXPECT_EQ(source.checksum(), checksum_of("abc"));
  });
}

TEST(ByteSource, MayBeEmpty) {
  for_each_kind("", [](ByteSource& source) {
    EXPECT_TRUE(source.at_end());
    EXPECT_TRUE(source.peek(10).empty());
    EXPECT_EQ(source.checksum(), checksum_of(""));
  });
}

TEST(ByteSource, NamesWhatCannotBeOpened) {
  const TempFolder folder;
  const std::string what = expect_error(ErrorCode::io, "No such file or directory",
                                        [&] { ByteSource::open(folder.file("missing")); });
  EXPECT_EQ(what.find(folder.file("missing")), 0U) << what;
  expect_error(ErrorCode::io, "is a folder", [&] { ByteSource::open(folder.path()); });
}

TEST(MappedFile, MapsFilesAndRefusesEverythingElse) {
  const TempFolder folder;
  const MappedFile file = MappedFile::open(folder.write("file", "abc"));
  EXPECT_EQ(file.bytes(), "abc");
  EXPECT_LE(file.resident_bytes(), 3U);
  EXPECT_TRUE(MappedFile::open(folder.write("empty", "")).bytes().empty());
  expect_error(ErrorCode::io, "is a folder", [&] { MappedFile::open(folder.path()); });
  expect_error(ErrorCode::io, "not a regular file", [] { MappedFile::open("/dev/null"); });
  expect_error(ErrorCode::io, "No such file", [&] { MappedFile::open(folder.file("missing")); });
}

TEST(MappedFile, KeepsItsBytesWhenMovedAndWhenTheFileIsGone) {
  const TempFolder folder;
  MappedFile first = MappedFile::open(folder.write("a", "first"));
  const std::string_view view = first.bytes();
  MappedFile second = std::move(first);
  EXPECT_EQ(std::remove(folder.file("a").c_str()), 0);
  EXPECT_EQ(view, "first");
  second = MappedFile::open(folder.write("b", "second"));
  EXPECT_EQ(second.bytes(), "second");
}

TEST(ByteSource, GivesItsMappingAwayWithoutReadingItAgain) {
  const TempFolder folder;
  const std::string path = folder.write("file", "some bytes");
  ByteSource source = ByteSource::open(path);
  const char* const begin = source.peek(1).data();
  const auto file = source.release_file();
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->bytes(), "some bytes");
  EXPECT_EQ(file->bytes().data(), begin);
  EXPECT_TRUE(source.at_end());
  EXPECT_FALSE(source.release_file().has_value());
}

TEST(ByteSource, HasNoMappingToGiveOfMemory) {
  ByteSource source = ByteSource::from_memory("memory", "some bytes");
  EXPECT_FALSE(source.release_file().has_value());
  EXPECT_EQ(source.peek(10), "some bytes");
}

// Gives letters, in pieces of at most three, as if from an archive of a tenth of their size.
class Letters final : public ByteStream {
 public:
  explicit Letters(std::size_t count) : left_(count) {}
  std::size_t read(std::span<char> into) override {
    const std::size_t count = std::min(left_, into.size());
    for (char& c : into.first(count)) c = static_cast<char>('a' + given_++ % 26);
    left_ -= count;
    return count;
  }
  std::uint64_t file_position_bytes() const noexcept override { return given_ / 10; }

 private:
  std::size_t left_;
  std::size_t given_ = 0;
};

TEST(ByteSource, ReadsAStreamAndTellsHowFarItsFileIs) {
  ByteSource source =
      ByteSource::from_stream("archive:member", "archive", std::make_unique<Letters>(60));
  EXPECT_EQ(source.name(), "archive:member");
  EXPECT_EQ(source.path(), "archive");
  EXPECT_FALSE(source.views_persist());
  EXPECT_EQ(source.peek(3).substr(0, 3), "abc");
  source.skip(50);
  EXPECT_EQ(source.position_bytes(), 50U);
  EXPECT_EQ(source.file_position_bytes(), 6U);
  EXPECT_EQ(source.peek(20), "yzabcdefgh");
}

TEST(ByteSource, TakesTheRestOfAStreamIntoMemory) {
  constexpr std::size_t kSize = (std::size_t{5} << 20) + 7;
  ByteSource source = ByteSource::from_stream("letters", "", std::make_unique<Letters>(kSize));
  source.peek(5);
  source.skip(5);
  const std::string_view rest = source.peek_all();
  EXPECT_TRUE(source.views_persist());
  EXPECT_EQ(source.size_bytes(), kSize);
  ASSERT_EQ(rest.size(), kSize - 5);
  EXPECT_EQ(rest.front(), 'f');
  source.skip(1);
  EXPECT_EQ(source.position_bytes(), 6U);
  EXPECT_EQ(source.peek(1).data(), rest.data() + 1);
  source.skip(kSize - 6);
  EXPECT_TRUE(source.at_end());
}

TEST(ByteSource, ReadsAStreamAsFarAsItIsNeeded) {
  constexpr std::size_t kMegabyte = std::size_t{1} << 20;
  constexpr std::size_t kSize = 100 * kMegabyte;
  ByteSource source = ByteSource::from_stream("letters", "", std::make_unique<Letters>(kSize));
  std::vector<std::size_t> seen;
  const std::string_view bytes = source.peek_needed([&](std::string_view begin) {
    seen.push_back(begin.size());
    return begin.size() < 5 * kMegabyte ? 5 * kMegabyte : 6 * kMegabyte;
  });
  EXPECT_GT(bytes.size(), 6 * kMegabyte);
  EXPECT_LE(bytes.size(), 13 * kMegabyte);
  ASSERT_EQ(seen.size(), 3U);  // what it asks for is there when it is asked again
  EXPECT_GT(seen[1], 5 * kMegabyte);
  EXPECT_GT(seen[2], 6 * kMegabyte);
  EXPECT_EQ(bytes.substr(0, 3), "abc");
  EXPECT_TRUE(source.views_persist());
}

TEST(ByteSource, ReadsAShortStreamToItsEnd) {
  ByteSource source = ByteSource::from_stream("letters", "", std::make_unique<Letters>(5));
  EXPECT_EQ(source.peek_needed([](std::string_view) { return std::uint64_t{1} << 60; }), "abcde");
}

TEST(ByteSource, RefusesAStreamThatIsTooLong) {
  constexpr std::size_t kSize = (std::size_t{3} << 20) + 1;
  const auto peek = [kSize](std::uint64_t most) {
    ByteSource source = ByteSource::from_stream("letters", "", std::make_unique<Letters>(kSize));
    return source.peek_all(most, "a list").size();
  };
  EXPECT_EQ(peek(kSize), kSize);
  test::expect_error(ErrorCode::malformed, "has more than the 3145728 bytes that a list may have",
                     [&] { peek(kSize - 1); });
}

TEST(ByteSource, HoldsTheRestOfAStreamOnce) {
  const auto most_memory_kib = [] {
    rusage usage{};
    EXPECT_EQ(::getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
  };
  constexpr std::size_t kSize = (std::size_t{64} << 20) + 1;
  const auto before = most_memory_kib();
  ByteSource source = ByteSource::from_stream("letters", "", std::make_unique<Letters>(kSize));
  EXPECT_EQ(source.peek_all().size(), kSize);
  // A sanitizer's realloc() copies.
  if (!test::kSanitized) {
    EXPECT_LT(most_memory_kib() - before, 96 << 10);
  }
}

TEST(ByteSource, ShowsAllOfAFileWithoutACopy) {
  const TempFolder folder;
  ByteSource source = ByteSource::open(folder.write("file", "some bytes"));
  const char* const begin = source.peek(1).data();
  EXPECT_EQ(source.peek_all(), "some bytes");
  EXPECT_EQ(source.peek_all().data(), begin);
}

}  // namespace
}  // namespace wordvec::byte_source_test
