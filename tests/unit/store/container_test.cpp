#include "wordvec/store/container.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "support/aligned_bytes.h"
#include "support/expect_error.h"
#include "support/reference.h"
#include "support/rows.h"
#include "support/temp_folder.h"
#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/hash.h"
#include "wordvec/store/container_format.h"
#include "wordvec/store/container_writer.h"

namespace wordvec::container_test {
namespace {

using test::AlignedBytes;
using test::expect_error;
using test::random_rows;
using test::read_file;
using test::Rows;
using test::TempFolder;

std::string container_bytes(const Rows& rows, const ModelInfo& info = {},
                            std::size_t batch_rows = 1000) {
  const TempFolder folder;
  ContainerWriter writer(folder.file("out"), info);
  rows.pour_into(writer, batch_rows);
  return read_file(folder.file("out"));
}

Rows odd_rows() {
  using namespace std::string_literals;
  Rows rows;
  rows.add("king", {1, -2, 3});
  rows.add(". . .", {0, -0.0F, 0});
  rows.add("a\0b"s, {FLT_MAX, -FLT_MAX, FLT_MIN});
  rows.add("\xff", {1e-45F, -1e-45F, 1});
  rows.add("könig", {0.1F, 0.2F, 0.3F});
  rows.add("line\nend", {5, 6, 7});
  rows.add(std::string(1000, 'x'), {8, 9, 10});
  rows.add("\"quoted\\", {11, 12, 13});
  return rows;
}

void expect_same_rows(const Embeddings& embeddings, const Rows& rows) {
  ASSERT_EQ(embeddings.rows(), rows.size());
  ASSERT_EQ(embeddings.dim(), rows.dim);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const Row row = static_cast<Row>(r);
    EXPECT_EQ(embeddings.vocabulary.word(row), rows.words[r]);
    EXPECT_EQ(embeddings.vocabulary.find(rows.words[r]), row);
    const float* vector = rows.vectors.data() + r * rows.dim;
    for (std::size_t i = 0; i < rows.dim; ++i) {
      EXPECT_EQ(std::bit_cast<std::uint32_t>(embeddings.matrix.row(row)[i]),
                std::bit_cast<std::uint32_t>(vector[i]));
    }
    EXPECT_EQ(embeddings.norms[r],
              static_cast<float>(std::sqrt(test::lanes_dot(vector, vector, rows.dim))));
  }
}

TEST(Container, GivesBackWhatWasWritten) {
  const TempFolder folder;
  ModelInfo info;
  info.source = "glove \"x\".txt";
  info.source_format = "glove";
  info.creator = "test 1";
  info.edits = "merge concatenate \"y\".txt; center";
  info.license = "PDDL-1.0";
  info.citation = "Pennington et al. 2014\n\x01 – GloVe";
  ContainerWriter writer(folder.file("m.safetensors"), info);
  writer.set_source(12345678901234, "0123456789abcdef0123456789abcdef");
  const Rows rows = odd_rows();
  rows.pour_into(writer, 3);
  const Container container = Container::open(folder.file("m.safetensors"));
  expect_same_rows(container.embeddings(), rows);
  EXPECT_EQ(container.info().source, info.source);
  EXPECT_EQ(container.info().source_format, info.source_format);
  EXPECT_EQ(container.info().creator, info.creator);
  EXPECT_EQ(container.info().edits, info.edits);
  EXPECT_EQ(container.info().license, info.license);
  EXPECT_EQ(container.info().citation, info.citation);
  EXPECT_EQ(container.info().source_size_bytes, 12345678901234U);
  EXPECT_EQ(container.info().source_checksum, "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(container.size_bytes(), read_file(folder.file("m.safetensors")).size());
  EXPECT_EQ(container.verify(), std::vector<std::string>{});
  EXPECT_EQ(folder.names(), std::vector<std::string>{"m.safetensors"});
}

TEST(Container, HoldsManyRows) {
  const Rows rows = random_rows(5000, 17, 1);
  const AlignedBytes bytes(container_bytes(rows));
  const Container container = Container::from_memory(bytes.view(), "memory");
  expect_same_rows(container.embeddings(), rows);
  EXPECT_EQ(container.verify(), std::vector<std::string>{});
}

TEST(Container, PutsTensorsWhereTheFormatSays) {
  for (const std::size_t dim : {1U, 3U, 16U, 300U}) {
    const AlignedBytes bytes(container_bytes(random_rows(7, dim, 2)));
    const Container container = Container::from_memory(bytes.view(), "memory");
    std::vector<std::string> names;
    for (const Tensor& tensor : container.header().tensors) {
      if (tensor.name.starts_with("padding.")) {
        EXPECT_LT(tensor.end - tensor.begin, 64U);
        for (std::uint64_t i = tensor.begin; i < tensor.end; ++i) EXPECT_EQ(bytes.view()[i], '\0');
        continue;
      }
      names.push_back(tensor.name);
      EXPECT_EQ(tensor.begin % (tensor.name == "embeddings" ? 4096 : 64), 0U) << tensor.name;
    }
    EXPECT_EQ(names, (std::vector<std::string>{"embeddings", "words.slots", "words.offsets",
                                               "words.text", "norms", "scan.centroids",
                                               "scan.first_blocks", "scan.cosines", "scan.rows",
                                               "scan.codes4", "scan.codes8"}));
    EXPECT_EQ(load_le<std::uint64_t>(bytes.view().data()) + 8,
              container.header().find("embeddings")->begin);
    EXPECT_EQ(bytes.view()[8], '{');
  }
}

TEST(Container, IsEqualBytesForEqualInput) {
  ModelInfo info;
  info.source = "a.txt";
  const Rows rows = random_rows(1000, 5, 3);
  const std::string once = container_bytes(rows, info);
  EXPECT_TRUE(once == container_bytes(rows, info));
  EXPECT_TRUE(once == container_bytes(rows, info, 7));
  info.source = "b.txt";
  EXPECT_FALSE(once == container_bytes(rows, info));
}

TEST(Container, KeepsLongMetadata) {
  ModelInfo info;
  info.license = std::string(100'000, '\x1f');  // six bytes each in JSON
  info.edits = std::string(60'000, '\x1f');
  info.citation = std::string(50'000, '"');
  const AlignedBytes bytes(container_bytes(odd_rows(), info));
  const Container container = Container::from_memory(bytes.view(), "memory");
  EXPECT_EQ(container.info().license, info.license);
  EXPECT_EQ(container.info().edits, info.edits);
  EXPECT_EQ(container.info().citation, info.citation);
  EXPECT_EQ(container.header().find("embeddings")->begin % 4096, 0U);
}

TEST(Container, KeepsMetadataThatIsNotUtf8Readable) {
  ModelInfo info;
  info.source = std::string(5000, '\xff');
  const AlignedBytes bytes(container_bytes(odd_rows(), info));
  const Container container = Container::from_memory(bytes.view(), "memory");
  EXPECT_EQ(container.info().source.substr(0, 6), "\xef\xbf\xbd\xef\xbf\xbd");  // U+FFFD
}

TEST(Container, NotesTheCasing) {
  Rows lower;
  lower.add("könig", {1});
  Rows mixed = lower;
  mixed.add("Paris", {2});
  const AlignedBytes lower_bytes(container_bytes(lower));
  const AlignedBytes mixed_bytes(container_bytes(mixed));
  EXPECT_TRUE(
      Container::from_memory(lower_bytes.view(), "m").embeddings().vocabulary.is_lower_case());
  EXPECT_FALSE(
      Container::from_memory(mixed_bytes.view(), "m").embeddings().vocabulary.is_lower_case());
}

TEST(Container, MayBeMovedAndClosedBeforeItsFile) {
  const TempFolder folder;
  folder.write("m", container_bytes(odd_rows()));
  Container first = Container::open(folder.file("m"));
  const Container second = std::move(first);
  std::remove(folder.file("m").c_str());
  expect_same_rows(second.embeddings(), odd_rows());
}

TEST(ContainerWriter, RefusesAWordThatComesTwice) {
  const TempFolder folder;
  {
    ContainerWriter writer(folder.file("out"), {});
    Rows rows = odd_rows();
    rows.add("king", {1, 2, 3});
    expect_error(ErrorCode::malformed, "'king' comes twice", [&] { rows.pour_into(writer, 2); });
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(ContainerWriter, RefusesToWriteNothing) {
  const TempFolder folder;
  {
    ContainerWriter writer(folder.file("out"), {});
    writer.begin(3, std::nullopt);
    expect_error(ErrorCode::malformed, "no rows", [&] { writer.finish(); });
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(ContainerWriter, RefusesAPipe) {
  expect_error(ErrorCode::usage, "pipe", [] { ContainerWriter("/dev/null", {}); });
}

TEST(ContainerWriter, LeavesNothingWithoutFinish) {
  const TempFolder folder;
  const std::string path = folder.write("out", "old");
  {
    ContainerWriter writer(path, {});
    writer.begin(1, 1);
    const std::vector<std::string_view> words = {"a"};
    const std::vector<float> vectors = {1};
    writer.append({1, words, vectors});
  }
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out"});
}

// A container made by hand: words "a" and "b", vectors (1, 2) and (3, 4).
struct Handmade {
  std::string json =
      R"({"__metadata__":{"format":"wordvec","format_version":"1.0","casing":"lower"},)"
      R"("embeddings":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},)"
      R"("norms":{"dtype":"F32","shape":[2],"data_offsets":[16,24]},)"
      R"("words.offsets":{"dtype":"U64","shape":[3],"data_offsets":[24,48]},)"
      R"("words.slots":{"dtype":"U32","shape":[4],"data_offsets":[48,64]},)"
      R"("words.text":{"dtype":"U8","shape":[2],"data_offsets":[64,66]}})";
  std::string data;

  Handmade() {
    const auto put = [&](auto value) {
      data.append(reinterpret_cast<const char*>(&value), sizeof value);
    };
    for (const float x : {1.0F, 2.0F, 3.0F, 4.0F}) put(x);
    put(2.2360680F);  // √5
    put(5.0F);
    for (const std::uint64_t offset : {0U, 1U, 2U}) put(offset);
    std::uint32_t slots[4] = {};
    for (std::uint32_t row = 0; row < 2; ++row) {
      std::size_t slot = hash64(row == 0 ? "a" : "b") % 4;
      while (slots[slot] != 0) slot = (slot + 1) % 4;
      slots[slot] = row + 1;
    }
    for (const std::uint32_t slot : slots) put(slot);
    data += "ab";
  }

  // Exchanges a piece of the JSON text, which must be there exactly once.
  Handmade& exchange(const std::string& piece, const std::string& by) {
    const std::size_t at = json.find(piece);
    EXPECT_NE(at, std::string::npos) << piece;
    EXPECT_EQ(json.find(piece, at + 1), std::string::npos) << piece;
    if (at != std::string::npos) json.replace(at, piece.size(), by);
    return *this;
  }

  std::string bytes() const {
    std::string text = json;
    text.resize(round_up(text.size(), 8), ' ');
    std::string length(8, '\0');
    store_le<std::uint64_t>(length.data(), text.size());
    return length + text + data;
  }
};

// Reads everything that there is. What it reads may be nonsense.
void touch(const Container& container) {
  const Embeddings& embeddings = container.embeddings();
  for (std::size_t r = 0; r < embeddings.rows(); ++r) {
    std::string word = "?";
    try {
      word = embeddings.vocabulary.word(static_cast<Row>(r));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::malformed);
    }
    const auto found = embeddings.vocabulary.find(word);
    if (found) {
      EXPECT_EQ(embeddings.vocabulary.word(*found), word);
    }
    volatile float sum = embeddings.norms[r];
    for (const float x : embeddings.matrix.row(r)) sum = sum + x;
  }
  (void)container.verify();
}

// What opening `bytes` says; empty when it opens.
std::string problem_of(std::string_view bytes) {
  const AlignedBytes aligned(bytes);
  try {
    touch(Container::from_memory(aligned.view(), "file"));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::malformed) << error.what();
    EXPECT_EQ(error.path(), "file");
    return error.what();
  }
  return {};
}

void expect_problem(std::string_view bytes, const std::string& part) {
  const std::string problem = problem_of(bytes);
  EXPECT_NE(problem.find(part), std::string::npos)
      << "message: " << (problem.empty() ? "(none)" : problem) << "\nexpected: " << part;
}

TEST(ContainerDamage, HandmadeContainerOpens) {
  const AlignedBytes bytes(Handmade().bytes());
  const Container container = Container::from_memory(bytes.view(), "file");
  EXPECT_EQ(container.embeddings().vocabulary.find("b"), 1U);
  EXPECT_EQ(container.embeddings().matrix.row(1)[1], 4);
  // It has no checksums; everything else must be right.
  for (const std::string& problem : container.verify()) {
    EXPECT_NE(problem.find("has no checksum"), std::string::npos) << problem;
  }
  EXPECT_EQ(container.verify().size(), 5U);
}

TEST(ContainerDamage, IsReportedForTheLengthField) {
  std::string bytes = Handmade().bytes();
  const auto with_length = [&](std::uint64_t length) {
    std::string changed = bytes;
    store_le(changed.data(), length);
    return changed;
  };
  const auto length = load_le<std::uint64_t>(bytes.data());
  expect_problem(with_length(0), "does not start with '{'");
  expect_problem(with_length(1), "not valid JSON");
  expect_problem(with_length(length + 1), "damaged safetensors header");
  expect_problem(with_length(bytes.size() - 8), "damaged safetensors header");
  expect_problem(with_length(bytes.size() - 7), "the file has");
  expect_problem(with_length(bytes.size()), "the file has");
  for (const std::uint64_t huge : {std::uint64_t{100'000'001}, std::uint64_t{1} << 63,
                                   ~std::uint64_t{0}, ~std::uint64_t{0} - 7}) {
    expect_problem(with_length(huge), "it claims " + std::to_string(huge) + " bytes");
  }
}

TEST(ContainerDamage, IsReportedForEachHeaderField) {
  struct Damage {
    const char* piece;
    const char* by;
    const char* message;
  };
  const Damage kDamages[] = {
      // dtype
      {R"("dtype":"F32","shape":[2,2])", R"("dtype":"F64","shape":[2,2])",
       "has 16 bytes, expected 32"},
      {R"("dtype":"F32","shape":[2,2])", R"("dtype":"I32","shape":[2,2])",
       "is I32 [2, 2], expected F32"},
      {R"("dtype":"F32","shape":[2,2])", R"("dtype":"X9","shape":[2,2])", "unknown dtype 'X9'"},
      {R"("dtype":"F32","shape":[2,2])", R"("dtype":4,"shape":[2,2])", "dtype that is not a text"},
      {R"("dtype":"F32","shape":[2,2])", R"("shape":[2,2])", "lacks one of"},
      {R"("dtype":"F32","shape":[2],)", R"("dtype":"U32","shape":[2],)", "'norms' is U32"},
      {R"("dtype":"U64","shape":[3])", R"("dtype":"I64","shape":[3])", "'words.offsets' is I64"},
      {R"("dtype":"U32","shape":[4])", R"("dtype":"F32","shape":[4])", "'words.slots' is F32"},
      {R"("dtype":"U8","shape":[2])", R"("dtype":"I8","shape":[2])", "'words.text' is I8"},
      // shape
      {"[2,2]", "[2,3]", "has 16 bytes, expected 24"},
      {"[2,2]", "[4]", "of rank 2"},
      {"[2,2]", "[2,2,1]", "of rank 2"},
      {"[2,2]", "[4,1]", "'norms' has 2 entries, expected 4"},
      {"[2,2]", "[1,4]", "'norms' has 2 entries, expected 1"},
      {"[2,2]", "[-2,2]", "expected a whole number"},
      {"[2,2]", "[2.0,2]", "expected a whole number"},
      {"[2,2]", "[\"2\",2]", "expected a whole number"},
      {"[2,2]", "[null,2]", "expected a whole number"},
      {"[2,2]", "[[2],2]", "expected a whole number"},
      {"[2,2]", "4", "shape that is not an array"},
      {"[2,2]", "[18446744073709551615,18446744073709551615]", "expected 2^64 or more"},
      {"[2,2]", "[4611686018427387905,4]", "expected 2^64 or more"},  // 16 modulo 2^64
      {"[2,2]", "[18446744073709551616,2]", "expected a whole number"},
      {"[2,2]", "[0,2]", "expected 0"},
      {R"("shape":[3])", R"("shape":[3,1])", "of rank 1"},
      {R"("dtype":"U64","shape":[3],"data_offsets":[24,48])",
       R"("dtype":"U64","shape":[2],"data_offsets":[24,40]},)"
       R"("x":{"dtype":"U64","shape":[1],"data_offsets":[40,48])",
       "'words.offsets' has 2 entries, expected 3"},
      {R"("shape":[4],"data_offsets":[48,64])",
       R"("shape":[2],"data_offsets":[48,56]},)"
       R"("x":{"dtype":"U32","shape":[2],"data_offsets":[56,64])",
       "hash table has 2 slots"},
      {R"("shape":[4],"data_offsets":[48,64])",
       R"("shape":[3],"data_offsets":[48,60]},)"
       R"("x":{"dtype":"U32","shape":[1],"data_offsets":[60,64])",
       "hash table has 3 slots"},
      {R"("shape":[4],"data_offsets":[48,64])",
       R"("shape":[0],"data_offsets":[48,48]},)"
       R"("x":{"dtype":"U32","shape":[4],"data_offsets":[48,64])",
       "hash table has 0 slots"},
      // data_offsets
      {"[0,16]", "[16,0]", "before it begins"},
      {"[0,16]", "[0,17]", "has 17 bytes, expected 16"},
      {"[0,16]", "[0,8]", "has 8 bytes, expected 16"},
      {"[0,16]", "[1,17]", "expected"},
      {"[0,16]", "[8,24]", "expected"},
      {"[0,16]", "[16,32]", "expected"},
      {"[0,16]", "[0]", "not two numbers"},
      {"[0,16]", "[0,16,16]", "not two numbers"},
      {"[0,16]", "{}", "not two numbers"},
      {"[0,16]", "[\"0\",16]", "expected a whole number"},
      {"[0,16]", "[-1,16]", "expected a whole number"},
      {"[0,16]", "[0.5,16]", "expected a whole number"},
      {"[0,16]", "[0,18446744073709551615]", "the file has only 66"},
      {"[0,16]", "[18446744073709551600,18446744073709551615]", "the file has only 66"},
      {R"([64,66])", R"([65,67])", "the file has only 66"},
      {R"("shape":[2],"data_offsets":[64,66])", R"("shape":[1],"data_offsets":[64,65])",
       "the tensors end at byte"},
      {R"("shape":[2],"data_offsets":[64,66])", R"("shape":[1],"data_offsets":[65,66])",
       "expected"},
      // tensors
      {R"("embeddings")", R"("embedding")", "'embeddings' is missing"},
      {R"("norms")", R"("norm")", "'norms' is missing"},
      {R"("words.offsets")", R"("words.offset")", "'words.offsets' is missing"},
      {R"("words.slots")", R"("words.slot")", "'words.slots' is missing"},
      {R"("words.text")", R"("words.texts")", "'words.text' is missing"},
      {R"({"dtype":"U8","shape":[2],"data_offsets":[64,66]})", "[64,66]", "lacks one of"},
      {R"({"dtype":"U8","shape":[2],"data_offsets":[64,66]})", "null", "lacks one of"},
      // metadata
      {R"("format":"wordvec")", R"("format":"pt")", "not one that wordvec wrote"},
      {R"("format":"wordvec",)", "", "not one that wordvec wrote"},
      {R"({"format":"wordvec","format_version":"1.0","casing":"lower"})", "[]", "not an object"},
      {R"("lower")", "1", "'casing' is not a text"},
      {R"("1.0")", R"("2.0")", "version 2.0; this program reads up to version 1.x"},
      {R"("1.0")", R"("10.0")", "version 10.0"},
      {R"("1.0")", R"("18446744073709551616.0")", "expected MAJOR.MINOR"},
      {R"("1.0")", R"("1")", "expected MAJOR.MINOR"},
      {R"("1.0")", R"("")", "expected MAJOR.MINOR"},
      {R"("1.0")", R"("x.y")", "expected MAJOR.MINOR"},
      {R"("1.0")", R"("-1.0")", "expected MAJOR.MINOR"},
      // JSON
      {R"("lower"})", R"("lower"])", "not valid JSON"},
      {R"("lower")", "\"\xff\"", "not valid JSON"},
      {R"("lower")", "1e999", "number"},
      {R"("lower")", "-", "not valid JSON"},
  };
  for (const Damage& damage : kDamages) {
    SCOPED_TRACE(std::string(damage.piece) + " → " + damage.by);
    expect_problem(Handmade().exchange(damage.piece, damage.by).bytes(), damage.message);
  }
}

TEST(ContainerDamage, IsReportedForTrailingAndMissingBytes) {
  Handmade longer;
  longer.data += 'x';
  expect_problem(longer.bytes(), "the tensors end at byte");
  Handmade shorter;
  shorter.data.pop_back();
  expect_problem(shorter.bytes(), "the file has only 65");
}

TEST(ContainerDamage, IsReportedForTensorsAtOddPlaces) {
  std::string bytes = Handmade().bytes();
  bytes.insert(bytes.find("}}") + 2, " ");
  store_le(bytes.data(), load_le<std::uint64_t>(bytes.data()) + 1);
  expect_problem(bytes, "not a multiple of");
}

TEST(ContainerDamage, IsReportedForDeepNesting) {
  constexpr std::size_t kDeep = 300'000;
  const std::string open(kDeep, '[');
  const std::string nested = open + std::string(kDeep, ']');
  const std::string objects = [] {
    std::string text;
    for (std::size_t i = 0; i < kDeep; ++i) text += R"({"a":)";
    return text + '1' + std::string(kDeep, '}');
  }();
  expect_problem(Handmade().exchange("[2,2]", open).bytes(), "expected a whole number");
  expect_problem(Handmade().exchange("[2,2]", nested).bytes(), "expected a whole number");
  expect_problem(Handmade().exchange("[0,16]", '[' + nested + ",16]").bytes(),
                 "expected a whole number");
  expect_problem(Handmade().exchange("\"lower\"", nested).bytes(), "is not a text");
  expect_problem(Handmade().exchange("\"U8\"", objects).bytes(), "a dtype that is not a text");
  expect_problem(Handmade().exchange("\"norms\":", "\"x\":" + nested + ",\"norms\":").bytes(),
                 "'x' lacks one of");
  expect_problem(Handmade().exchange("\"norms\":", "\"x\":" + objects + ",\"norms\":").bytes(),
                 "nested too deeply");
  for (const std::string& deep : {open, nested, objects}) {
    expect_problem(Handmade().exchange("\"shape\":[2,2]", "\"x\":" + deep).bytes(),
                   "nested too deeply");
  }
  expect_problem(Handmade().exchange("[2,2]", "[[[[2]]],2]").bytes(), "expected a whole number");
}

TEST(ContainerDamage, IgnoresTensorsAndMetadataThatItDoesNotKnow) {
  Handmade file;
  file.exchange(R"("casing":"lower")", R"("casing":"lower","later":"news")");
  file.exchange(R"([64,66]}})",
                R"([64,66]},"scan.codes":{"dtype":"BF16","shape":[1,1],"data_offsets":[66,68]}})");
  file.exchange("\"1.0\"", "\"1.7\"");
  file.data += "xx";
  EXPECT_EQ(problem_of(file.bytes()), "");
}

TEST(ContainerDamage, NeverCrashesOnTruncation) {
  const std::string handmade = Handmade().bytes();
  Rows rows;
  rows.add("a", {1});
  const std::string written = container_bytes(rows);
  for (const std::string& bytes : {handmade, written}) {
    ASSERT_EQ(problem_of(bytes), "");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      ASSERT_NE(problem_of(std::string_view(bytes).substr(0, size)), "") << size;
    }
  }
}

TEST(ContainerDamage, IsFoundByVerifyForEachBitOfTheData) {
  Rows rows;
  rows.add("king", {0.5F, -2});
  rows.add("queen", {3, 4});
  rows.add("X", {0, 0});
  const std::string bytes = container_bytes(rows);
  AlignedBytes damaged(bytes);
  const SafetensorsHeader header = parse_safetensors(bytes, "file");
  for (const Tensor& tensor : header.tensors) {
    for (std::uint64_t i = tensor.begin; i < tensor.end; ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        damaged[i] = static_cast<char>(bytes[i] ^ (1 << bit));
        const Container container = Container::from_memory(damaged.view(), "file");
        touch(container);
        EXPECT_FALSE(container.verify().empty()) << tensor.name << ", byte " << i;
      }
      damaged[i] = bytes[i];
    }
  }
}

TEST(ContainerDamage, NeverCrashesForAnyBitOfTheHeader) {
  Rows rows;
  rows.add("king", {0.5F, -2});
  rows.add("queen", {3, 4});
  const std::string bytes = container_bytes(rows);
  std::string damaged = bytes;
  const std::size_t json_end = bytes.find("}}", 8) + 2;
  std::size_t refused = 0;
  for (std::size_t i = 0; i < json_end; ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      damaged[i] = static_cast<char>(bytes[i] ^ (1 << bit));
      if (!problem_of(damaged).empty()) ++refused;
    }
    damaged[i] = bytes[i];
  }
  EXPECT_GT(refused, json_end);
}

TEST(ContainerVerify, NamesWhatIsWrong) {
  Handmade file;
  const auto problems_with = [](const Handmade& handmade) {
    const AlignedBytes bytes(handmade.bytes());
    std::string all;
    for (const auto& problem : Container::from_memory(bytes.view(), "file").verify()) {
      if (problem.find("has no checksum") == std::string::npos) all += problem + '\n';
    }
    return all;
  };
  EXPECT_EQ(problems_with(file), "");
  Handmade wrong_norm = file;
  store_le(wrong_norm.data.data() + 16, 2.25F);
  EXPECT_NE(problems_with(wrong_norm).find("row 0"), std::string::npos);
  Handmade not_finite = file;
  store_le(not_finite.data.data() + 12, std::numeric_limits<float>::quiet_NaN());
  EXPECT_NE(problems_with(not_finite).find("not finite"), std::string::npos);
  Handmade same_words = file;
  same_words.data[65] = 'a';
  EXPECT_NE(problems_with(same_words).find("row 1: its word 'a' is found at row 0"),
            std::string::npos);
  Handmade empty_table = file;
  std::fill_n(empty_table.data.begin() + 48, 16, '\0');
  EXPECT_NE(problems_with(empty_table).find("not in the hash table"), std::string::npos);
  Handmade wrong_offsets = file;
  store_le<std::uint64_t>(wrong_offsets.data.data() + 40, 3);
  EXPECT_NE(problems_with(wrong_offsets).find("row 1"), std::string::npos);
}

std::vector<std::uint64_t> counts_of(const Container& container) {
  const auto counts = container.embeddings().counts;
  return {counts.begin(), counts.end()};
}

TEST(ContainerCounts, AreGivenBack) {
  Rows rows = test::random_rows(3, 2, 1);
  rows.counts = {5, 0, std::numeric_limits<std::uint64_t>::max()};
  const AlignedBytes bytes(container_bytes(rows));
  const Container container = Container::from_memory(bytes.view(), "file");
  EXPECT_EQ(counts_of(container), rows.counts);
  EXPECT_EQ(container.verify(), std::vector<std::string>{});
}

TEST(ContainerCounts, AreLeftOutWhereTheyTellNothing) {
  Rows rows = test::random_rows(2, 2, 1);
  rows.counts = {0, 0};
  const AlignedBytes bytes(container_bytes(rows));
  const Container container = Container::from_memory(bytes.view(), "file");
  EXPECT_EQ(counts_of(container), std::vector<std::uint64_t>{});
  EXPECT_EQ(container.header().find("words.counts"), nullptr);
}

TEST(ContainerCounts, AreRefusedForSomeRowsOnly) {
  const test::TempFolder folder;
  ContainerWriter writer(folder.file("c.safetensors"), {});
  const std::vector<std::string_view> a = {"a"};
  const std::vector<std::string_view> b = {"b"};
  const std::vector<float> vectors = {1};
  const std::vector<std::uint64_t> counts = {7};
  writer.begin(1, std::nullopt);
  writer.append({1, a, vectors, counts});
  writer.append({1, b, vectors});
  expect_error(ErrorCode::malformed, "counts for 1 of 2 rows", [&] { writer.finish(); });
}

TEST(ContainerCounts, AreCheckedForTypeAndShape) {
  Rows rows = test::random_rows(2, 2, 1);
  rows.counts = {5, 4};
  const std::string right = container_bytes(rows);
  const auto with = [&](const std::string& piece, const std::string& by) {
    std::string bytes = right;
    const std::size_t at = bytes.find(piece);
    EXPECT_NE(at, std::string::npos);
    return bytes.replace(at, piece.size(), by);
  };
  const std::string entry = R"("words.counts":{"dtype":"U64","shape":[2])";
  for (const auto& [by, message] :
       {std::pair{R"("words.counts":{"dtype":"I64","shape":[2])", "'words.counts' is I64 [2]"},
        std::pair{R"("words.counts":{"dtype":"U32","shape":[4])", "'words.counts' is U32 [4]"},
        std::pair{R"("words.counts":{"dtype":"F64","shape":[2])", "'words.counts' is F64 [2]"}}) {
    const AlignedBytes bytes(with(entry, by));
    expect_error(ErrorCode::malformed, message,
                 [&] { Container::from_memory(bytes.view(), "file"); });
  }
  const AlignedBytes bytes(with(R"("words.counts":{)", R"("words.countz":{)"));
  EXPECT_EQ(counts_of(Container::from_memory(bytes.view(), "file")), std::vector<std::uint64_t>{});
}

TEST(ContainerVerify, ComparesTheCasing) {
  Rows rows;
  rows.add("Paris", {1});
  rows.add("rome", {2});
  std::string bytes = container_bytes(rows);
  bytes.replace(bytes.find("\"mixed\""), 7, "\"lower\"");
  const AlignedBytes aligned(bytes);
  const auto problems = Container::from_memory(aligned.view(), "file").verify();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_NE(problems[0].find("'Paris'"), std::string::npos) << problems[0];
}

}  // namespace
}  // namespace wordvec::container_test
