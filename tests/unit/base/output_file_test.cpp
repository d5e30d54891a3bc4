#include "wordvec/base/output_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "support/expect_error.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"
#include "wordvec/base/hash.h"

namespace wordvec {
namespace {

using test::expect_error;
using test::read_file;
using test::TempFolder;
using Names = std::vector<std::string>;

TEST(OutputFile, AppearsWholeWhenPublished) {
  const TempFolder folder;
  OutputFile file = OutputFile::create(folder.file("out"));
  file.write("hello, ");
  file.write("world");
  EXPECT_EQ(folder.names(), Names{});
  EXPECT_EQ(file.size_bytes(), 12U);
  EXPECT_TRUE(file.is_seekable());
  file.publish();
  EXPECT_EQ(folder.names(), Names{"out"});
  EXPECT_EQ(read_file(folder.file("out")), "hello, world");
}

TEST(OutputFile, MayBeEmpty) {
  const TempFolder folder;
  OutputFile::create(folder.file("out")).publish();
  EXPECT_EQ(read_file(folder.file("out")), "");
}

TEST(OutputFile, LeavesNothingWhenDropped) {
  const TempFolder folder;
  {
    OutputFile file = OutputFile::create(folder.file("out"));
    file.write("half");
  }
  EXPECT_EQ(folder.names(), Names{});
}

TEST(OutputFile, KeepsTheOldFileWhenDropped) {
  const TempFolder folder;
  const std::string path = folder.write("out", "old");
  {
    OutputFile file = OutputFile::create(path);
    file.write("new, and longer");
    EXPECT_EQ(read_file(path), "old");
  }
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(folder.names(), Names{"out"});
}

TEST(OutputFile, ReplacesTheOldFileInOneStep) {
  const TempFolder folder;
  const std::string path = folder.write("out", "old");
  const int old = ::open(path.c_str(), O_RDONLY);
  OutputFile file = OutputFile::create(path);
  file.write("new");
  file.publish();
  EXPECT_EQ(read_file(path), "new");
  EXPECT_EQ(folder.names(), Names{"out"});
  char bytes[8];  // who had the old file open still has it
  EXPECT_EQ(::read(old, bytes, sizeof bytes), 3);
  EXPECT_EQ(std::string(bytes, 3), "old");
  ::close(old);
}

TEST(OutputFile, MayBeMovedBeforePublishing) {
  const TempFolder folder;
  {
    std::optional<OutputFile> file;
    {
      OutputFile first = OutputFile::create(folder.file("out"));
      first.write("a");
      file.emplace(std::move(first));
    }
    file->write("b");
    file->publish();
  }
  EXPECT_EQ(read_file(folder.file("out")), "ab");
}

TEST(OutputFile, WritesAtAnOffset) {
  const TempFolder folder;
  OutputFile file = OutputFile::create(folder.file("out"));
  file.write("0123456789");
  const std::string patch = "ab";
  file.write_at(std::as_bytes(std::span(patch)), 3);
  file.write("x");
  file.publish();
  EXPECT_EQ(read_file(folder.file("out")), "012ab56789x");
}

TEST(OutputFile, RefusesAFolder) {
  const TempFolder folder;
  expect_error(ErrorCode::io, "is a folder", [&] { OutputFile::create(folder.path()); });
}

TEST(OutputFile, RefusesAMissingFolder) {
  const TempFolder folder;
  const std::string what = expect_error(ErrorCode::io, "No such file or directory",
                                        [&] { OutputFile::create(folder.file("missing/out")); });
  EXPECT_NE(what.find(folder.file("missing/out")), std::string::npos) << what;
  EXPECT_EQ(folder.names(), Names{});
}

TEST(OutputFile, RefusesAFileAsFolder) {
  const TempFolder folder;
  folder.write("file", "x");
  expect_error(ErrorCode::io, "Not a directory",
               [&] { OutputFile::create(folder.file("file/out")); });
}

TEST(OutputFile, FollowsASymbolicLinkAndKeepsIt) {
  const TempFolder folder;
  folder.write("real/file", "old");
  std::filesystem::create_symlink("real/file", folder.file("link"));
  OutputFile file = OutputFile::create(folder.file("link"));
  file.write("new");
  file.publish();
  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link")));
  EXPECT_FALSE(std::filesystem::is_symlink(folder.file("real/file")));
  EXPECT_EQ(read_file(folder.file("real/file")), "new");
  EXPECT_EQ(folder.names(), (Names{"link", "real"}));
}

TEST(OutputFile, FollowsALinkToAFileThatDoesNotExistYet) {
  const TempFolder folder;
  folder.write("real/other", "");
  std::filesystem::create_symlink("real/file", folder.file("second"));
  std::filesystem::create_symlink("second", folder.file("first"));
  OutputFile file = OutputFile::create(folder.file("first"));
  file.write("new");
  file.publish();
  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("first")));
  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("second")));
  EXPECT_EQ(read_file(folder.file("real/file")), "new");
}

// The name under which a whole file stands for an instant while it replaces another. The last
// number is that of a descriptor, one that this process does not have.
std::string leftover_name(const std::string& target, pid_t pid) {
  char name[64];
  std::snprintf(name, sizeof name, ".wordvec-%08x.partial.%d.999",
                static_cast<unsigned>(hash64(target) & 0xffffffffU), static_cast<int>(pid));
  return name;
}

TEST(OutputFile, RemovesWhatAKilledWriterOfTheSameFileLeft) {
  const pid_t dead = ::fork();
  if (dead == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(dead, nullptr, 0), dead);

  const TempFolder folder;
  folder.write("file", "old");
  folder.write(leftover_name("file", dead), "left");
  const std::string of_another_file = leftover_name("other", dead);
  const std::string of_a_living_writer = leftover_name("file", ::getpid());
  folder.write(of_another_file, "left");
  folder.write(of_a_living_writer, "at work");
  OutputFile file = OutputFile::create(folder.file("file"));
  file.write("new");
  file.publish();
  Names expected = {of_another_file, of_a_living_writer, "file"};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(folder.names(), expected);
}

TEST(OutputFile, KeepsTheModeOfTheOldFile) {
  const TempFolder folder;
  const std::string path = folder.write("out", "old");
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  OutputFile file = OutputFile::create(path);
  file.publish();
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640U);
}

TEST(OutputFile, GivesANewFileTheModeThatUmaskLeaves) {
  const TempFolder folder;
  const mode_t old_mask = ::umask(0027);
  OutputFile file = OutputFile::create(folder.file("out"));
  file.publish();
  ::umask(old_mask);
  struct stat status {};
  ASSERT_EQ(::stat(folder.file("out").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640U);
}

TEST(OutputFile, ReportsAFullDevice) {
  OutputFile file = OutputFile::create("/dev/full");
  EXPECT_FALSE(file.is_seekable());
  const std::string what =
      expect_error(ErrorCode::io, "No space left on device", [&] { file.write("x"); });
  EXPECT_EQ(what.find("/dev/full"), 0U) << what;
}

TEST(OutputFile, WritesThroughAPipe) {
  const TempFolder folder;
  const std::string path = folder.file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::string received;
  std::jthread reader([&] { received = read_file(path); });
  {
    OutputFile file = OutputFile::create(path);
    EXPECT_FALSE(file.is_seekable());
    file.write(std::string(100'000, 'a'));
    file.write("b");
    file.publish();
  }
  reader.join();
  EXPECT_EQ(received, std::string(100'000, 'a') + "b");
  EXPECT_EQ(folder.names(), Names{"pipe"});
}

TEST(OutputFile, TellsAClosedPipeFromAFailure) {
  std::signal(SIGPIPE, SIG_IGN);
  const TempFolder folder;
  const std::string path = folder.file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  OutputFile file = OutputFile::create(path);
  ::close(reader);
  expect_error(ErrorCode::closed_pipe, "Broken pipe", [&] { file.write("x"); });
}

// While it lives, files cannot grow past a size, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    old_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

TEST(OutputFile, LeavesTheOldFileWhenTheDiskIsFull) {
  const TempFolder folder;
  const std::string path = folder.write("out", "old");
  {
    OutputFile file = OutputFile::create(path);
    const std::string block(10'000, 'x');
    const FileSizeLimit limit(25'000);
    file.write(block);
    file.write(block);
    expect_error(ErrorCode::io, "File too large", [&] { file.write(block); });
  }
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(folder.names(), Names{"out"});
}

TEST(OutputFile, TakesNoMoreSpaceThanItHolds) {
  const TempFolder folder;
  OutputFile file = OutputFile::create(folder.file("out"));
  const std::string block(std::size_t{1} << 20, 'x');
  for (int i = 0; i < 20; ++i) file.write(block);
  file.write("end");
  file.publish();
  struct stat status {};
  ASSERT_EQ(::stat(folder.file("out").c_str(), &status), 0);
  EXPECT_EQ(status.st_size, (20 << 20) + 3);
  EXPECT_LT(status.st_blocks * 512, status.st_size + (1 << 20));
}

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  std::mt19937 random(7);
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

TEST(OutputFile, MovesTheTailUpAndDown) {
  const TempFolder folder;
  // Longer than the block in which it is moved, by a part of a block.
  const std::string tail = random_bytes((std::size_t{9} << 20) + 12'345);
  const std::uint64_t head = 20;
  for (const std::uint64_t to :
       {std::uint64_t{21}, std::uint64_t{3}, std::uint64_t{20}, std::uint64_t{5'000'000}}) {
    OutputFile file = OutputFile::create(folder.file("out"));
    file.write(std::string(head, 'h'));
    file.write(tail);
    file.move_tail(head, to);
    EXPECT_EQ(file.size_bytes(), to + tail.size());
    file.write("!");
    file.publish();
    const std::string bytes = read_file(folder.file("out"));
    EXPECT_EQ(bytes.size(), to + tail.size() + 1) << to;
    const std::size_t kept = static_cast<std::size_t>(std::min(head, to));
    EXPECT_EQ(bytes.substr(0, kept), std::string(kept, 'h'));
    EXPECT_TRUE(bytes.substr(static_cast<std::size_t>(to)) == tail + "!") << to;
  }
}

TEST(OutputFile, MovesAnEmptyTail) {
  const TempFolder folder;
  OutputFile file = OutputFile::create(folder.file("out"));
  file.write("abcdef");
  file.move_tail(6, 3);
  file.publish();
  EXPECT_EQ(read_file(folder.file("out")), "abc");
}

TEST(OutputFile, LetsTheLastOfTwoWritersWin) {
  const TempFolder folder;
  const std::string path = folder.file("out");
  OutputFile first = OutputFile::create(path);
  OutputFile second = OutputFile::create(path);
  first.write("first");
  second.write("second");
  second.publish();
  first.publish();
  EXPECT_EQ(read_file(path), "first");
  EXPECT_EQ(folder.names(), Names{"out"});
}

TEST(OutputFile, SurvivesManyWritersOfOneTarget) {
  const TempFolder folder;
  const std::string path = folder.file("out");
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < 4; ++w) {
      writers.emplace_back([&, w] {
        for (int i = 0; i < 25; ++i) {
          OutputFile file = OutputFile::create(path);
          file.write(std::string(10'000, static_cast<char>('a' + w)));
          file.publish();
        }
      });
    }
  }
  const std::string bytes = read_file(path);
  EXPECT_EQ(bytes, std::string(10'000, bytes.at(0)));
  EXPECT_EQ(folder.names(), Names{"out"});
}

}  // namespace
}  // namespace wordvec
