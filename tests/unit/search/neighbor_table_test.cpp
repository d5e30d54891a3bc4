#include "wordvec/search/neighbor_table.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "support/rows.h"

namespace wordvec::neighbor_table_test {
namespace {

using test::random_rows;
using test::TestModel;

// More than two batches, of which the last is not full.
TEST(NeighborTable, IsWhatNearestAnswers) {
  const TestModel model(random_rows(1300, 8, 1));
  const Embeddings embeddings = model.embeddings();
  std::vector<Row> rows;
  for (Row row = 0; row < 1300; ++row) rows.push_back(1299 - row);
  std::vector<NearestQuery> queries;
  for (const Row& row : rows) queries.push_back({embeddings.matrix.row(row), {&row, 1}});
  NearestOptions options;
  options.k = 3;
  std::vector<std::size_t> told;
  const NeighborTable table =
      neighbor_table(embeddings, queries, options, [&](std::size_t done) { told.push_back(done); });
  ASSERT_EQ(table.rows.size(), 3 * queries.size());
  ASSERT_EQ(table.scores.size(), 3 * queries.size());
  for (const std::size_t q : {0U, 1U, 511U, 512U, 1023U, 1024U, 1299U}) {
    const auto expected = full_scan(embeddings, std::span(queries).subspan(q, 1), options)[0];
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(table.rows[3 * q + i], expected[i].row) << q;
      EXPECT_EQ(table.scores[3 * q + i], expected[i].score) << q;
    }
  }
  ASSERT_GE(told.size(), 2U);
  EXPECT_EQ(told.back(), queries.size());
}

TEST(NeighborTable, HasNoneForVectorsWithoutADirection) {
  const TestModel model(random_rows(40, 8, 1));
  const Embeddings embeddings = model.embeddings();
  const std::vector<float> zero(embeddings.dim());
  std::vector<float> nan = zero;
  nan[7] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<NearestQuery> queries = {{zero, {}}, {embeddings.matrix.row(5), {}}, {nan, {}}};
  NearestOptions options;
  options.k = 2;
  const NeighborTable table = neighbor_table(embeddings, queries, options);
  constexpr Row kNone = NeighborTable::kNone;
  EXPECT_EQ(table.rows[0], kNone);
  EXPECT_EQ(table.rows[1], kNone);
  EXPECT_EQ(table.rows[2], 5U);  // itself, which is not excluded
  EXPECT_NE(table.rows[3], kNone);
  EXPECT_EQ(table.rows[4], kNone);
  EXPECT_EQ(table.scores[4], 0);
}

TEST(NeighborTable, HasFewerWhereThereAreFewer) {
  const TestModel model(random_rows(40, 8, 1));
  const Embeddings embeddings = model.embeddings();
  const std::vector<Row> among = {3, 9};
  const std::vector<NearestQuery> queries = {{embeddings.matrix.row(3), {}}};
  NearestOptions options;
  options.k = 4;
  options.among = among;
  const NeighborTable table = neighbor_table(embeddings, queries, options);
  constexpr Row kNone = NeighborTable::kNone;
  EXPECT_EQ(table.rows, (std::vector<Row>{3, 9, kNone, kNone}));
}

}  // namespace
}  // namespace wordvec::neighbor_table_test
