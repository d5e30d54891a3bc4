// The smallest container, byte for byte (tests/golden/README.md).
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/rows.h"
#include "support/temp_folder.h"
#include "wordvec/store/container.h"
#include "wordvec/store/container_writer.h"

namespace wordvec::golden_test {
namespace {

constexpr char kGolden10[] = WORDVEC_TEST_SOURCE_DIR "/golden/smallest-1.0.safetensors";
constexpr char kGolden11[] = WORDVEC_TEST_SOURCE_DIR "/golden/smallest-1.1.safetensors";
constexpr char kGolden12[] = WORDVEC_TEST_SOURCE_DIR "/golden/smallest-1.2.safetensors";
constexpr char kGolden13[] = WORDVEC_TEST_SOURCE_DIR "/golden/smallest-1.3.safetensors";
constexpr char kGolden14[] = WORDVEC_TEST_SOURCE_DIR "/golden/smallest-1.4.safetensors";

enum class Parts { plain, ngrams, ngrams_and_counts };

// "a" with the vector (1.0), that occurred 7 times; of two buckets the second has a vector, (0.5).
std::string write_smallest(Parts parts) {
  const test::TempFolder folder;
  const std::string path = folder.file("smallest.safetensors");
  test::Rows rows;
  rows.dim = 1;
  rows.add("a", {1.0F});
  if (parts == Parts::ngrams_and_counts) rows.counts = {7};
  ModelInfo info;
  info.creator = "wordvec 0.1.0";
  ContainerWriter writer(path, info);
  if (parts != Parts::plain) {
    test::Ngrams ngrams;
    ngrams.rules.min_length = 3;
    ngrams.rules.max_length = 3;
    ngrams.rules.buckets = 2;
    ngrams.buckets = {1};
    ngrams.vectors = {0.5F};
    test::pour(rows, ngrams, writer);
  } else {
    rows.pour_into(writer);
  }
  return test::read_file(path);
}

void expect_same_bytes(const std::string& written, const std::string& golden) {
  ASSERT_EQ(written.size(), golden.size());
  for (std::size_t i = 0; i < golden.size(); ++i) {
    ASSERT_EQ(written[i], golden[i]) << "at byte " << i;
  }
}

TEST(GoldenContainer, IsWrittenByteForByte) {
  const std::string golden = test::read_file(kGolden14);
  ASSERT_EQ(golden.size(), 10176U);
  expect_same_bytes(write_smallest(Parts::ngrams_and_counts), golden);
}

TEST(GoldenContainer, WithoutCountsIsThatOfVersion13ButForItsVersion) {
  std::string golden = test::read_file(kGolden13);
  golden.replace(golden.find("\"1.3\""), 5, "\"1.4\"");
  expect_same_bytes(write_smallest(Parts::ngrams), golden);
}

// Versions 1.2 and 1.3 have changed nothing else.
TEST(GoldenContainer, WithoutNgramsIsThatOfVersion11ButForItsVersion) {
  std::string golden = test::read_file(kGolden11);
  golden.replace(golden.find("\"1.1\""), 5, "\"1.4\"");
  expect_same_bytes(write_smallest(Parts::plain), golden);
}

void expect_smallest(const Container& container) {
  const Embeddings& embeddings = container.embeddings();
  ASSERT_EQ(embeddings.rows(), 1U);
  ASSERT_EQ(embeddings.dim(), 1U);
  EXPECT_EQ(embeddings.vocabulary.word(0), "a");
  EXPECT_EQ(embeddings.vocabulary.find("a"), Row{0});
  EXPECT_EQ(embeddings.vocabulary.find("b"), std::nullopt);
  EXPECT_TRUE(embeddings.vocabulary.is_lower_case());
  EXPECT_EQ(embeddings.matrix.row(0)[0], 1.0F);
  EXPECT_EQ(embeddings.norms[0], 1.0F);
  EXPECT_EQ(container.info().creator, "wordvec 0.1.0");
  EXPECT_EQ(container.info().source, "");
  EXPECT_EQ(container.verify(), std::vector<std::string>{});
}

TEST(GoldenContainer, IsReadInEachVersion) {
  const Container without_codes = Container::open(kGolden10);
  expect_smallest(without_codes);
  EXPECT_TRUE(without_codes.embeddings().codes.empty());
  const Container with_codes = Container::open(kGolden11);
  expect_smallest(with_codes);
  EXPECT_EQ(with_codes.embeddings().codes.blocks(), 1U);
  EXPECT_TRUE(with_codes.embeddings().subwords.empty());
  for (const char* path : {kGolden12, kGolden13, kGolden14}) {
    const Container with_ngrams = Container::open(path);
    expect_smallest(with_ngrams);
    const auto counts = with_ngrams.embeddings().counts;
    EXPECT_EQ(std::vector<std::uint64_t>(counts.begin(), counts.end()),
              path == kGolden14 ? std::vector<std::uint64_t>{7} : std::vector<std::uint64_t>{});
    EXPECT_EQ(with_ngrams.embeddings().codes.blocks(), 1U);
    const Subwords& subwords = with_ngrams.embeddings().subwords;
    EXPECT_EQ(subwords.rules().buckets, 2U);
    float vector = 0;
    // FNV-1a of "<b>" is odd, that of "<c>" even.
    EXPECT_TRUE(subwords.vector_of("b", {&vector, 1}));
    EXPECT_EQ(vector, 0.5F);
    EXPECT_FALSE(subwords.vector_of("c", {&vector, 1}));
  }
}

}  // namespace
}  // namespace wordvec::golden_test
