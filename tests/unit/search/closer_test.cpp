#include "wordvec/search/closer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/reference.h"
#include "support/rows.h"
#include "wordvec/index/scalar_quantizer.h"

namespace wordvec::closer_test {
namespace {

using test::random_rows;
using test::reference_score;
using test::Rows;
using test::TestModel;

// Random rows, of which every tenth comes again doubled, a zero row and one that is no number.
Rows with_ties(std::size_t count, std::size_t dim) {
  Rows rows = random_rows(count, dim, 1);
  for (std::size_t r = 0; r < count; r += 10) {
    std::vector<float> twice(dim);
    for (std::size_t i = 0; i < dim; ++i) twice[i] = 2 * rows.vectors[r * dim + i];
    rows.add("twice" + std::to_string(r), twice);
  }
  rows.add("zero", std::vector<float>(dim));
  rows.add("no number", std::vector<float>(dim, NAN));
  return rows;
}

std::vector<Neighbor> closer_by_definition(const Embeddings& embeddings, Row to, Row than,
                                           std::size_t top_rows) {
  const float score = reference_score(embeddings.matrix.row(to), embeddings.matrix.row(than));
  std::vector<Neighbor> found;
  for (Row r = 0; r < std::min(top_rows, embeddings.rows()); ++r) {
    const float other = reference_score(embeddings.matrix.row(to), embeddings.matrix.row(r));
    if (r != to && other > score) found.push_back({r, other});
  }
  std::sort(found.begin(), found.end(),
            [](const Neighbor& a, const Neighbor& b) { return comes_before(a, b); });
  return found;
}

class Closer : public testing::Test {
 protected:
  static constexpr std::size_t kRandomRows = 3000;

  Closer() : rows_(with_ties(kRandomRows, 20)), model_(rows_), codes_(rows_.vectors, 20, 2) {}

  Embeddings embeddings(bool with_codes) const {
    Embeddings embeddings = model_.embeddings();
    if (with_codes) embeddings.codes = codes_.view();
    return embeddings;
  }
  std::vector<Neighbor> found(bool with_codes, Row to, Row than, const NearestOptions& options) {
    const Embeddings all = embeddings(with_codes);
    return closer(all, {{all.matrix.row(to), {&to, 1}}, all.matrix.row(than)}, options);
  }

  Rows rows_;
  TestModel model_;
  OwnedSearchIndex codes_;
};

TEST_F(Closer, FindsAllThatScoreMore) {
  NearestOptions options;
  options.k = kAllAnswers;
  std::size_t few = 0;
  std::size_t many = 0;
  for (const bool with_codes : {false, true}) {
    for (Row to = 0; to < 60; to += 5) {
      // Near ones, whose closer words the codes find, and far ones, for which all rows are read.
      const auto nearest_rows = found(false, to, to == 0 ? 1 : 0, options);
      for (const Row than : {nearest_rows.empty() ? Row{7} : nearest_rows.front().row, Row{70},
                             Row{kRandomRows}, Row{kRandomRows + 1}}) {
        const auto expected =
            closer_by_definition(embeddings(false), to, than, embeddings(false).rows());
        EXPECT_EQ(found(with_codes, to, than, options), expected) << to << ' ' << than;
        (expected.size() < 4 ? few : many) += 1;
      }
    }
  }
  EXPECT_GT(few, 10U);
  EXPECT_GT(many, 10U);
}

TEST_F(Closer, ThatAreAsCloseAreNotCloser) {
  // Row 10 and its double have the same direction, so the same score with row 3.
  const Row twice = kRandomRows + 1;
  ASSERT_EQ(rows_.words[twice], "twice10");
  NearestOptions options;
  options.k = kAllAnswers;
  for (const bool with_codes : {false, true}) {
    EXPECT_EQ(found(with_codes, 3, 10, options), found(with_codes, 3, twice, options));
    // None is closer to a row than its own double is.
    EXPECT_TRUE(found(with_codes, 10, twice, options).empty());
    EXPECT_TRUE(found(with_codes, 10, 10, options).empty());
  }
}

TEST_F(Closer, TheOptionsAreLimitsToo) {
  NearestOptions options;
  options.k = kAllAnswers;
  const auto all = found(false, 4, 9, options);
  ASSERT_GT(all.size(), 100U);
  for (const bool with_codes : {false, true}) {
    NearestOptions first = options;
    for (const std::size_t k : {std::size_t{0}, std::size_t{1}, std::size_t{3}, all.size() - 1}) {
      first.k = k;
      EXPECT_EQ(found(with_codes, 4, 9, first),
                std::vector<Neighbor>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(k)));
    }
    NearestOptions top = options;
    top.top_rows = 1000;
    EXPECT_EQ(found(with_codes, 4, 9, top), closer_by_definition(embeddings(false), 4, 9, 1000));
    NearestOptions above = options;
    above.min_score = all[5].score;
    EXPECT_EQ(found(with_codes, 4, 9, above), std::vector<Neighbor>(all.begin(), all.begin() + 6));
  }
}

}  // namespace
}  // namespace wordvec::closer_test
