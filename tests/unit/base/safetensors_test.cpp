#include "wordvec/base/safetensors.h"

#include <gtest/gtest.h>

#include <string>

#include "support/expect_error.h"
#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"

namespace wordvec::safetensors_test {
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

std::string file_of(const std::string& json, const std::string& data) {
  std::string length(8, '\0');
  store_le(length.data(), std::uint64_t{json.size()});
  return length + json + data;
}

TEST(Safetensors, TakesWhatItDoesNotKnowOfATensor) {
  const SafetensorsHeader header = parse_safetensors(
      file_of(R"({"t":{"x":[1,{"dtype":2}],"dtype":"U8","y":null,"shape":[1],"z":{"shape":[9]},)"
              R"("data_offsets":[0,1]}})",
              "x"),
      "file");
  ASSERT_EQ(header.tensors.size(), 1U);
  EXPECT_EQ(header.tensors[0].dtype, "U8");
  EXPECT_EQ(header.tensors[0].shape, std::vector<std::uint64_t>{1});
}

TEST(Safetensors, RefusesWhatStandsThereTwice) {
  const std::string tensor = R"("t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  const auto refuse = [](const std::string& why, const std::string& json) {
    expect_error(ErrorCode::malformed, why, [&] { parse_safetensors(file_of(json, ""), "file"); });
  };
  refuse("tensor 't' stands there twice", '{' + tensor + ',' + tensor + '}');
  refuse("entry 'k' stands there twice", R"({"__metadata__":{"k":"1","k":"2"}})");
  refuse("'t' has dtype twice",
         R"({"t":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}})");
  refuse("'t' has data_offsets twice",
         R"({"t":{"data_offsets":[1,1],"dtype":"U8","shape":[0],"data_offsets":[0,0]}})");
}

TEST(Safetensors, RefusesWhatIsNoNumberByName) {
  const auto refuse = [](const std::string& why, const std::string& shape,
                         const std::string& offsets) {
    expect_error(ErrorCode::malformed, why, [&] {
      parse_safetensors(
          file_of(R"({"t":{"dtype":"U8","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}",
                  "x"),
          "file");
    });
  };
  refuse("an extent of the shape is '-1', expected a whole number", "[-1]", "[0,1]");
  refuse("an extent of the shape is '1.5'", "[1.5]", "[0,1]");
  refuse("an extent of the shape is 'null'", "[null]", "[0,1]");
  refuse("an offset is 'a list'", "[1]", "[0,[1]]");
  refuse("an offset is '\"1\"'", "[1]", R"([0,"1"])");
  refuse("data_offsets that are not two numbers", "[1]", "[0,1,2]");
  refuse("data_offsets that are not two numbers", "[1]", "[0]");
  refuse("data_offsets that are not two numbers", "[1]", "1");
  refuse("a shape that is not an array", "1", "[0,1]");
  std::string extents = "[1";
  for (int i = 0; i < 64; ++i) extents += ",1";
  refuse("shape of more than 64 extents", extents + ']', "[0,1]");
}

TEST(Safetensors, ParsesTheBeginOfAFileOfUnknownLength) {
  const std::string json = R"({"b":{"dtype":"F32","shape":[2,3],"data_offsets":[4,28]},)"
                           R"("a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})";
  const std::string begin = file_of(json, "");
  EXPECT_EQ(safetensors_header_bytes(begin), 8 + json.size());
  const SafetensorsHeader header =
      parse_safetensors(begin, "file", UnknownTypes::refused, Extent::begin_of_file);
  EXPECT_EQ(header.end_bytes(0), begin.size() + 28);
  EXPECT_EQ(header.find("b")->begin, begin.size() + 4);
  expect_error(ErrorCode::malformed, "the file has only 0",
               [&] { parse_safetensors(begin, "file"); });
  expect_error(ErrorCode::malformed, "expected 8 for its type and shape", [&] {
    parse_safetensors(file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", ""),
                      "file", UnknownTypes::refused, Extent::begin_of_file);
  });
}

TEST(Safetensors, FindsMetadataByItsKey) {
  const SafetensorsHeader header = parse_safetensors(
      file_of(R"({"__metadata__":{"k3":"c","k1":"a","k2":"b","":"e"}})", ""), "file");
  EXPECT_EQ(header.metadata_value("k1"), "a");
  EXPECT_EQ(header.metadata_value("k2"), "b");
  EXPECT_EQ(header.metadata_value("k3"), "c");
  EXPECT_EQ(header.metadata_value(""), "e");
  EXPECT_EQ(header.metadata_value("k"), "");
  EXPECT_EQ(header.metadata_value("k4"), "");
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
}  // namespace wordvec::safetensors_test
