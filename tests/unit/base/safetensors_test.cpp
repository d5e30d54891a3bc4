#include "wordvec/base/safetensors.h"

#include <gtest/gtest.h>

#include <string>

#include "support/expect_error.h"
#include "wordvec/base/error.h"

namespace wordvec {
namespace {

using test::expect_error;
using namespace std::string_literals;

// The example of the format's page: a length of 64, a header, six bytes.
const std::string kFile = "\x40\0\0\0\0\0\0\0"s +
                          R"({"t":{"dtype":"U8","shape":[2,3],"data_offsets":[0,6]}}         )" +
                          "abcdef";

TEST(Safetensors, ParsesAHeader) {
  const SafetensorsHeader header = parse_safetensors(kFile, "file");
  ASSERT_EQ(header.tensors.size(), 1U);
  EXPECT_EQ(header.tensors[0].name, "t");
  EXPECT_EQ(header.tensors[0].dtype, "U8");
  EXPECT_EQ(header.tensors[0].shape, (std::vector<std::uint64_t>{2, 3}));
  EXPECT_EQ(header.tensors[0].begin, 72U);
  EXPECT_EQ(header.tensors[0].end, 78U);
  EXPECT_EQ(header.find("t"), &header.tensors[0]);
  EXPECT_EQ(header.find("u"), nullptr);
  EXPECT_EQ(header.metadata_value("x"), "");
}

TEST(Safetensors, SortsTensorsByTheirBytes) {
  const std::string json =
      R"({"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},)"
      R"("e":{"dtype":"F32","shape":[0],"data_offsets":[1,1]},)"
      R"("a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"__metadata__":{"k":"v"}})";
  const std::string file =
      std::string(1, static_cast<char>(json.size())) + "\0\0\0\0\0\0\0"s + json + "xy";
  const SafetensorsHeader header = parse_safetensors(file, "file");
  ASSERT_EQ(header.tensors.size(), 3U);
  EXPECT_EQ(header.tensors[0].name, "a");
  EXPECT_EQ(header.tensors[1].name, "e");
  EXPECT_EQ(header.tensors[2].name, "b");
  EXPECT_EQ(header.metadata_value("k"), "v");
}

TEST(Safetensors, IsRecognisedByItsFirstBytes) {
  EXPECT_TRUE(looks_like_safetensors(kFile));
  EXPECT_TRUE(looks_like_safetensors(std::string_view(kFile).substr(0, 9)));
  EXPECT_FALSE(looks_like_safetensors(std::string_view(kFile).substr(0, 8)));
  EXPECT_FALSE(looks_like_safetensors(""));
  EXPECT_FALSE(looks_like_safetensors("abcdefgh{ 1 2 3\n"));
  EXPECT_FALSE(looks_like_safetensors("\x40\0\0\0\0\0\0\0 {}"s));
}

TEST(Safetensors, RefusesFilesThatAreTooShort) {
  expect_error(ErrorCode::malformed, "has 0 bytes", [] { parse_safetensors("", "file"); });
  expect_error(ErrorCode::malformed, "has 7 bytes", [] { parse_safetensors("abcdefg", "file"); });
}

TEST(Safetensors, WritesWhatItReads) {
  SafetensorsHeader header;
  header.metadata = {{"format", "x"}, {"odd", "\"\\\n\x01 ü"}};
  header.tensors = {{"a", "F32", {2, 3}, 512, 536}, {"ü \"b\"", "U8", {1}, 536, 537}};
  const std::string text = write_safetensors_header(header, 512);
  ASSERT_EQ(text.size(), 512U);
  EXPECT_EQ(text[8], '{');
  const SafetensorsHeader read = parse_safetensors(text + std::string(25, '\0'), "file");
  EXPECT_EQ(read.metadata, header.metadata);
  ASSERT_EQ(read.tensors.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read.tensors[i].name, header.tensors[i].name);
    EXPECT_EQ(read.tensors[i].shape, header.tensors[i].shape);
    EXPECT_EQ(read.tensors[i].begin, header.tensors[i].begin);
    EXPECT_EQ(read.tensors[i].end, header.tensors[i].end);
  }
  expect_error(ErrorCode::usage, "do not fit", [&] { write_safetensors_header(header, 64); });
}

}  // namespace
}  // namespace wordvec
