#include "wordvec/analysis/row_edits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "wordvec/model/subwords.h"

namespace wordvec::row_edits_test {
namespace {

using test::expect_error;
using test::Ngrams;
using test::RecordingSink;
using test::Rows;

// Four points on a cross about (10, 5, 7), in whose third value nothing varies.
Rows cross() {
  Rows rows;
  rows.dim = 3;
  rows.add("e", {13, 5, 7});
  rows.add("w", {7, 5, 7});
  rows.add("n", {10, 7, 7});
  rows.add("s", {10, 3, 7});
  return rows;
}

Rows edited(const Rows& rows, const RowEdits& edits, std::size_t batch_rows = 1000) {
  RecordingSink sink;
  RowEditor editor(sink, edits, 2);
  rows.pour_into(editor, batch_rows);
  EXPECT_EQ(sink.begun, 1);
  EXPECT_EQ(sink.finished, 1);
  EXPECT_EQ(editor.rows(), rows.size());
  EXPECT_EQ(editor.dim(), sink.rows.dim);
  return sink.rows;
}

TEST(RowEditor, SubtractsTheMean) {
  RowEdits edits;
  edits.center = true;
  for (const std::size_t batch_rows : {1U, 3U, 100U}) {
    const Rows found = edited(cross(), edits, batch_rows);
    EXPECT_EQ(found.words, cross().words);
    EXPECT_EQ(found.vectors, (std::vector<float>{3, 0, 0, -3, 0, 0, 0, 2, 0, 0, -2, 0}));
  }
}

// The direction of most variance is that of the first value.
TEST(RowEditor, RemovesTheDirectionsThatVaryMost) {
  RowEdits edits;
  edits.remove_components = 1;
  const Rows found = edited(cross(), edits);
  const std::vector<float> expected = {0, 0, 0, 0, 0, 0, 0, 2, 0, 0, -2, 0};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(found.vectors[i], expected[i], 1e-6) << i;
  }
}

// The rows of cross() vary in two directions.
TEST(RowEditor, TellsOfStepsThatLeaveNothing) {
  RowEdits edits;
  edits.remove_components = 2;
  RecordingSink sink;
  RowEditor editor(sink, edits, 2);
  cross().pour_into(editor, 1000);
  EXPECT_EQ(sink.rows.vectors, std::vector<float>(12));
  EXPECT_EQ(editor.zero_rows(), 4U);
  ASSERT_EQ(editor.poor_steps().size(), 1U);
  EXPECT_EQ(editor.poor_steps()[0].step, "remove-components 2");
  EXPECT_EQ(editor.poor_steps()[0].directions, 2U);
  EXPECT_TRUE(editor.poor_steps()[0].leaves_nothing);
}

TEST(RowEditor, TellsOfStepsThatAskForMoreThanVaries) {
  RowEdits edits;
  edits.reduce = 3;
  RecordingSink sink;
  RowEditor editor(sink, edits, 2);
  cross().pour_into(editor, 1000);
  for (std::size_t r = 0; r < 4; ++r) EXPECT_EQ(sink.rows.vectors[3 * r + 2], 0);
  ASSERT_EQ(editor.poor_steps().size(), 1U);
  EXPECT_EQ(editor.poor_steps()[0].step, "reduce 3");
  EXPECT_EQ(editor.poor_steps()[0].directions, 2U);
  EXPECT_FALSE(editor.poor_steps()[0].leaves_nothing);
}

TEST(RowEditor, OfOneRowTheMeanIsTheRow) {
  RowEdits edits;
  edits.center = true;
  Rows rows;
  rows.dim = 2;
  rows.add("alone", {0.1F, -3e30F});
  RecordingSink sink;
  RowEditor editor(sink, edits, 1);
  rows.pour_into(editor, 1);
  EXPECT_EQ(sink.rows.vectors, (std::vector<float>{0, 0}));
  ASSERT_EQ(editor.poor_steps().size(), 1U);
  EXPECT_EQ(editor.poor_steps()[0].step, "center");
}

TEST(RowEditor, ReducesAfterRemoving) {
  RowEdits edits;
  edits.remove_components = 1;
  edits.reduce = 1;
  const Rows found = edited(cross(), edits);
  ASSERT_EQ(found.dim, 1U);
  const std::vector<float> expected = {0, 0, 2, -2};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(found.vectors[i], expected[i], 1e-6) << i;
  }
}

TEST(RowEditor, NormalizesAsRowsComeAndCountsZeros) {
  Rows rows;
  rows.dim = 2;
  rows.add("a", {3e38F, 3e38F});
  rows.add("zero", {0, -0.0F});
  rows.add("b", {-3e-45F, 4e-45F});
  RowEdits edits;
  edits.normalize = true;
  RecordingSink sink;
  RowEditor editor(sink, edits, 1);
  rows.pour_into(editor, 1);
  EXPECT_EQ(sink.batch_sizes, (std::vector<std::size_t>{1, 1, 1}));
  const auto half = static_cast<float>(std::sqrt(0.5));
  // The least float32 is about 1.4e-45: b is (-2, 3) of it.
  EXPECT_EQ(sink.rows.vectors,
            (std::vector<float>{half, half, 0, -0.0F, static_cast<float>(-2 / std::sqrt(13.0)),
                                static_cast<float>(3 / std::sqrt(13.0))}));
  EXPECT_EQ(editor.zero_rows(), 1U);
}

TEST(RowEditor, EditsNgramsAsTheMeanThatIsMadeOfThem) {
  const Ngrams ngrams = Ngrams::hashed(3, 50, 1);
  RowEdits edits;
  edits.remove_components = 1;
  edits.reduce = 2;
  for (const bool normalize : {false, true}) {
    edits.normalize = normalize;
    RecordingSink sink;
    RowEditor editor(sink, edits, 2);
    test::pour(cross(), ngrams, editor);
    EXPECT_EQ(sink.finished, 1);
    EXPECT_EQ(sink.rules.unit_length, normalize);
    ASSERT_EQ(sink.ngram_vectors.size(), 50U * 2);

    // What rows become, n-grams do: y less 5, and the rest 0, but for the signs.
    for (std::size_t i = 0; i < 50; ++i) {
      EXPECT_NEAR(std::abs(sink.ngram_vectors[2 * i]), std::abs(ngrams.vectors[3 * i + 1] - 5),
                  1e-5);
    }
  }
}

TEST(RowEditor, RefusesAMeanWhereUnknownWordsGetAUnitLength) {
  Ngrams ngrams = Ngrams::hashed(3, 50, 1);
  ngrams.rules.unit_length = true;
  RowEdits edits;
  edits.normalize = true;
  {
    RecordingSink sink;
    RowEditor editor(sink, edits, 1);
    test::pour(cross(), ngrams, editor);
    EXPECT_EQ(sink.ngram_vectors, ngrams.vectors);
  }
  edits.center = true;
  RecordingSink sink;
  RowEditor editor(sink, edits, 1);
  expect_error(ErrorCode::usage, "--no-subwords", [&] { test::pour(cross(), ngrams, editor); });
}

TEST(RowEditor, RefusesWhatCannotBe) {
  RecordingSink sink;
  const auto begin = [&](std::size_t removed, std::size_t reduced, std::size_t dim) {
    RowEdits edits;
    edits.remove_components = removed;
    edits.reduce = reduced;
    RowEditor(sink, edits, 1).begin(dim, {});
  };
  expect_error(ErrorCode::usage, "fewer than the dimension", [&] { begin(3, 0, 3); });
  expect_error(ErrorCode::usage, "expected at most 3", [&] { begin(0, 4, 3); });
  expect_error(ErrorCode::usage, "2 components are removed", [&] { begin(2, 2, 3); });
  begin(2, 1, 3);
  for (const float bad :
       {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    Rows rows = cross();
    rows.vectors[4] = bad;
    for (const int step : {0, 1, 2, 3}) {
      RowEdits edits;
      edits.center = step == 0;
      edits.remove_components = step == 1 ? 1 : 0;
      edits.reduce = step == 2 ? 1 : 0;
      edits.normalize = step == 3;
      RecordingSink out;
      RowEditor editor(out, edits, 1);
      expect_error(ErrorCode::malformed, "not finite", [&] { rows.pour_into(editor); });
    }
  }
}

TEST(RowEditor, NamesItsSteps) {
  RowEdits edits;
  EXPECT_FALSE(edits.any());
  EXPECT_TRUE(steps_of(edits).empty());
  edits = {true, 2, 30, true};
  EXPECT_EQ(steps_of(edits),
            (std::vector<std::string>{"center", "remove-components 2", "reduce 30", "normalize"}));
}

}  // namespace
}  // namespace wordvec::row_edits_test
