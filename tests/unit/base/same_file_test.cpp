#include "wordvec/base/same_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "support/temp_folder.h"
#include "wordvec/base/file_descriptor.h"
#include "wordvec/base/is_there.h"

namespace wordvec::same_file_test {
namespace {

namespace fs = std::filesystem;
using test::TempFolder;

TEST(SameFile, IsToldThroughLinksAndNotOfFolders) {
  const TempFolder folder;
  const std::string a = folder.write("a", "x");
  const std::string b = folder.write("b", "x");
  fs::create_symlink("a", folder.file("link"));
  fs::create_hard_link(a, folder.file("hard"));
  EXPECT_TRUE(is_same_file(a, folder.file("link")));
  EXPECT_TRUE(is_same_file(a, folder.file("hard")));
  EXPECT_FALSE(is_same_file(a, b));
  EXPECT_FALSE(is_same_file(a, folder.file("missing")));
  EXPECT_FALSE(is_same_file(folder.path(), folder.path()));
  EXPECT_FALSE(is_same_file("-", "-"));
}

TEST(IsStillAt, IsFalseOnceTheNameIsOfSomethingElse) {
  const TempFolder folder;
  const std::string a = folder.write("a", "x");
  const FileDescriptor fd(::open(a.c_str(), O_RDONLY));
  const FileDescriptor around(::open(folder.path().c_str(), O_PATH));
  EXPECT_TRUE(is_still_at(fd.get(), AT_FDCWD, a));
  EXPECT_TRUE(is_still_at(fd.get(), around.get(), "a"));
  fs::rename(a, folder.file("b"));
  EXPECT_FALSE(is_still_at(fd.get(), AT_FDCWD, a));
  EXPECT_TRUE(is_still_at(fd.get(), around.get(), "b"));
  // A link to it is not the file itself.
  fs::create_symlink("b", a);
  EXPECT_FALSE(is_still_at(fd.get(), AT_FDCWD, a));
  fs::remove(a);
  folder.write("a", "another");
  EXPECT_FALSE(is_still_at(fd.get(), AT_FDCWD, a));
}

TEST(IsThere, IsFalseOfWhatIsNotThereAndLinksThatLeadNowhere) {
  const TempFolder folder;
  const std::string file = folder.write("file", "x");
  fs::create_symlink("nowhere", folder.file("dangling"));
  fs::create_symlink("circle", folder.file("circle"));
  EXPECT_TRUE(is_there(file));
  EXPECT_TRUE(is_there(folder.path()));
  EXPECT_FALSE(is_there(folder.file("missing")));
  EXPECT_FALSE(is_there(file + "/below"));
  EXPECT_FALSE(is_there(folder.file("dangling")));
  EXPECT_FALSE(is_there(folder.file("circle")));
  EXPECT_FALSE(is_there(folder.file(std::string(300, 'x'))));
}

}  // namespace
}  // namespace wordvec::same_file_test
