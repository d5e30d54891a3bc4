#include "wordvec/open/installed_models.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "support/expect_error.h"
#include "support/temp_folder.h"
#include "wordvec/open/convert.h"

namespace wordvec::installed_models_test {
namespace {

using test::expect_error;
using test::TempFolder;

class InstalledModelsTest : public testing::Test {
 protected:
  void install(const std::string& name, const std::string& text) {
    const std::string source = folder_.write("source.txt", text);
    folder_.write("models/placeholder", "");
    convert(source, installed_path(models_, name), {});
  }

  TempFolder folder_;
  std::string models_ = folder_.file("models");
};

TEST_F(InstalledModelsTest, AreNoneWhereThereIsNoFolder) {
  EXPECT_TRUE(installed_models(folder_.file("none")).empty());
  EXPECT_TRUE(installed_names(folder_.file("none")).empty());
  EXPECT_FALSE(has_default_model(folder_.file("none")));
}

TEST_F(InstalledModelsTest, AreListedByNameWithTheDefaultMarked) {
  install("b", "king 1 2\n");
  install("a", "king 1 2 3\nqueen 4 5 6\n");
  set_default_model(models_, "b");
  const auto models = installed_models(models_);
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[0].name, "a");
  EXPECT_EQ(models[0].rows, 2U);
  EXPECT_EQ(models[0].dim, 3U);
  EXPECT_FALSE(models[0].is_default);
  EXPECT_EQ(models[0].size_bytes, std::filesystem::file_size(models[0].path));
  EXPECT_TRUE(models[1].is_default);
  EXPECT_TRUE(has_default_model(models_));
}

TEST_F(InstalledModelsTest, DamagedOnesSayWhatIsWrong) {
  folder_.write("models/bad.safetensors", "no container");
  const auto models = installed_models(models_);
  ASSERT_EQ(models.size(), 1U);
  EXPECT_NE(models[0].problem, "");
  expect_error(ErrorCode::malformed, "bad.safetensors", [&] { set_default_model(models_, "bad"); });
  EXPECT_FALSE(has_default_model(models_));
}

TEST_F(InstalledModelsTest, ADefaultThatLeadsNowhereIsNoneAndIsReplaced) {
  install("a", "king 1 2\n");
  std::filesystem::create_symlink("gone.safetensors", installed_path(models_, kDefaultModel));
  EXPECT_FALSE(has_default_model(models_));
  set_default_model(models_, "a");
  EXPECT_TRUE(has_default_model(models_));
}

TEST_F(InstalledModelsTest, ADefaultThatIsAFileStays) {
  install("default", "king 1 2\n");
  install("a", "king 1 2\n");
  expect_error(ErrorCode::io, "a file of its own", [&] { set_default_model(models_, "a"); });
  expect_error(ErrorCode::io, "no such model", [&] { set_default_model(models_, "default"); });
  expect_error(ErrorCode::io, "no such model", [&] { set_default_model(models_, "../a"); });
}

}  // namespace
}  // namespace wordvec::installed_models_test
