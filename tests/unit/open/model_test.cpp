#include "wordvec/open/model.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "support/temp_folder.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/store/container_writer.h"

namespace wordvec::model_test {
namespace {

using test::expect_error;
using test::Rows;
using test::TempFolder;

Rows three_rows() {
  Rows rows;
  rows.add("king", {1, 2.5F});
  rows.add("queen", {3, -4});
  rows.add("zero", {0, 0});
  return rows;
}

// The rows in a file of that format.
std::string write_model(const TempFolder& folder, const std::string& name,
                        std::string_view format) {
  const std::string path = folder.file(name);
  if (const Format* foreign = find_format(format)) {
    three_rows().pour_into(*foreign->make_writer(path, 1));
  } else {
    ModelInfo info;
    info.license = "free";
    ContainerWriter writer(path, info);
    three_rows().pour_into(writer);
  }
  return path;
}

TEST(Model, OpensEveryFormatByItsContent) {
  for (const std::string_view format : format_names()) {
    const Format* const foreign = find_format(format);
    if (foreign != nullptr && foreign->make_writer == nullptr) continue;
    SCOPED_TRACE(format);
    const TempFolder folder;
    const std::string path = write_model(folder, "model.dat", format);
    for (const std::string_view asked : {std::string_view(), format}) {
      const Model model = Model::open(path, asked, {});
      const Embeddings& embeddings = model.embeddings();
      ASSERT_EQ(embeddings.rows(), 3U);
      EXPECT_EQ(embeddings.dim(), 2U);
      EXPECT_EQ(embeddings.vocabulary.word(1), "queen");
      EXPECT_EQ(embeddings.vocabulary.find("queen"), 1U);
      EXPECT_EQ(embeddings.matrix.row(1)[1], -4);
      EXPECT_EQ(embeddings.norms[1], 5);
      EXPECT_EQ(model.path(), path);
      EXPECT_EQ(model.file_size_bytes(), test::read_file(path).size());
      EXPECT_EQ(model.container() != nullptr, format == kContainerFormatName);
      if (model.container() == nullptr) {
        EXPECT_EQ(model.info().source, "model.dat");
        EXPECT_EQ(model.info().source_format, format);
        EXPECT_EQ(model.info().source_size_bytes, model.file_size_bytes());
        EXPECT_EQ(model.info().source_checksum.size(), 32U);
      } else {
        EXPECT_EQ(model.info().license, "free");
      }
    }
  }
}

TEST(Model, LivesAsLongAsACopy) {
  const TempFolder folder;
  for (const std::string_view format : {"wordvec", "glove"}) {
    std::optional<Model> model = Model::open(write_model(folder, "m", format), "", {});
    const Model copy = *model;
    model.reset();
    std::remove(folder.file("m").c_str());
    EXPECT_EQ(copy.embeddings().vocabulary.word(0), "king");
    EXPECT_EQ(copy.embeddings().matrix.row(0)[1], 2.5F);
  }
}

TEST(Model, KeepsTheFirstOfEqualWords) {
  const TempFolder folder;
  const Model model = Model::open(folder.write("m", "a 1\nb 2\na 3\na 4\n"), "", {});
  EXPECT_EQ(model.embeddings().rows(), 2U);
  EXPECT_EQ(model.embeddings().matrix.row(0)[0], 1);
  EXPECT_EQ(model.duplicates(), 2U);
  EXPECT_EQ(model.report().rows_read, 4U);
}

TEST(Model, PassesTheOptionsOn) {
  const TempFolder folder;
  const std::string path = folder.write("m", "a 1\nb\nc 3\n");
  expect_error(ErrorCode::malformed, "m:2: found 0 values", [&] { Model::open(path, "", {}); });
  ReadOptions options;
  options.skip_bad = true;
  EXPECT_EQ(Model::open(path, "", options).report().bad_rows, 1U);
}

TEST(Model, RefusesWhatItCannotOpen) {
  const TempFolder folder;
  const auto open = [&](const std::string& path, std::string_view format = "") {
    Model::open(path, format, {});
  };
  expect_error(ErrorCode::io, "No such file", [&] { open(folder.file("missing")); });
  expect_error(ErrorCode::io, "is a folder", [&] { open(folder.path()); });
  expect_error(ErrorCode::malformed, "is empty", [&] { open(folder.write("empty", "")); });
  expect_error(ErrorCode::malformed, "gzip", [&] { open(folder.write("x.gz", "\x1f\x8b\x08")); });
  expect_error(ErrorCode::malformed, "has no rows", [&] { open(folder.write("0", "0 3\n")); });
  const std::string what = expect_error(ErrorCode::malformed, "starts with the bytes 49 74",
                                        [&] { open(folder.write("prose", "It was\nthe best\n")); });
  for (const std::string_view name : format_names()) {
    EXPECT_NE(what.find(name), std::string::npos) << what;
  }
  const std::string path = folder.write("good", "a 1\n");
  const std::string unknown =
      expect_error(ErrorCode::usage, "unknown format 'gloev'", [&] { open(path, "gloev"); });
  for (const std::string_view name : format_names()) {
    EXPECT_NE(unknown.find(name), std::string::npos) << unknown;
  }
  expect_error(ErrorCode::malformed, "safetensors", [&] { open(path, "wordvec"); });
  expect_error(ErrorCode::malformed, "no header", [&] { open(path, "word2vec-bin"); });
}

TEST(Model, NamesTheContainerFirst) {
  EXPECT_EQ(format_names().front(), "wordvec");
  EXPECT_EQ(format_names().size(), formats().size() + 1);
}

TEST(FileName, IsWhatFollowsTheLastSlash) {
  EXPECT_EQ(file_name_of("some/folder/GloVe"), "GloVe");
  EXPECT_EQ(file_name_of("GloVe"), "GloVe");
  EXPECT_EQ(file_name_of("-"), "standard input");
}

}  // namespace
}  // namespace wordvec::model_test
