// The smallest container, byte for byte (tests/golden/README.md).
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "support/rows.h"
#include "support/temp_folder.h"
#include "wordvec/store/container.h"
#include "wordvec/store/container_writer.h"

namespace wordvec {
namespace {

constexpr char kGolden10[] = WORDVEC_TEST_SOURCE_DIR "/golden/smallest-1.0.safetensors";
constexpr char kGolden11[] = WORDVEC_TEST_SOURCE_DIR "/golden/smallest-1.1.safetensors";

TEST(GoldenContainer, IsWrittenByteForByte) {
  const test::TempFolder folder;
  const std::string path = folder.file("smallest.safetensors");
  test::Rows rows;
  rows.dim = 1;
  rows.add("a", {1.0F});
  ModelInfo info;
  info.creator = "wordvec 0.1.0";
  ContainerWriter writer(path, info);
  rows.pour_into(writer);

  const std::string written = test::read_file(path);
  const std::string golden = test::read_file(kGolden11);
  ASSERT_EQ(golden.size(), 9984U);
  ASSERT_EQ(written.size(), golden.size());
  for (std::size_t i = 0; i < golden.size(); ++i) {
    ASSERT_EQ(written[i], golden[i]) << "at byte " << i;
  }
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
}

}  // namespace
}  // namespace wordvec
