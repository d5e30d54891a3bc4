// The search codes of a container: written, read back, and refused where the header can tell.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "support/temp_folder.h"
#include "support/tensors.h"
#include "wordvec/index/scalar_quantizer.h"
#include "wordvec/search/nearest.h"
#include "wordvec/store/container.h"
#include "wordvec/store/container_writer.h"

namespace wordvec::container_codes_test {
namespace {

using test::expect_error;
using test::random_rows;
using test::Rows;
using test::TempFolder;
using test::Tensors;

constexpr const char* kScanNames[] = {"scan.centroids", "scan.first_blocks", "scan.cosines",
                                      "scan.rows",      "scan.codes4",       "scan.codes8"};

std::string write(const TempFolder& folder, const Rows& rows, bool codes = true) {
  const std::string path = folder.file(codes ? "with" : "without");
  ContainerOptions options;
  options.codes = codes;
  ContainerWriter writer(path, {}, options);
  rows.pour_into(writer);
  return path;
}

template <class T>
std::vector<T> copy(std::span<const T> values) {
  return {values.begin(), values.end()};
}

TEST(ContainerCodes, AreThoseOfTheQuantizer) {
  const TempFolder folder;
  for (const std::size_t count : {1U, 16U, 17U, 1500U}) {
    for (const std::size_t dim : {1U, 8U, 9U, 65U}) {
      const Rows rows = random_rows(count, dim, 1);
      const Container container = Container::open(write(folder, rows));
      const SearchIndex& found = container.embeddings().codes;
      const OwnedSearchIndex owned(rows.vectors, dim, 1);
      const SearchIndex expected = owned.view();
      EXPECT_TRUE(found.fits());
      EXPECT_EQ(found.dim, dim);
      EXPECT_TRUE(copy(found.centroids) == copy(expected.centroids));
      EXPECT_TRUE(copy(found.first_blocks) == copy(expected.first_blocks));
      EXPECT_TRUE(copy(found.cosines) == copy(expected.cosines));
      EXPECT_TRUE(copy(found.rows) == copy(expected.rows));
      EXPECT_TRUE(copy(found.codes4) == copy(expected.codes4));
      EXPECT_TRUE(copy(found.codes8) == copy(expected.codes8));
      EXPECT_EQ(container.verify(), std::vector<std::string>{});
    }
  }
}

TEST(ContainerCodes, AreNotThereWhenNotWanted) {
  const TempFolder folder;
  const Container container = Container::open(write(folder, random_rows(100, 5, 2), false));
  EXPECT_TRUE(container.embeddings().codes.empty());
  for (const Tensor& tensor : container.header().tensors) {
    EXPECT_FALSE(tensor.name.starts_with("scan.")) << tensor.name;
  }
  EXPECT_EQ(container.verify(), std::vector<std::string>{});
}

TEST(ContainerCodes, AreNotThereWhenAllRowsAreZeroAndAllStillWorks) {
  const TempFolder folder;
  Rows rows;
  for (int r = 0; r < 40; ++r) rows.add("w" + std::to_string(r), {0, -0.0F, 0});
  const Container container = Container::open(write(folder, rows));
  EXPECT_TRUE(container.embeddings().codes.empty());
  EXPECT_EQ(container.verify(), std::vector<std::string>{});
  EXPECT_EQ(container.embeddings().vocabulary.find("w39"), 39U);
  const float vector[] = {1, 2, 3};
  const NearestQuery query{vector, {}};
  EXPECT_TRUE(nearest(container.embeddings(), {&query, 1}, {}).front().empty());
}

TEST(ContainerCodes, GiveTheAnswersOfAContainerWithoutThem) {
  const TempFolder folder;
  const Rows rows = random_rows(2000, 20, 3);
  const Container with = Container::open(write(folder, rows));
  const Container without = Container::open(write(folder, rows, false));
  for (Row row = 0; row < 2000; row += 97) {
    const NearestQuery query{with.embeddings().matrix.row(row), {}};
    const auto found = nearest(with.embeddings(), {&query, 1}, {}).front();
    const auto expected = nearest(without.embeddings(), {&query, 1}, {}).front();
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].row, expected[i].row);
      EXPECT_EQ(std::bit_cast<std::uint32_t>(found[i].score),
                std::bit_cast<std::uint32_t>(expected[i].score));
    }
  }
}

// 40 rows of 9 values: one cluster and three blocks.
Tensors intact() {
  const TempFolder folder;
  return Tensors(Container::open(write(folder, random_rows(40, 9, 4))));
}

void expect_refused(const Tensors& tensors, const std::string& part) {
  const TempFolder folder;
  tensors.write(folder.file("m"));
  const std::string message =
      expect_error(ErrorCode::malformed, part, [&] { Container::open(folder.file("m")); });
  EXPECT_NE(message.find("damaged container"), std::string::npos) << message;
  EXPECT_NE(message.find(folder.file("m")), std::string::npos) << message;
}

TEST(ContainerCodesDamage, RebuiltContainerOpens) {
  const TempFolder folder;
  intact().write(folder.file("m"));
  const Container container = Container::open(folder.file("m"));
  EXPECT_EQ(container.embeddings().codes.blocks(), 3U);
  EXPECT_EQ(container.verify(), std::vector<std::string>{});
}

TEST(ContainerCodesDamage, IsReportedForEachTensorThatIsMissing) {
  for (const std::string name : kScanNames) {
    Tensors tensors = intact();
    tensors.remove(name);
    expect_refused(tensors, "'" + name + "' is missing");
  }
}

TEST(ContainerCodesDamage, IsReportedForEachTensorThatIsAlone) {
  for (const std::string name : kScanNames) {
    Tensors tensors = intact();
    for (const std::string other : kScanNames) {
      if (other != name) tensors.remove(other);
    }
    expect_refused(tensors, "is missing");
  }
}

TEST(ContainerCodesDamage, IsReportedForEachWrongType) {
  for (const std::string name : kScanNames) {
    Tensors tensors = intact();
    auto& tensor = tensors.at(name);
    tensor.dtype = tensor.dtype == "U8" ? "I8" : tensor.dtype == "F32" ? "U32" : "F32";
    expect_refused(tensors, "'" + name + "' is " + tensor.dtype);
  }
}

TEST(ContainerCodesDamage, IsReportedForEachWrongShape) {
  struct Shape {
    const char* name;
    std::vector<std::uint64_t> shape;
    const char* message;
  };
  const std::vector<Shape> shapes = {
      // Another rank.
      {"scan.centroids", {9}, "expected F32 of rank 2"},
      {"scan.first_blocks", {2, 1}, "expected U32 of rank 1"},
      {"scan.cosines", {6}, "expected F32 of rank 2"},
      {"scan.rows", {48}, "expected U32 of rank 2"},
      {"scan.codes4", {3 * 256}, "expected U8 of rank 2"},
      {"scan.codes8", {48, 64}, "expected U8 of rank 3"},
      // The same number of values.
      {"scan.centroids", {9, 1}, "'scan.centroids' is [9, 1], expected [9, 9]"},
      {"scan.centroids", {3, 3}, "'scan.centroids' is [3, 3], expected [3, 9]"},
      {"scan.cosines", {2, 3}, "'scan.cosines' is [2, 3], expected [3, 2]"},
      {"scan.cosines", {6, 1}, "'scan.cosines' is [6, 1], expected [3, 2]"},
      {"scan.codes4", {6, 128}, "'scan.codes4' is [6, 128], expected [3, 256]"},
      {"scan.codes8", {3, 64, 16}, "'scan.codes8' is [3, 64, 16], expected [3, 16, 64]"},
      {"scan.codes8", {16, 3, 64}, "'scan.codes8' is [16, 3, 64], expected [3, 16, 64]"},
      // Of blocks and of clusters there are two or more opinions.
      {"scan.rows", {2, 24}, "expected [2, "},
      {"scan.rows", {1, 48}, "expected [1, "},
      {"scan.rows", {48, 1}, "1 clusters and 48 blocks for 40 rows"},
  };
  for (const Shape& shape : shapes) {
    Tensors tensors = intact();
    tensors.at(shape.name).shape = shape.shape;
    expect_refused(tensors, shape.message);
  }
}

TEST(ContainerCodesDamage, IsReportedForEachTensorThatIsLongerOrShorter) {
  for (const std::string name : kScanNames) {
    for (const bool longer : {false, true}) {
      Tensors tensors = intact();
      auto& tensor = tensors.at(name);
      const std::size_t entry = tensor.bytes.size() / tensor.shape[0];
      tensor.shape[0] += longer ? 1 : std::uint64_t(0) - 1;
      tensor.bytes.resize(tensor.shape[0] * entry);
      expect_refused(tensors, "damaged container");
    }
  }
}

Tensors with_sizes(std::size_t clusters, std::size_t blocks) {
  Tensors tensors = intact();
  const auto resize = [&](const char* name, std::vector<std::uint64_t> shape,
                          std::size_t entry_bytes) {
    auto& tensor = tensors.at(name);
    tensor.shape = std::move(shape);
    tensor.bytes.resize(tensor.shape[0] * entry_bytes);
  };
  resize("scan.centroids", {clusters, 9}, 36);
  resize("scan.first_blocks", {clusters + 1}, 4);
  resize("scan.cosines", {blocks, 2}, 8);
  resize("scan.rows", {blocks, 16}, 64);
  resize("scan.codes4", {blocks, 256}, 256);
  resize("scan.codes8", {blocks, 16, 64}, 1024);
  return tensors;
}

TEST(ContainerCodesDamage, IsReportedForTooFewOrTooManyClustersAndBlocks) {
  expect_refused(with_sizes(0, 3), "0 clusters and 3 blocks for 40 rows");
  expect_refused(with_sizes(4097, 3), "4097 clusters and 3 blocks");
  expect_refused(with_sizes(1, 0), "1 clusters and 0 blocks");
  // Two full blocks, and one that is a part for each cluster.
  expect_refused(with_sizes(1, 4), "1 clusters and 4 blocks for 40 rows");
  expect_refused(with_sizes(2, 5), "2 clusters and 5 blocks");
  for (const auto& [clusters, blocks] :
       {std::pair<std::size_t, std::size_t>{4096, 3}, {2, 4}, {1, 1}}) {
    const TempFolder folder;
    with_sizes(clusters, blocks).write(folder.file("m"));
    const Container container = Container::open(folder.file("m"));
    EXPECT_EQ(container.embeddings().codes.clusters(), clusters);
    // They are no codes of these rows, but may be searched.
    EXPECT_FALSE(container.verify().empty());
    const NearestQuery query{container.embeddings().matrix.row(0), {}};
    EXPECT_LE(nearest(container.embeddings(), {&query, 1}, {}).front().size(), 10U);
  }
}

TEST(ContainerCodesDamage, IsNotReportedForOtherNamesOfTheKind) {
  const TempFolder folder;
  Tensors tensors = intact();
  for (const std::string name : kScanNames) tensors.at(name).name = name + "2";
  tensors.write(folder.file("m"));
  EXPECT_TRUE(Container::open(folder.file("m")).embeddings().codes.empty());
}

}  // namespace
}  // namespace wordvec::container_codes_test
