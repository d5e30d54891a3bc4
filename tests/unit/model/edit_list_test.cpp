#include "wordvec/model/edit_list.h"

#include <gtest/gtest.h>

#include <string>

namespace wordvec::edit_list_test {
namespace {

TEST(EditList, FindsAnEditByItsFirstWord) {
  const std::string edits =
      "limit 20; words 12; merge average normalize.npy; counts center; words 3";
  EXPECT_EQ(find_edit(edits, "words"), "words 12");
  EXPECT_EQ(find_edit(edits, "limit"), "limit 20");
  EXPECT_EQ(find_edit(edits, "merge"), "merge average normalize.npy");
  for (const char* kind : {"normalize", "center", "average", "word", "20", "", "words 12"}) {
    EXPECT_EQ(find_edit(edits, kind), "") << kind;
  }
  EXPECT_EQ(find_edit("center; normalize", "normalize"), "normalize");
  EXPECT_EQ(find_edit("", "normalize"), "");
}

TEST(EditList, NamesOfFilesSeparateNothing) {
  std::string edits;
  append_edit(edits, "counts a; normalize");
  append_edit(edits, "center");
  EXPECT_EQ(edits, "counts a, normalize; center");
  EXPECT_EQ(find_edit(edits, "normalize"), "");
  EXPECT_EQ(find_edit(edits, "center"), "center");
}

}  // namespace
}  // namespace wordvec::edit_list_test
