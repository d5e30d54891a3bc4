#include "wordvec/formats/format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>

#include "support/expect_error.h"
#include "support/rows.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/byte_stream.h"
#include "wordvec/base/error.h"

namespace wordvec::format_test {
namespace {

using namespace std::string_literals;

std::string detected(const std::string& bytes) {
  ByteSource source = ByteSource::from_memory("file", bytes);
  const Format* format = detect_format(source);
  EXPECT_EQ(source.position_bytes(), 0U);
  return format == nullptr ? "none" : std::string(format->name);
}

std::string description(const std::string& bytes) {
  ByteSource source = ByteSource::from_memory("file", bytes);
  return describe_unknown(source).description;
}

TEST(Formats, AreFoundByTheirNames) {
  std::set<std::string_view> names;
  for (const Format* format : formats()) {
    EXPECT_EQ(find_format(format->name), format);
    EXPECT_EQ(format->extension.front(), '.');
    EXPECT_FALSE(format->description.empty());
    names.insert(format->name);
  }
  EXPECT_EQ(names.size(), formats().size());
  EXPECT_EQ(find_format("glove"), &kGloveText);
  EXPECT_EQ(find_format("word2vec-text"), &kWord2vecText);
  EXPECT_EQ(find_format("word2vec-bin"), &kWord2vecBinary);
  EXPECT_EQ(find_format("fasttext"), &kFastTextModel);
  EXPECT_EQ(find_format("floret"), &kFloretText);
  for (const char* name : {"", "Glove", "wordvec", "glov"}) EXPECT_EQ(find_format(name), nullptr);
}

TEST(Detection, KnowsGloveText) {
  EXPECT_EQ(detected("the 0.418 0.24968 -0.41242\n, 0.01 0.2 0.3\n"), "glove");
  EXPECT_EQ(detected("the 0.418 0.24968 -0.41242"), "glove");
  EXPECT_EQ(detected(", 1 2 3 \r\n"), "glove");
  EXPECT_EQ(detected("1 2.5 3\n"), "glove");
  EXPECT_EQ(detected("the\t0.1\t0.2\n"), "glove");
  EXPECT_EQ(detected("-5 3\na 1\n"), "glove");
  std::string wide = "w";
  for (int i = 0; i < 65'536; ++i) wide += " 0.123456";
  EXPECT_EQ(detected(wide + '\n' + wide + '\n'), "glove");
}

TEST(Detection, LooksPastAFirstLineThatIsNoRow) {
  EXPECT_EQ(detected("\nthe 0.1 0.2\n"), "glove");
  EXPECT_EQ(detected("title\nthe 0.1 0.2\nof 0.3 0.4\n"), "glove");
  EXPECT_EQ(detected("the 0.1 x\nof 0.1 0.2\nto 0.3 0.4\n"), "glove");
  EXPECT_EQ(detected("\n 0.5 0.25\nthe 0.1 0.2\n"), "glove");
  EXPECT_EQ(detected("a\0b 0.1 0.2\n"s), "glove");
  EXPECT_EQ(detected("\n2 3\nthe 0.1 0.2 0.3\n"), "word2vec-text");
  EXPECT_EQ(detected("title\nit was the best of 2 times\nin 1 2\n"), "none");
}

// Every field is a number, and the first is none that names a row.
TEST(Detection, KnowsNumbersAlone) {
  EXPECT_EQ(detected("0.1 0.2 0.3\n0.5 -0.6 0.7\n"), "values");
  EXPECT_EQ(detected("1 2 3\n"), "values");
  EXPECT_EQ(detected("1\t2\t3\r\n4\t5\t6\r\n\r\n"), "values");
  EXPECT_EQ(detected("  1.000e+00 -2.000e+00\n -3.000e+00  4.000e+00\n"), "values");
  EXPECT_EQ(detected("0.5\n-1\n"), "values");
  EXPECT_EQ(detected("1 0.5\n1 0.25\n"), "values");  // the same name twice
  EXPECT_EQ(detected("2 3\n0.1 0.2 0.3\n0.4 0.5 0.6\n"), "values");
  EXPECT_EQ(detected("2 1\n0.1\n0.4\n"), "values");
  std::string rows;
  while (rows.size() < 200'000) rows += "0.25 -0.5 1e-3\n";
  EXPECT_EQ(detected(rows + "0.25 -"), "values");
  EXPECT_EQ(detected(rows + "king 1 2 3\n"), "glove");
  // Numbers of rows, and words that are numbers.
  EXPECT_EQ(detected("17 0.1 0.2\n4 0.3 0.4\n"), "glove");
  EXPECT_EQ(detected("2 2\n17 0.1 0.2\n4 0.3 0.4\n"), "word2vec-text");
  EXPECT_EQ(detected("2 2\n17 1 2\n4 3 4\n"), "word2vec-text");
  EXPECT_EQ(detected("3 1\n4 1\n5 1\n6 1\n"), "word2vec-text");
  EXPECT_EQ(detected("0.5 0.1 0.2\n, 0.3 0.4\n"), "glove");
  EXPECT_EQ(detected("1\t1 2 3\n2.5\t4 5 6\n"), "glove");
  EXPECT_EQ(detected("0.5 0.1 0.2\n1990 0.3 0.4 0.5\n"), "glove");
}

TEST(Detection, KnowsWord2vecText) {
  EXPECT_EQ(detected("2 3\nthe 0.1 0.2 0.3\nof 0.4 0.5 0.6\n"), "word2vec-text");
  EXPECT_EQ(detected("2 3\r\nthe 0.1 0.2 0.3 \r\n"), "word2vec-text");
  EXPECT_EQ(detected("400000 300\n"), "word2vec-text");
  EXPECT_EQ(detected("2 3\nnew york 0.1 0.2 0.3\n"), "word2vec-text");
}

// "5 3" is a word and its value as well as a header; the second line decides.
TEST(Detection, TellsAHeaderFromARowOfOneValue) {
  EXPECT_EQ(detected("5 3\n7 2.5\n"), "glove");
  EXPECT_EQ(detected("5 3\nw 0.5\n"), "glove");
  EXPECT_EQ(detected("5 3\nw 0.5 0.5 0.5\n"), "word2vec-text");
  EXPECT_EQ(detected("5 1\nw 0.5\n"), "word2vec-text");
  EXPECT_EQ(detected("w 1\nv 2\n"), "glove");
}

TEST(Detection, KnowsWord2vecBinary) {
  EXPECT_EQ(detected("1 1\na \x00\x00\x80\x3f\n"s), "word2vec-bin");
  EXPECT_EQ(detected("1 1\na \xcd\xcc\xcc\x3d"s), "word2vec-bin");  // 0.1, without control bytes
  EXPECT_EQ(detected("3000000 300\n</s> "s + std::string(1200, '\x3a')), "word2vec-bin");
}

TEST(Detection, KnowsFastTextModels) {
  EXPECT_EQ(detected("\xba\x16\x4f\x2f\x0c\0\0\0"s), "fasttext");
  EXPECT_EQ(detected("\xba\x16\x4f\x2f"s), "fasttext");
  // Before there was a signature: a dimension, and what follows must fit.
  std::string old = "\x64\0\0\0\x05\0\0\0"s;
  old.resize(108);
  EXPECT_EQ(detected(old), "none");
}

TEST(Detection, KnowsFloretText) {
  EXPECT_EQ(detected("2 3 2 3 2 2166136261 < >\n0 -2.2611 3.9302 2.6676\n1 -3.12 -1.7 10\n"),
            "floret");
  EXPECT_EQ(detected("2 3 0 0 1 0 [ ]\r\n1 -2.2611 3.9302 2.6676 \n"), "floret");
  EXPECT_EQ(detected("2 3 2 3 2 2166136261 7 8\n0 -2 3 2 5 6 7 8.5\n"), "glove");
  EXPECT_EQ(detected("2 3 2 3 9 2166136261 < >\n0 -2 3 2\n"), "none");
}

TEST(Detection, KnowsArrays) {
  EXPECT_EQ(detected("\x93NUMPY\x01\0v\0{"s), "npy");
  EXPECT_EQ(detected("\x02\0\0\0\0\0\0\0{}"s), "safetensors");
}

TEST(Detection, RefusesEverythingElse) {
  EXPECT_EQ(detected(""), "none");
  EXPECT_EQ(detected("\n"), "none");
  EXPECT_EQ(detected("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s), "none");
  EXPECT_EQ(detected("\x1f\x8b\x08\0\0\0\0\0\0\x03"s), "none");
  EXPECT_EQ(detected("PK\x03\x04\x14\0\0\0"s), "none");
  EXPECT_EQ(detected("It was the best of times,\nit was the worst of times,\n"), "none");
  EXPECT_EQ(detected("word\n"), "none");
  EXPECT_EQ(detected("{\"a\": 1}\n"), "none");
  EXPECT_EQ(detected("a,b,c\n1,2,3\n"), "none");
  EXPECT_EQ(detected(std::string(100'000, '\0')), "none");
  EXPECT_EQ(detected(std::string(10'000'000, 'a')), "none");
}

TEST(Description, NamesKnownFilesAndTheirRemedy) {
  EXPECT_EQ(description(""), "is empty");
  EXPECT_NE(description("\x04\x22\x4d\x18"s).find("lz4 -dc"), std::string::npos);
  EXPECT_NE(description("\x89PNG\r\n"s).find("PNG image"), std::string::npos);
}

TEST(Description, NamesWhatPeopleMistakeForVectors) {
  EXPECT_NE(description("\n<!DOCTYPE html><html>"s).find("web page"), std::string::npos);
  EXPECT_NE(description("<HTML>\n"s).find("web page"), std::string::npos);
  EXPECT_NE(description("\x80\x04\x95"s).find("save_word2vec_format"), std::string::npos);
  const std::string tar = "name" + std::string(253, '\0') + "ustar";
  EXPECT_NE(description(tar).find("tar -xOf"), std::string::npos);
}

TEST(Description, ShowsTheFirstBytesOfUnknownFiles) {
  EXPECT_NE(description("It was the best").find("49 74 20 77 61 73 20 74"), std::string::npos);
  EXPECT_EQ(description("It was the best").find("74 68"), std::string::npos);
  EXPECT_NE(description("\x01"s).find(" 01"), std::string::npos);
}

// Gives 64 MiB of what no format begins with.
class Noise final : public ByteStream {
 public:
  explicit Noise(std::uint64_t& given) : given_(given) {}
  std::size_t read(std::span<char> into) override {
    const auto count = std::min<std::size_t>(into.size(), kMax - given_);
    std::fill_n(into.begin(), count, '\xfe');
    given_ += count;
    return count;
  }
  std::uint64_t file_position_bytes() const noexcept override { return given_; }

 private:
  static constexpr std::size_t kMax = std::size_t{64} << 20;
  std::uint64_t& given_;
};

TEST(Formats, ThatTakeAllIntoMemoryLookAtItsBeginFirst) {
  for (const Format* format : {&kFastTextModel, &kFinalfusion, &kSafetensorsTensor}) {
    std::uint64_t given = 0;
    ByteSource source = ByteSource::from_stream("noise", "", std::make_unique<Noise>(given));
    test::RecordingSink sink;
    test::expect_error(ErrorCode::malformed, "noise", [&] { format->read(source, {}, sink); });
    EXPECT_LE(given, std::uint64_t{1} << 20) << format->name;
  }
}

}  // namespace
}  // namespace wordvec::format_test
