#include "wordvec/analysis/k_means.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "wordvec/base/error.h"

namespace wordvec::k_means_test {
namespace {

MatrixView view(const std::vector<float>& values, std::size_t dim) {
  return {values.data(), values.size() / dim, dim};
}

TEST(KMeans, FindsDirectionsWhateverTheLengths) {
  const std::vector<float> values = {0, 1, 100, 1, 0.01F, 0, 0, 50, 0.1F, 5, 0.2F, 9};
  const auto found = k_means(view(values, 2), {}, {2, 2});
  EXPECT_EQ(found.clusters, 2U);
  // The larger cluster is the first.
  EXPECT_EQ(found.cluster_of, (std::vector<std::uint32_t>{0, 1, 1, 0, 0, 0}));
  EXPECT_GT(found.similarity_to_centre[1], 0.999F);
}

TEST(KMeans, TakesChosenRows) {
  const std::vector<float> values = {1, 0, 0, 1, 1, 0.1F};
  const std::vector<Row> rows = {1, 0, 2};
  EXPECT_EQ(k_means(view(values, 2), rows, {2, 1}).cluster_of,
            (std::vector<std::uint32_t>{1, 0, 0}));
}

TEST(KMeans, DoesNotDependOnThreads) {
  std::vector<float> values(5000 * 3);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = std::sin(static_cast<float>(i * i % 7919));
  }
  const auto one = k_means(view(values, 3), {}, {6, 1});
  const auto many = k_means(view(values, 3), {}, {6, 5});
  EXPECT_EQ(one.cluster_of, many.cluster_of);
  EXPECT_EQ(one.similarity_to_centre, many.similarity_to_centre);
}

TEST(KMeans, TakesRowsOfZerosAndEqualRows) {
  const std::vector<float> values = {0, 0, 1, 1, 1, 1};
  const auto found = k_means(view(values, 2), {}, {3, 1});
  EXPECT_LE(found.clusters, 3U);
  EXPECT_EQ(found.cluster_of[1], found.cluster_of[2]);
  EXPECT_EQ(found.similarity_to_centre[0], 0);
}

TEST(KMeans, RefusesWhatMakesNoSense) {
  const std::vector<float> values = {1, std::numeric_limits<float>::infinity()};
  EXPECT_THROW(k_means(view(values, 1), {}, {1, 1}), Error);
  EXPECT_THROW(k_means(view(values, 1), {}, {0, 1}), Error);
}

}  // namespace
}  // namespace wordvec::k_means_test
