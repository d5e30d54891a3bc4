#include "wordvec/open/find_model.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "support/expect_error.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"

namespace wordvec::find_model_test {
namespace {

using test::expect_error;
using test::TempFolder;

class FindModelTest : public testing::Test {
 protected:
  FindModelTest() {
    search_.models_folder = folder_.file("models");
    search_.sample = folder_.write("sample.safetensors", "s");
    folder_.write("models/glove.safetensors", "g");
  }

  TempFolder folder_;
  ModelSearch search_;
};

TEST_F(FindModelTest, TakesWhatIsAskedForFirst) {
  const std::string path = folder_.write("v.txt", "v");
  search_.environment = folder_.write("env.txt", "e");
  folder_.write("models/default.safetensors", "d");
  EXPECT_EQ(find_model(path, search_).path, path);
  EXPECT_FALSE(find_model(path, search_).is_sample);
  EXPECT_EQ(find_model("glove", search_).path, folder_.file("models/glove.safetensors"));
  EXPECT_EQ(find_model("-", search_).path, "-");
}

TEST_F(FindModelTest, TakesTheEnvironmentThenTheDefaultThenTheSample) {
  EXPECT_EQ(find_model("", search_).path, search_.sample);
  EXPECT_TRUE(find_model("", search_).is_sample);
  folder_.write("models/default.safetensors", "d");
  EXPECT_EQ(find_model("", search_).path, folder_.file("models/default.safetensors"));
  EXPECT_FALSE(find_model("", search_).is_sample);
  search_.environment = folder_.write("env.txt", "e");
  EXPECT_EQ(find_model("", search_).path, search_.environment);
  search_.environment = "glove";
  EXPECT_EQ(find_model("", search_).path, folder_.file("models/glove.safetensors"));
}

TEST_F(FindModelTest, NamesWhatIsMissingAndWhereItLooked) {
  const std::string what =
      expect_error(ErrorCode::io, "no model of that name", [&] { find_model("missing", search_); });
  EXPECT_NE(what.find(folder_.file("models/missing.safetensors")), std::string::npos) << what;
  expect_error(ErrorCode::io, "some/missing.txt: no such file",
               [&] { find_model("some/missing.txt", search_); });
  // A variable that is set but wrong is not passed over.
  search_.environment = "missing";
  expect_error(ErrorCode::io, "missing", [&] { find_model("", search_); });
}

TEST_F(FindModelTest, ADefaultThatLeadsNowhereIsAnError) {
  std::filesystem::create_symlink("gone.safetensors", folder_.file("models/default.safetensors"));
  const std::string what = expect_error(ErrorCode::io, "'gone.safetensors', which is not there",
                                        [&] { find_model("", search_); });
  EXPECT_NE(what.find("wordvec models --default NAME"), std::string::npos) << what;
  EXPECT_EQ(find_model("glove", search_).path, folder_.file("models/glove.safetensors"));
  EXPECT_EQ(find_model("glove.safetensors", search_).path,
            folder_.file("models/glove.safetensors"));
}

TEST_F(FindModelTest, SaysSoWhenThereIsNothing) {
  search_.sample = folder_.file("not-there");
  expect_error(ErrorCode::io, "no model", [&] { find_model("", search_); });
  expect_error(ErrorCode::io, "--model", [] { find_model("", ModelSearch{}); });
}

}  // namespace
}  // namespace wordvec::find_model_test
