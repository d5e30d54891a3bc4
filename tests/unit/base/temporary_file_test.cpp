#include "wordvec/base/temporary_file.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <string>

#include "support/expect_error.h"
#include "support/temp_folder.h"

namespace wordvec::test::temporary_file_test {
namespace {

// The folder of temporary files, as long as this lives.
class TemporaryFolderIs {
 public:
  explicit TemporaryFolderIs(const std::string& path) {
    if (const char* const value = std::getenv("TMPDIR")) before_ = value;
    ::setenv("TMPDIR", path.c_str(), 1);
  }
  ~TemporaryFolderIs() {
    if (before_.empty()) {
      ::unsetenv("TMPDIR");
    } else {
      ::setenv("TMPDIR", before_.c_str(), 1);
    }
  }
  TemporaryFolderIs(const TemporaryFolderIs&) = delete;
  TemporaryFolderIs& operator=(const TemporaryFolderIs&) = delete;

 private:
  std::string before_;
};

TEST(TemporaryFile, GivesBackWhatWasWrittenAndHasNoName) {
  const TempFolder folder;
  const TemporaryFolderIs here(folder.path());
  TemporaryFile file = TemporaryFile::create();
  const std::string bytes = "0123456789";
  file.write(std::as_bytes(std::span(bytes)));
  file.write(std::as_bytes(std::span(bytes)));
  EXPECT_TRUE(folder.names().empty());
  file.rewind();
  std::array<char, 15> part{};
  ASSERT_EQ(file.read(part), 15U);
  EXPECT_EQ(std::string(part.data(), 15), "012345678901234");
  ASSERT_EQ(file.read(part), 5U);
  EXPECT_EQ(std::string(part.data(), 5), "56789");
  EXPECT_EQ(file.read(part), 0U);
}

TEST(TemporaryFile, NamesTheFolderThatTakesNone) {
  const TempFolder folder;
  const std::string missing = folder.file("missing");
  const TemporaryFolderIs here(missing);
  expect_error(ErrorCode::io, missing, [] { TemporaryFile::create(); });
}

}  // namespace
}  // namespace wordvec::test::temporary_file_test
