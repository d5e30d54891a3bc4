#include "wordvec/formats/safetensors_tensor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"

namespace wordvec {
namespace {

using test::expect_error;
using test::RecordingSink;
using test::Rows;
using test::TempFolder;
using Words = std::vector<std::string>;
using Values = std::vector<float>;
using namespace std::string_literals;

std::string file(const std::string& json, const std::string& data) {
  const std::uint64_t size = json.size();
  return std::string(reinterpret_cast<const char*>(&size), sizeof size) + json + data;
}

template <class T>
std::string bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string tensor(const std::string& name, const std::string& dtype, const std::string& shape,
                   std::size_t begin, std::size_t end) {
  return '"' + name + R"(":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":[)" +
         std::to_string(begin) + ',' + std::to_string(end) + "]}";
}

std::string one_tensor(const std::string& name, const std::string& dtype, const std::string& shape,
                       const std::string& data) {
  return file('{' + tensor(name, dtype, shape, 0, data.size()) + '}', data);
}

struct Reading {
  Rows rows;
  ReadReport report;
};

Reading read(std::string_view content, const Words& words, const ReadOptions& options = {}) {
  ByteSource source = ByteSource::from_memory("file", content);
  RecordingSink sink;
  Reading reading;
  reading.report = read_tensor(
      source, [&](std::uint64_t /*rows*/) { return words; }, options, sink);
  reading.rows = std::move(sink.rows);
  return reading;
}

TEST(SafetensorsTensor, ReadsEveryType) {
  const Words words = {"a", "b"};
  const Values expected = {1, -2, 0.5F, 3};
  for (const auto& [dtype, data] :
       {std::pair{"F32"s, bytes<float>({1, -2, 0.5F, 3})},
        std::pair{"F64"s, bytes<double>({1, -2, 0.5, 3})},
        std::pair{"F16"s, bytes<std::uint16_t>({0x3c00, 0xc000, 0x3800, 0x4200})},
        std::pair{"BF16"s, bytes<std::uint16_t>({0x3f80, 0xc000, 0x3f00, 0x4040})}}) {
    // A blank more: the values are then not aligned.
    for (const std::string& space : {""s, " "s}) {
      const Reading reading = read(
          file('{' + tensor("weight", dtype, "[2,2]", 0, data.size()) + '}' + space, data), words);
      EXPECT_EQ(reading.rows.words, words) << dtype;
      EXPECT_EQ(reading.rows.vectors, expected) << dtype;
      EXPECT_TRUE(reading.report.read_to_end);
      EXPECT_EQ(reading.report.note, "");
    }
  }
}

// Every half, against the definition: sign · 2^(e−15) · 1.f, sign · 2^−14 · 0.f for e = 0.
TEST(SafetensorsTensor, ConvertsEveryHalfExactly) {
  std::vector<std::uint16_t> halves;
  Values expected;
  Words words;
  for (unsigned h = 0; h < 65536; ++h) {
    const unsigned exponent = h >> 10 & 31;
    if (exponent == 31) continue;
    const double fraction = (h & 1023) / 1024.0;
    const double magnitude = exponent == 0
                                 ? std::ldexp(fraction, -14)
                                 : std::ldexp(1 + fraction, static_cast<int>(exponent) - 15);
    halves.push_back(static_cast<std::uint16_t>(h));
    expected.push_back(static_cast<float>(h >> 15 != 0 ? -magnitude : magnitude));
    words.push_back('w' + std::to_string(h));
  }
  const std::string shape = '[' + std::to_string(halves.size()) + ",1]";
  EXPECT_TRUE(
      test::bits_of(read(one_tensor("weight", "F16", shape, bytes(halves)), words).rows.vectors) ==
      test::bits_of(expected));
}

TEST(SafetensorsTensor, ChoosesTheTensor) {
  const auto two = [](const std::string& a, const std::string& b) {
    return file('{' + tensor(a, "F32", "[1,1]", 0, 4) + ',' + tensor(b, "F32", "[1,1]", 4, 8) + '}',
                bytes<float>({1, 2}));
  };
  const auto value = [](const std::string& content, const std::string& name = "") {
    ReadOptions options;
    options.tensor = name;
    return read(content, {"w"}, options).rows.vectors.at(0);
  };
  EXPECT_EQ(value(two("a", "model.embed_tokens.weight")), 2);
  EXPECT_EQ(value(two("wte.weight", "a")), 1);
  EXPECT_EQ(value(two("weight", "embeddings")), 2);
  EXPECT_EQ(value(two("weight", "a"), "a"), 2);
  EXPECT_EQ(value(one_tensor("whatever", "F32", "[1,1]", bytes<float>({7}))), 7);
  expect_error(ErrorCode::usage, "the matrices are a (F32 [1, 1]), b (F32 [1, 1]); --tensor NAME",
               [&] { value(two("a", "b")); });
  expect_error(ErrorCode::usage, "has no tensor 'c': the matrices are a (F32 [1, 1])",
               [&] { value(two("a", "b"), "c"); });
  const std::string integers = one_tensor("weight", "I32", "[1,1]", bytes<int>({7}));
  expect_error(ErrorCode::usage, "there is no matrix", [&] { value(integers); });
  expect_error(ErrorCode::usage, "the tensor 'weight' has the dtype I32, which is not read",
               [&] { value(integers, "weight"); });
  expect_error(ErrorCode::usage, "there is no matrix",
               [&] { value(one_tensor("weight", "F32", "[1]", bytes<float>({7}))); });
}

TEST(SafetensorsTensor, MindsAnotherTypeOnlyWhereItIsAskedFor) {
  // Two values to a byte.
  const auto with = [](const std::string& name) {
    return file(
        '{' + tensor(name, "F4", "[2,2]", 0, 2) + ',' + tensor("x", "F32", "[2,1]", 2, 10) + '}',
        "ab" + bytes<float>({1, 2}));
  };
  EXPECT_EQ(read(with("codes"), {"a", "b"}).rows.vectors, (Values{1, 2}));
  ReadOptions options;
  options.tensor = "codes";
  expect_error(ErrorCode::usage, "the tensor 'codes' has the dtype F4, which is not read", [&] {
    read(with("codes"), {"a", "b"}, options);
  });
  expect_error(ErrorCode::usage, "the tensor 'weight' has the dtype F4, which is not read", [&] {
    read(with("weight"), {"a", "b"});
  });
  options.tensor = "x";
  EXPECT_EQ(read(with("weight"), {"a", "b"}, options).rows.vectors, (Values{1, 2}));
}

TEST(SafetensorsTensor, LeavesOutOnlyTheLastRowsWithoutWords) {
  const std::string content = one_tensor("weight", "F32", "[4,1]", bytes<float>({1, 2, 3, 4}));
  const Reading padded = read(content, {"a", "b", "", ""});
  EXPECT_EQ(padded.rows.words, (Words{"a", "b"}));
  EXPECT_EQ(padded.report.note, "the last 2 rows of 4 in 'weight' have no word and are left out");
  const Words hole = {"a", "", "b", "c"};
  expect_error(ErrorCode::malformed, "row 1: it has no word", [&] { read(content, hole); });
  ReadOptions options;
  options.skip_bad = true;
  const Reading skipped = read(content, hole, options);
  EXPECT_EQ(skipped.rows.vectors, (Values{1, 3, 4}));
  EXPECT_EQ(skipped.report.bad_rows, 1U);
}

TEST(SafetensorsTensor, EndsCleanlyWhereverItIsTruncated) {
  const std::string whole = one_tensor("weight", "F32", "[2,1]", bytes<float>({1, 2}));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    expect_error(ErrorCode::malformed, "file", [&] {
      read(std::string_view(whole).substr(0, size), {"a", "b"});
    });
  }
}

TEST(SafetensorsTensor, RefusesExtentsThatNoModelHas) {
  for (const char* shape : {"[4294967295,0]", "[0,0]", "[1,9223372036854775808]",
                            "[18446744073709551615,18446744073709551615]", "[0,65537]"}) {
    expect_error(ErrorCode::malformed, "",
                 [&] { read(one_tensor("weight", "F32", shape, ""), {}); });
  }
}

TEST(SafetensorsTensor, FindsTheWordsBesideTheFile) {
  const TempFolder folder;
  const std::string path =
      folder.write("m.safetensors", one_tensor("weight", "F32", "[2,1]", bytes<float>({1, 2})));
  const auto words = [&](const ReadOptions& options = {}) {
    ByteSource source = ByteSource::open(path);
    RecordingSink sink;
    kSafetensorsTensor.read(source, options, sink);
    return sink.rows.words;
  };
  expect_error(ErrorCode::usage, "tokenizer.json", [&] { words(); });
  folder.write("vocab.txt", "t0\nt1\n");
  EXPECT_EQ(words(), (Words{"t0", "t1"}));
  folder.write("vocab.json", R"({"v1":1,"v0":0})");
  EXPECT_EQ(words(), (Words{"v0", "v1"}));
  folder.write("tokenizer.json", R"({"model":{"vocab":{"k0":0}}})");
  EXPECT_EQ(words(), (Words{"k0"}));
  folder.write("m.vocab.txt", "a\nb\n");
  EXPECT_EQ(words(), (Words{"a", "b"}));
  ReadOptions options;
  options.vocab = folder.file("vocab.json");
  EXPECT_EQ(words(options), (Words{"v0", "v1"}));
  options.vocab = folder.write("short", "a\n");
  expect_error(ErrorCode::malformed, "has 2 rows, but there are 1 words in",
               [&] { words(options); });
}

TEST(SafetensorsTensor, NamesTheFileThatAnIndexMeans) {
  const TempFolder folder;
  const std::string path = folder.write(
      "model.safetensors.index.json",
      R"({"metadata":{},"weight_map":{"model.embed_tokens.weight":"model-1.safetensors"}})");
  ByteSource source = ByteSource::open(path);
  EXPECT_EQ(detect_format(source), &kSafetensorsTensor);
  RecordingSink sink;
  expect_error(ErrorCode::usage, "'model.embed_tokens.weight' is in 'model-1.safetensors'",
               [&] { kSafetensorsTensor.read(source, {}, sink); });
}

}  // namespace
}  // namespace wordvec
