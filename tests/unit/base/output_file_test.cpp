#include "wordvec/base/output_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "support/expect_error.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"
#include "wordvec/base/partial_name.h"

namespace wordvec::output_file_test {
namespace {

using test::expect_error;
using test::read_file;
using test::TempFolder;
using Names = std::vector<std::string>;

// All of it but files that are not finished.
Names finished(const TempFolder& folder) {
  Names names = folder.names();
  std::erase_if(names, [](const std::string& name) { return name.starts_with(".wordvec-"); });
  return names;
}

// True in the second run of these tests, without O_TMPFILE (tests/support/without_tmpfile).
bool is_without_tmpfile() {
  return std::getenv("WORDVEC_WITHOUT_TMPFILE") != nullptr;
}

TEST(OutputFile, IsTestedWithoutTmpfileWhereThatIsSaid) {
  const TempFolder folder;
  const FileDescriptor fd(::open(folder.path().c_str(), O_TMPFILE | O_RDWR, 0600));
  if (!is_without_tmpfile()) return;
  EXPECT_FALSE(fd.is_open());
}

TEST(OutputFile, AppearsWholeWhenPublished) {
  const TempFolder folder;
  OutputFile file = OutputFile::create(folder.file("out"));
  file.write("hello, ");
  file.write("world");
  EXPECT_EQ(finished(folder), Names{});
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

TEST(OutputFile, FollowsALinkToAnOpenDescriptorAndAddsToItsFile) {
  const TempFolder folder;
  const std::string path = folder.write("log", "first ");
  const FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_APPEND));
  std::filesystem::create_symlink("/dev/fd/" + std::to_string(fd.get()), folder.file("link"));
  OutputFile file = OutputFile::create(folder.file("link"));
  EXPECT_FALSE(file.is_seekable());
  file.write("second");
  file.publish();
  EXPECT_EQ(read_file(path), "first second");
  EXPECT_EQ(folder.names(), (Names{"link", "log"}));
}

TEST(OutputFile, RefusesLinksInACircle) {
  const TempFolder folder;
  std::filesystem::create_symlink("b", folder.file("a"));
  std::filesystem::create_symlink("a", folder.file("b"));
  expect_error(ErrorCode::io, "Too many levels of symbolic links",
               [&] { OutputFile::create(folder.file("a")); });
}

TEST(OutputFile, StaysInTheFolderThatItsPathLedTo) {
  const TempFolder folder;
  folder.write("one/kept", "");
  folder.write("two/kept", "");
  std::filesystem::create_directory_symlink("one", folder.file("link"));
  OutputFile file = OutputFile::create(folder.file("link/out"));
  std::filesystem::remove(folder.file("link"));
  std::filesystem::create_directory_symlink("two", folder.file("link"));
  file.write("x");
  file.publish();
  EXPECT_EQ(read_file(folder.file("one/out")), "x");
  EXPECT_FALSE(std::filesystem::exists(folder.file("two/out")));
}

constexpr ::uid_t kOther = 65534;

// A folder like /tmp with `make(path)` in it, which belongs to another user.
template <class Make>
std::string planted(const TempFolder& folder, const char* name, const Make& make) {
  EXPECT_EQ(::chmod(folder.path().c_str(), 01777), 0);
  make(folder.file(name));
  EXPECT_EQ(::lchown(folder.file(name).c_str(), kOther, kOther), 0);
  return folder.file(name);
}

void expect_refused(const std::string& path) {
  expect_error(ErrorCode::io, "another user has put a", [&] { OutputFile::create(path); });
}

TEST(OutputFile, TakesNothingThatAnotherUserHasPutIntoAFolderForAll) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const TempFolder target;
  const std::string precious = target.write("precious", "old");
  const auto link = [&](const std::string& path) {
    std::filesystem::create_symlink(precious, path);
  };
  const TempFolder folder;
  expect_refused(planted(folder, "link", link));
  expect_refused(planted(folder, "dangling", [](const std::string& path) {
    std::filesystem::create_symlink("nowhere", path);
  }));
  expect_refused(
      planted(folder, "file", [&](const std::string& path) { test::write_file(path, "theirs"); }));
  expect_refused(planted(
      folder, "pipe", [](const std::string& path) { EXPECT_EQ(::mkfifo(path.c_str(), 0666), 0); }));
  EXPECT_EQ(read_file(precious), "old");
  EXPECT_EQ(folder.names(), (Names{"dangling", "file", "link", "pipe"}));

  // A link to it from elsewhere leads to the same.
  std::filesystem::create_symlink(folder.file("link"), target.file("first"));
  expect_refused(target.file("first"));

  // Where only the owner of the folder can put things, they are trusted.
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  OutputFile::create(folder.file("link")).publish();
  EXPECT_EQ(read_file(precious), "");
  ASSERT_EQ(::chmod(folder.path().c_str(), 01777), 0);
  ASSERT_EQ(::chown(folder.path().c_str(), kOther, kOther), 0);
  OutputFile::create(folder.file("file")).publish();
  EXPECT_EQ(read_file(folder.file("file")), "");
}

// A file under the name of an unfinished one, as earlier versions had them too.
std::string partial_name(const std::string& target, const std::string& rest) {
  return partial_prefix(target) + rest;
}

TEST(OutputFile, RemovesWhatAKilledWriterOfTheSameFileLeft) {
  const TempFolder folder;
  folder.write("file", "old");
  for (const char* rest : {"", ".123.4", ".0123456789abcdef"}) {
    folder.write(partial_name("file", rest), "left");
  }
  const std::string of_another_file = partial_name("other", ".0123456789abcdef");
  const std::string of_a_living_writer = partial_name("file", ".1");
  folder.write(of_another_file, "left");
  folder.write(of_a_living_writer, "at work");
  const FileDescriptor living(::open(folder.file(of_a_living_writer).c_str(), O_RDWR));
  ASSERT_EQ(::flock(living.get(), LOCK_EX), 0);
  OutputFile file = OutputFile::create(folder.file("file"));
  file.write("new");
  file.publish();
  Names expected = {of_another_file, of_a_living_writer, "file"};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(folder.names(), expected);
  EXPECT_EQ(read_file(folder.file("file")), "new");
}

TEST(OutputFile, LeavesAloneWhatOnlyHasTheNameOfAnUnfinishedFile) {
  const TempFolder folder;
  const std::string precious = folder.write("precious", "old");
  std::filesystem::create_symlink("precious", folder.file(partial_name("file", "")));
  std::filesystem::create_symlink("precious", folder.file(partial_name("file", ".1")));
  std::filesystem::create_directory(folder.file(partial_name("file", ".2")));
  ASSERT_EQ(::mkfifo(folder.file(partial_name("file", ".3")).c_str(), 0600), 0);
  Names expected = folder.names();
  if (::geteuid() == 0) {
    expected.push_back(partial_name("file", ".4"));
    const std::string theirs = folder.write(expected.back(), "theirs");
    ASSERT_EQ(::chown(theirs.c_str(), kOther, kOther), 0);
  }
  OutputFile file = OutputFile::create(folder.file("file"));
  file.write("new");
  file.publish();
  expected.emplace_back("file");
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(folder.names(), expected);
  EXPECT_EQ(read_file(precious), "old");
  EXPECT_EQ(read_file(folder.file("file")), "new");
}

TEST(OutputFile, NoticesThatTheUnfinishedFileWasReplaced) {
  if (!is_without_tmpfile()) GTEST_SKIP() << "it has no name";
  const TempFolder folder;
  folder.write("out", "old");
  {
    OutputFile file = OutputFile::create(folder.file("out"));
    file.write("new");
    const Names names = folder.names();
    ASSERT_EQ(names.size(), 2U);
    ASSERT_TRUE(names[0].starts_with(partial_prefix("out"))) << names[0];
    std::filesystem::remove(folder.file(names[0]));
    folder.write(names[0], "other");
    expect_error(ErrorCode::io, "removed or replaced the unfinished file", [&] { file.publish(); });
  }
  EXPECT_EQ(read_file(folder.file("out")), "old");
}

TEST(OutputFile, BringsBackTheOldFileThatWasPutAside) {
  const TempFolder folder;
  folder.write("out", "old");
  {
    OutputFile file = OutputFile::create(folder.file("out"));
    file.put_old_aside();
    EXPECT_EQ(finished(folder), Names{});
    // Another writer of the same file does not take it for left.
    OutputFile::create(folder.file("out"));
  }
  EXPECT_EQ(folder.names(), Names{"out"});
  EXPECT_EQ(read_file(folder.file("out")), "old");
  {
    OutputFile file = OutputFile::create(folder.file("out"));
    file.put_old_aside();
    EXPECT_EQ(file.drop_old(), 0);
  }
  EXPECT_EQ(folder.names(), Names{});
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
}  // namespace wordvec::output_file_test
