#include "wordvec/formats/safetensors_tensor.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"

namespace wordvec::safetensors_tensor_test {
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

// An empty text is no word of numbered words, and an empty word of others.
Reading read(std::string_view content, const Words& words, const ReadOptions& options = {},
             bool are_numbered = true) {
  ByteSource source = ByteSource::from_memory("file", content);
  RecordingSink sink;
  Reading reading;
  reading.report = read_tensor(
      source,
      {[&](std::uint64_t /*most_rows*/) { return std::optional<std::uint64_t>(words.size()); },
       [&](std::uint64_t /*rows*/) {
         WordList list;
         list.words = words;
         list.are_numbered = are_numbered;
         for (std::size_t i = 0; are_numbered && i < words.size(); ++i) {
           list.without_word.push_back(words[i].empty());
         }
         return list;
       }},
      options, sink);
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
  EXPECT_EQ(value(one_tensor("whatever", "F32", "[1,1]", bytes<float>({7})), "whatever"), 7);
  expect_error(ErrorCode::usage,
               "holds no tensor that is known for embeddings: a (F32 [1, 1]), b (F32 [1, 1]) have "
               "as many rows as there are words, 1; --tensor NAME names one",
               [&] { value(two("a", "b")); });
  expect_error(ErrorCode::usage, "has no tensor 'c': a (F32 [1, 1]), b (F32 [1, 1]) have",
               [&] { value(two("a", "b"), "c"); });
  const std::string integers = one_tensor("weight", "I32", "[1,1]", bytes<int>({7}));
  expect_error(ErrorCode::usage, "there is no matrix", [&] { value(integers); });
  expect_error(ErrorCode::usage, "the tensor 'weight' has the dtype I32, which is not read",
               [&] { value(integers, "weight"); });
  expect_error(ErrorCode::usage, "there is no matrix",
               [&] { value(one_tensor("weight", "F32", "[1]", bytes<float>({7}))); });
}

// Names of tensors with one value each, 0, 1, …: [1,1] unless a shape is given.
std::string file_of(const Words& names) {
  std::string json;
  Values values;
  for (const std::string& name : names) {
    const std::size_t at = values.size() * 4;
    json += (json.empty() ? '{' : ',') + tensor(name, "F32", "[1,1]", at, at + 4);
    values.push_back(static_cast<float>(values.size()));
  }
  return file(json + '}', bytes(values));
}

TEST(SafetensorsTensor, KnowsNamesByTheirEnd) {
  for (const char* name :
       {"model.shared.weight", "shared.weight", "transformer.word_embedding.weight",
        "roberta.embeddings.word_embeddings.weight", "model.language_model.embed_tokens.weight",
        "base_model.model.model.embed_tokens.weight", "model.tok_embeddings.weight",
        "transformer.wte.weight", "gpt_neox.embed_in.weight",
        "text_model.embeddings.token_embedding.weight", "backbone.embeddings.weight",
        "module.embedding.weight", "transformer.wte.embedding", "encoder.embed.weight"}) {
    const Reading reading = read(file_of({"a.bias", name, "z.weight"}), {"w"});
    EXPECT_EQ(reading.rows.vectors, (Values{1})) << name;
    EXPECT_EQ(reading.report.source_tensor, name);
    EXPECT_EQ(reading.report.tensor_note,
              "the vectors are the tensor '" + std::string(name) + "', F32 [1, 1]");
  }
}

TEST(SafetensorsTensor, TakesNoOtherNameUnasked) {
  for (const char* name :
       {"wpe.weight", "lm_head.weight", "embeddings.position_embeddings.weight",
        "classifier.weight", "xshared.weight", "model.decoder.embed_positions.weight",
        "embeddings.token_type_embeddings.weight", "position.embedding.weight", "output.weight",
        "my_wte.weight", "vision.embeddings.weight", "codebook"}) {
    const std::string text = name;
    expect_error(ErrorCode::usage,
                 "holds one matrix, " + text +
                     " (F32 [1, 1]), whose name is not known for "
                     "embeddings",
                 [&] { read(file_of({text}), {"w"}); });
    ReadOptions options;
    options.tensor = text;
    EXPECT_EQ(read(file_of({text}), {"w"}, options).report.source_tensor, text);
  }
}

// Encoder and decoder: [2,1] and [2,1], whose values are equal or not, or a [3,1].
TEST(SafetensorsTensor, DecidesBetweenNamesThatAreKnownAlike) {
  const auto two = [](const std::string& shape, const Values& b) {
    const std::size_t end = 8 + b.size() * 4;
    return file('{' + tensor("decoder.embed_tokens.weight", "F32", "[2,1]", 0, 8) + ',' +
                    tensor("encoder.embed_tokens.weight", "F32", shape, 8, end) + '}',
                bytes<float>({1, 2}) + bytes(b));
  };
  const Reading same = read(two("[2,1]", {1, 2}), {"a", "b"});
  EXPECT_EQ(same.report.source_tensor, "decoder.embed_tokens.weight");
  EXPECT_EQ(same.report.tensor_note,
            "the vectors are the tensor 'decoder.embed_tokens.weight', F32 [2, 1] "
            "('encoder.embed_tokens.weight' is the same)");
  expect_error(ErrorCode::usage, "holds 2 matrices that are known for embeddings, and they differ",
               [&] {
                 read(two("[2,1]", {1, 3}), {"a", "b"});
               });
  const Reading fitting = read(two("[3,1]", {4, 5, 6}), {"a", "b", "c"});
  EXPECT_EQ(fitting.rows.vectors, (Values{4, 5, 6}));
  EXPECT_EQ(fitting.report.source_tensor, "encoder.embed_tokens.weight");
  const Reading shared = read(file_of({"decoder.embed_tokens.weight", "shared.weight"}), {"w"});
  EXPECT_EQ(shared.report.source_tensor, "shared.weight");
  EXPECT_NE(shared.report.tensor_note.find("'decoder.embed_tokens.weight' is not read"),
            std::string::npos);
}

TEST(SafetensorsTensor, NamesFirstWhatFitsTheWords) {
  std::string json;
  for (int i = 0; i < 40; ++i) {
    const auto at = static_cast<std::size_t>(i) * 4;
    json +=
        (json.empty() ? '{' : ',') + tensor("a" + std::to_string(i), "F32", "[1,1]", at, at + 4);
  }
  json += ',' + tensor("odd.weight", "F32", "[3,1]", 160, 172) + '}';
  expect_error(ErrorCode::usage,
               "odd.weight (F32 [3, 1]) has as many rows as there are words, 3; the other matrices "
               "are a0 (F32 [1, 1])",
               [&] {
                 read(file(json, std::string(172, '\0')), {"x", "y", "z"});
               });
}

TEST(SafetensorsTensor, NamesTheTensorThatIsNoMatrix) {
  const std::string both = '{' + tensor("embeddings", "F32", "[2]", 0, 8) + ',' +
                           tensor("weight", "F32", "[1,1]", 8, 12) + '}';
  expect_error(ErrorCode::usage, "the tensor 'embeddings' is F32 [2], no matrix of numbers",
               [&] { read(file(both, std::string(12, '\0')), {"a"}); });
  expect_error(ErrorCode::usage, "the tensor 'embedding.weight' is F32 [1, 2, 1], no matrix", [&] {
    read(one_tensor("embedding.weight", "F32", "[1,2,1]", std::string(8, '\0')), {"a"});
  });
}

// Model2Vec: "embeddings" (0, 1), (2, 3), (4, 5), and what is beside it.
class Model2Vec : public testing::Test {
 protected:
  std::string with(const std::vector<std::array<std::string, 4>>& beside,
                   const std::string& dtype = "F32") const {
    std::string data =
        dtype == "I8" ? std::string("\0\1\2\3\4\5", 6) : bytes<float>({0, 1, 2, 3, 4, 5});
    std::string json = '{' + tensor("embeddings", dtype, "[3,2]", 0, data.size());
    for (const auto& [name, type, shape, bytes_of_it] : beside) {
      json += ',' + tensor(name, type, shape, data.size(), data.size() + bytes_of_it.size());
      data += bytes_of_it;
    }
    return file(json + '}', data);
  }
};

TEST_F(Model2Vec, AppliesTheMappingAndTheWeights) {
  const Words words = {"a", "b", "c", "d"};
  const std::array<std::string, 4> mapping = {"mapping", "I32", "[4]", bytes<int>({2, 0, 2, 1})};
  const Reading mapped = read(with({mapping}), words);
  EXPECT_EQ(mapped.rows.words, words);
  EXPECT_EQ(mapped.rows.vectors, (Values{4, 5, 0, 1, 4, 5, 2, 3}));
  EXPECT_EQ(mapped.report.source_tensor, "embeddings[mapping]");
  EXPECT_TRUE(mapped.report.read_to_end);
  const Reading both =
      read(with({mapping, {"weights", "F64", "[4]", bytes<double>({2, 3, 0.1, -1})}}), words);
  EXPECT_EQ(both.rows.vectors, (Values{8, 10, 0, 3, static_cast<float>(4 * 0.1),
                                       static_cast<float>(5 * 0.1), -2, -3}));
  EXPECT_EQ(both.report.source_tensor, "embeddings[mapping] * weights");
  EXPECT_EQ(both.report.tensor_note,
            "the vectors are the tensor 'embeddings', F32 [3, 2]; 'mapping' says which row a token "
            "has; each row is multiplied by its token's factor in 'weights'");
  // 2 and 0.5 as float16.
  const Reading weighted =
      read(with({{"weights", "F16", "[3]", bytes<std::uint16_t>({0x4000, 0x3800, 0})}}),
           {"a", "b", "c"});
  EXPECT_EQ(weighted.rows.vectors, (Values{0, 2, 1, 1.5F, 0, 0}));
  EXPECT_EQ(weighted.report.source_tensor, "embeddings * weights");
}

TEST_F(Model2Vec, TakesWholeNumbersAsTheyAre) {
  const Reading reading = read(with({}, "I8"), {"a", "b", "c"});
  EXPECT_EQ(reading.rows.vectors, (Values{0, 1, 2, 3, 4, 5}));
  EXPECT_NE(reading.report.tensor_note.find("since the file stores no scale"), std::string::npos);
  for (const char* scale : {"embeddings_scale", "scales", "scale", "weight_scale", "SCB",
                            "embeddings.scales", "scale_inv"}) {
    expect_error(
        ErrorCode::usage, "is quantised, with its scale in '" + std::string(scale) + "'", [&] {
          read(with({{scale, "F32", "[3]", bytes<float>({2, 1, 4})}}, "I8"), {"a", "b", "c"});
        });
    // It matters to whole numbers alone.
    EXPECT_EQ(read(with({{scale, "F32", "[1]", bytes<float>({2})}}), {"a", "b", "c"}).rows.vectors,
              (Values{0, 1, 2, 3, 4, 5}));
  }
  const Reading other =
      read(with({{"norm.scale", "F32", "[1]", bytes<float>({2})}}, "I8"), {"a", "b", "c"});
  EXPECT_EQ(other.rows.vectors, (Values{0, 1, 2, 3, 4, 5}));
  EXPECT_NE(other.report.tensor_note.find("'norm.scale' being no scale of theirs"),
            std::string::npos)
      << other.report.tensor_note;
  expect_error(ErrorCode::usage, "no vectors without their scale (--tensor wte.weight takes",
               [&] { read(one_tensor("wte.weight", "I8", "[1,2]", "ab"), {"a"}); });
  // What the advice would come to is an error too.
  const std::string scaled = file('{' + tensor("wte.weight", "I8", "[1,2]", 0, 2) + ',' +
                                      tensor("wte.weight_scale", "F16", "[1]", 2, 4) + '}',
                                  std::string(4, '\0'));
  ReadOptions options;
  for (const char* asked_for : {"", "wte.weight"}) {
    options.tensor = asked_for;
    const std::string what =
        expect_error(ErrorCode::usage, "is quantised, with its scale in 'wte.weight_scale'",
                     [&] { read(scaled, {"a"}, options); });
    EXPECT_EQ(what.find("--tensor"), std::string::npos) << what;
  }
  EXPECT_EQ(read(one_tensor("wte.weight", "I8", "[1,2]", "\1\xff"), {"a"}, options).rows.vectors,
            (Values{1, -1}));
}

TEST_F(Model2Vec, NamesWhatCannotBeApplied) {
  const Words words = {"a", "b", "c"};
  const auto refuse = [&](const std::array<std::string, 4>& beside, const std::string& message,
                          const ReadOptions& options = {}) {
    expect_error(ErrorCode::malformed, message, [&] { read(with({beside}), words, options); });
  };
  refuse({"mapping", "F32", "[3]", bytes<float>({0, 1, 2})},
         "the tensor 'mapping', which goes with 'embeddings', is F32 [3], expected a row number");
  refuse({"mapping", "I32", "[3,1]", bytes<int>({0, 1, 2})}, "is I32 [3, 1], expected");
  refuse({"mapping", "I32", "[3]", bytes<int>({0, 3, 2})},
         "row 1: the tensor 'mapping' gives 'b' the row 3, expected 0 to 2");
  refuse({"mapping", "I32", "[3]", bytes<int>({0, 1, -1})},
         "row 2: the tensor 'mapping' gives 'c' the row -1, expected 0 to 2");
  refuse({"mapping", "U64", "[3]", bytes<std::uint64_t>({1ULL << 63, 1, 1})},
         "row 0: the tensor 'mapping' gives 'a' the row 9223372036854775807 or a later "
         "one, expected 0 to 2");
  refuse({"weights", "F32", "[2]", bytes<float>({1, 1})},
         "the tensor 'weights', which goes with 'embeddings', is F32 [2], expected a factor for "
         "each of the 3 rows");
  refuse({"weights", "I32", "[3]", bytes<int>({1, 1, 1})}, "is I32 [3], expected a factor");
  refuse({"weights", "F32", "[3]", bytes<float>({1, NAN, 1})},
         "row 1: the tensor 'weights' gives 'b' the factor nan, expected a finite number");
  refuse({"weights", "F64", "[3]", bytes<double>({1, 1, 1e300})},
         "is inf as a float32, expected a finite number");
  const std::string without_rows = file('{' + tensor("embeddings", "F32", "[0,2]", 0, 0) + ',' +
                                            tensor("mapping", "I32", "[3]", 0, 12) + '}',
                                        bytes<int>({0, 0, 0}));
  expect_error(ErrorCode::malformed,
               "row 0: the tensor 'mapping' gives 'a' the row 0 of a matrix that has no rows",
               [&] { read(without_rows, words); });
  ReadOptions options;
  options.skip_bad = true;
  EXPECT_EQ(read(without_rows, words, options).report.bad_rows, 3U);
  const Reading skipped =
      read(with({{"mapping", "I32", "[3]", bytes<int>({0, 3, 2})}}), words, options);
  EXPECT_EQ(skipped.rows.words, (Words{"a", "c"}));
  EXPECT_EQ(skipped.report.bad_rows, 1U);
}

TEST(SafetensorsTensor, MindsAnotherTypeOnlyWhereItIsAskedFor) {
  // Two values to a byte.
  const auto with = [](const std::string& name) {
    return file(
        '{' + tensor(name, "F4", "[2,2]", 0, 2) + ',' + tensor("x", "F32", "[2,1]", 2, 10) + '}',
        "ab" + bytes<float>({1, 2}));
  };
  ReadOptions options;
  options.tensor = "x";
  EXPECT_EQ(read(with("codes"), {"a", "b"}, options).rows.vectors, (Values{1, 2}));
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

TEST(SafetensorsTensor, LeavesOutRow0OfWordsThatAreNumberedFrom1) {
  const std::string content = one_tensor("weight", "F32", "[4,1]", bytes<float>({1, 2, 3, 4}));
  const Reading reading = read(content, {"", "a", "b", ""});
  EXPECT_EQ(reading.rows.words, (Words{"a", "b"}));
  EXPECT_EQ(reading.rows.vectors, (Values{2, 3}));
  EXPECT_EQ(reading.report.note,
            "row 0 of 4 in 'weight' has no word and is left out: each word's row is one less than "
            "its number; the last row of 4 in 'weight' has no word and is left out");
}

TEST(SafetensorsTensor, HasEmptyWords) {
  const std::string content = one_tensor("weight", "F32", "[3,1]", bytes<float>({1, 2, 3}));
  for (const Words& words : {Words{"", "a", "b"}, Words{"a", "", "b"}, Words{"a", "b", ""}}) {
    const Reading reading = read(content, words, {}, false);
    EXPECT_EQ(reading.rows.words, words);
    EXPECT_EQ(reading.report.blank_words, 1U);
    EXPECT_EQ(reading.report.note, "");
  }
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
}  // namespace wordvec::safetensors_tensor_test
