#include "wordvec/search/explain_search.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/rows.h"
#include "wordvec/index/scalar_quantizer.h"

namespace wordvec::explain_search_test {
namespace {

using test::Rows;
using test::TestModel;

NearestOptions best(std::size_t k) {
  NearestOptions options;
  options.k = k;
  return options;
}

// Clusters far apart, so that a query in one has no business in most others.
Rows clustered_rows(std::size_t dim) {
  Rows rows = test::random_rows(4000, dim, 3);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    rows.vectors[r * dim + r * 7 / rows.size()] += 20;
  }
  return rows;
}

class ExplainSearch : public ::testing::Test {
 protected:
  static constexpr std::size_t kDim = 40;

  ExplainSearch() : rows_(clustered_rows(kDim)), model_(rows_), codes_(rows_.vectors, kDim, 1) {}

  Embeddings coded() const {
    Embeddings embeddings = model_.embeddings();
    embeddings.codes = codes_.view();
    return embeddings;
  }

  Rows rows_;
  TestModel model_;
  OwnedSearchIndex codes_;
};

TEST_F(ExplainSearch, StagesHandOnWhatTheyDidNotRuleOut) {
  const Embeddings embeddings = coded();
  const std::vector<Row> inputs = {5};
  const auto search = explain_search(embeddings, {embeddings.matrix.row(5), inputs}, best(10));
  ASSERT_TRUE(search.through_codes);
  EXPECT_TRUE(search.same_answers);
  EXPECT_EQ(search.answers, search.scan_answers);
  ASSERT_EQ(search.answers.size(), 10U);
  const std::uint64_t places = embeddings.codes.rows.size();
  EXPECT_EQ(search.clusters.rows_skipped + search.codes4.rows_read, places);
  EXPECT_EQ(search.codes4.rows_skipped + search.codes8.rows_read, search.codes4.rows_read);
  EXPECT_EQ(search.codes8.rows_skipped + search.exact.rows_read, search.codes8.rows_read);
  EXPECT_EQ(search.exact.rows_skipped + 10, search.exact.rows_read);
  EXPECT_EQ(search.blocks, places / 16);
  EXPECT_EQ((search.blocks - search.blocks_skipped) * 16, search.codes4.rows_read);
  EXPECT_GT(search.clusters_skipped, 0U);
  EXPECT_LT(search.clusters_skipped, search.cluster_count);
  EXPECT_GE(search.blocks_skipped, search.clusters_skipped);
}

TEST_F(ExplainSearch, BytesAreThoseOfTheRowsThatAreRead) {
  const Embeddings embeddings = coded();
  const auto search = explain_search(embeddings, {embeddings.matrix.row(5), {}}, best(10));
  // FORMAT.md: 8 elements of 16 rows are 64 bytes, and 16 scales and errors; a row of 8-bit codes
  // with its scale and error fills whole 64 bytes.
  EXPECT_EQ(search.codes4.bytes_read, search.codes4.rows_read / 16 * (5 * 64 + 16 * 8));
  EXPECT_EQ(search.codes8.bytes_read, search.codes8.rows_read * 64);
  EXPECT_EQ(search.exact.bytes_read, search.exact.rows_read * 160);
  EXPECT_EQ(search.clusters.bytes_read, search.cluster_count * 160);
  EXPECT_EQ(search.full_scan.bytes_read, 4000U * 164);  // vectors and lengths
  EXPECT_EQ(search.bytes_read(), search.codes4.bytes_read + search.codes8.bytes_read +
                                     search.exact.bytes_read + search.clusters.bytes_read);
  EXPECT_LT(search.bytes_read(), search.full_scan.bytes_read);
  EXPECT_GT(search.seconds, 0);
  EXPECT_GT(search.full_scan_seconds, 0);
}

TEST_F(ExplainSearch, WithoutCodesTheWholeMatrixIsRead) {
  const Embeddings embeddings = model_.embeddings();
  const std::vector<Row> inputs = {5};
  const auto search = explain_search(embeddings, {embeddings.matrix.row(5), inputs}, best(3));
  EXPECT_FALSE(search.through_codes);
  EXPECT_TRUE(search.same_answers);
  EXPECT_EQ(search.answers.size(), 3U);
  EXPECT_EQ(search.full_scan.rows_read, 4000U);
  EXPECT_EQ(search.bytes_read(), search.full_scan.bytes_read);
}

TEST_F(ExplainSearch, CodesThatDoNotPayAreNotRead) {
  const auto query = std::span<const float>(rows_.vectors).first(kDim);
  const auto search = explain_search(coded(), {query, {}}, best(1000));
  EXPECT_FALSE(search.through_codes);
  EXPECT_EQ(search.answers.size(), 1000U);
}

TEST_F(ExplainSearch, DamagedCodesAreSeenByOtherAnswers) {
  Embeddings embeddings = coded();
  // Every row claims the centre's place exactly, so that true neighbours are ruled out.
  std::vector<std::uint8_t> codes4(embeddings.codes.codes4.size());
  embeddings.codes.codes4 = codes4;
  const auto search = explain_search(embeddings, {embeddings.matrix.row(5), {}}, best(10));
  EXPECT_TRUE(search.through_codes);
  EXPECT_FALSE(search.same_answers);
}

}  // namespace
}  // namespace wordvec::explain_search_test
