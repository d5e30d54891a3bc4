#include "wordvec/base/file_extension.h"

#include <gtest/gtest.h>

namespace wordvec::file_extension_test {
namespace {

TEST(FileExtension, IsToldInAnyCase) {
  EXPECT_TRUE(has_extension("a.png", ".png"));
  EXPECT_TRUE(has_extension("a.PNG", ".png"));
  EXPECT_TRUE(has_extension("a.Png", ".png"));
  EXPECT_FALSE(has_extension("a.png.txt", ".png"));
  EXPECT_FALSE(has_extension("png", ".png"));
  EXPECT_FALSE(has_extension("", ".png"));
  EXPECT_EQ(less_extension("f/a.TXT", ".txt"), "f/a");
  EXPECT_EQ(less_extension("f/a.vec", ".txt"), "f/a.vec");
}

}  // namespace
}  // namespace wordvec::file_extension_test
