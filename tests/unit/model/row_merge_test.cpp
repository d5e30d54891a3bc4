#include "wordvec/model/row_merge.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"

namespace wordvec::row_merge_test {
namespace {

using test::expect_error;
using test::RecordingSink;
using test::Rows;
using test::TestModel;
using Words = std::vector<std::string>;

Rows rows_of(const std::vector<std::pair<std::string, std::vector<float>>>& rows) {
  Rows result;
  result.dim = rows.front().second.size();
  for (const auto& [word, vector] : rows) result.add(word, vector);
  return result;
}

TEST(RowMerge, KeepsSharedWordsInTheOrderOfTheFirst) {
  const TestModel other(rows_of({{"d", {4}}, {"x", {9}}, {"b", {-2}}}));
  const Rows first = rows_of({{"a", {1, 1}}, {"b", {2, 3}}, {"c", {3, 3}}, {"d", {4, 5}}});
  for (const std::size_t batch_rows : {1U, 2U, 100U}) {
    RecordingSink sink;
    RowMerge merge(sink, other.embeddings(), MergeBy::concatenate);
    first.pour_into(merge, batch_rows);
    EXPECT_EQ(sink.rows.words, (Words{"b", "d"}));
    EXPECT_EQ(sink.rows.vectors, (std::vector<float>{2, 3, -2, 4, 5, 4}));
    EXPECT_EQ(merge.shared(), 2U);
    EXPECT_EQ(merge.dropped(), 2U);
    EXPECT_EQ(sink.finished, 1);
  }
}

TEST(RowMerge, FindsWordsByTheSpellingThatIsTheSame) {
  const TestModel other(rows_of({{"cafe\u0301", {4}}, {"A\u030a", {9}}, {"\u212b", {-2}}}));
  RecordingSink sink;
  RowMerge merge(sink, other.embeddings(), MergeBy::concatenate);
  rows_of({{"caf\u00e9", {1}}, {"\u00c5", {2}}}).pour_into(merge);
  EXPECT_EQ(sink.rows.words, Words{"caf\u00e9"});
  EXPECT_EQ(sink.rows.vectors, (std::vector<float>{1, 4}));
  EXPECT_EQ(merge.other_spellings().count, 1U);
  EXPECT_EQ(merge.other_spellings().first_found, "cafe\u0301");
}

TEST(RowMerge, AveragesWithoutOverflow) {
  const TestModel other(rows_of({{"a", {3e38F, 1}}}));
  RecordingSink sink;
  RowMerge merge(sink, other.embeddings(), MergeBy::average);
  rows_of({{"a", {3e38F, 4}}}).pour_into(merge);
  EXPECT_EQ(sink.rows.vectors, (std::vector<float>{3e38F, 2.5F}));
}

TEST(RowMerge, DoesNotFinishWithoutASharedWord) {
  const TestModel other(rows_of({{"x", {1}}}));
  RecordingSink sink;
  RowMerge merge(sink, other.embeddings(), MergeBy::concatenate);
  rows_of({{"a", {1}}, {"b", {2}}}).pour_into(merge);
  EXPECT_EQ(merge.shared(), 0U);
  EXPECT_EQ(merge.dropped(), 2U);
  EXPECT_EQ(sink.finished, 0);
}

TEST(RowMerge, RefusesDimensionsThatDoNotFit) {
  const TestModel other(rows_of({{"a", {1, 2}}}));
  RecordingSink sink;
  RowMerge average(sink, other.embeddings(), MergeBy::average);
  expect_error(ErrorCode::usage, "3 and 2 values", [&] { average.begin(3, {}); });
  RowMerge wide(sink, other.embeddings(), MergeBy::concatenate);
  expect_error(ErrorCode::usage, "65537 values", [&] { wide.begin(kMaxDim - 1, {}); });
  EXPECT_EQ(sink.begun, 0);
}

}  // namespace
}  // namespace wordvec::row_merge_test
