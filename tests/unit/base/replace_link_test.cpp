#include "wordvec/base/replace_link.h"

#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <fcntl.h>
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/temp_folder.h"
#include "wordvec/base/file_descriptor.h"
#include "wordvec/base/partial_name.h"

namespace wordvec::replace_link_test {
namespace {

using test::expect_error;
using test::TempFolder;
using Names = std::vector<std::string>;

std::string read_link(const TempFolder& folder, const char* name) {
  return std::filesystem::read_symlink(folder.file(name)).string();
}

TEST(ReplaceLink, MakesAndReplacesLinksAndLeavesNothingElse) {
  const TempFolder folder;
  for (const char* target : {"a", "b", "b", "a longer one"}) {
    replace_link(folder.file("link"), target);
    EXPECT_EQ(read_link(folder, "link"), target);
    EXPECT_EQ(folder.names(), Names{"link"});
  }
}

TEST(ReplaceLink, WorksForThoseWhoDoNotHearOfChildren) {
  const TempFolder folder;
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  replace_link(folder.file("link"), "a");
  replace_link(folder.file("link"), "b");
  std::signal(SIGCHLD, before);
  EXPECT_EQ(read_link(folder, "link"), "b");
}

TEST(ReplaceLink, SaysWhyItCannot) {
  const TempFolder folder;
  expect_error(ErrorCode::io, "No such file or directory",
               [&] { replace_link(folder.file("missing/link"), "a"); });
  std::filesystem::create_directory(folder.file("link"));
  expect_error(ErrorCode::io, "cannot make the link: Is a directory",
               [&] { replace_link(folder.file("link"), "a"); });
  EXPECT_EQ(folder.names(), Names{"link"});
}

TEST(ReplaceLink, RemovesLinksThatKilledRunsLeftAndNothingElse) {
  const TempFolder folder;
  const std::string prefix = partial_prefix("link");
  std::filesystem::create_symlink("left", folder.file(prefix + ".1"));
  const std::string file = prefix + ".2";
  const std::string other = partial_prefix("other") + ".1";
  folder.write(file, "kept");
  std::filesystem::create_symlink("kept", folder.file(other));
  {
    // Another process is making one at this moment.
    const FileDescriptor lock(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY));
    ASSERT_EQ(::flock(lock.get(), LOCK_SH), 0);
    replace_link(folder.file("link"), "a");
    EXPECT_EQ(folder.names().size(), 4U);
  }
  replace_link(folder.file("link"), "b");
  Names expected = {file, other, "link"};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(folder.names(), expected);
}

}  // namespace
}  // namespace wordvec::replace_link_test
