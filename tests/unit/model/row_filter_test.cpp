#include "wordvec/model/row_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/reference.h"
#include "support/rows.h"

namespace wordvec::row_filter_test {
namespace {

using test::Ngrams;
using test::random_rows;
using test::RecordingSink;
using test::Rows;

// A row for each word; its value tells where it was.
Rows rows_of(const std::vector<std::string>& words) {
  Rows rows;
  for (std::size_t i = 0; i < words.size(); ++i) {
    rows.add(words[i], {static_cast<float>(i + 1), -1});
  }
  return rows;
}

std::vector<float> first_values(const Rows& rows) {
  std::vector<float> values;
  for (std::size_t i = 0; i < rows.size(); ++i) values.push_back(rows.vectors[i * rows.dim]);
  return values;
}

TEST(RowFilter, PassesDistinctRowsOnAsTheyAre) {
  const Rows rows = random_rows(100, 3, 1);
  RecordingSink sink;
  RowFilter filter(sink);
  rows.pour_into(filter, 30);
  EXPECT_EQ(sink.rows, rows);
  EXPECT_EQ(sink.begun, 1);
  EXPECT_EQ(sink.finished, 1);
  EXPECT_EQ(sink.hint, 100U);
  EXPECT_EQ(sink.batch_sizes, (std::vector<std::size_t>{30, 30, 30, 10}));
  EXPECT_EQ(filter.counts().rows, 100U);
  EXPECT_EQ(filter.counts().zero_rows, 0U);
  EXPECT_EQ(filter.counts().duplicates, 0U);
  EXPECT_EQ(filter.counts().first_duplicate, "");
}

TEST(RowFilter, KeepsTheFirstRowOfEachWordAcrossBatches) {
  const Rows rows = rows_of({"a", "b", "b", "c", "a", "d", "d", "d", "e", "a"});
  for (std::size_t batch = 1; batch <= 11; ++batch) {
    RecordingSink sink;
    RowFilter filter(sink);
    rows.pour_into(filter, batch);
    EXPECT_EQ(sink.rows.words, (std::vector<std::string>{"a", "b", "c", "d", "e"}));
    EXPECT_EQ(first_values(sink.rows), (std::vector<float>{1, 2, 4, 6, 9}));
    EXPECT_EQ(filter.counts().rows, 5U);
    EXPECT_EQ(filter.counts().duplicates, 5U);
    EXPECT_EQ(filter.counts().first_duplicate, "b");
  }
}

TEST(RowFilter, SharesTheVocabularyOfASinkThatHasOne) {
  const Rows rows = rows_of({"a", "b", "b", "c", "a", "d", "d", "d", "e", "a"});
  for (std::size_t batch = 1; batch <= 11; ++batch) {
    MemoryRows memory;
    RowFilter filter(memory, 4);
    rows.pour_into(filter, batch);
    const Embeddings embeddings = memory.view();
    ASSERT_EQ(embeddings.rows(), 4U);
    ASSERT_EQ(embeddings.vocabulary.size(), 4U);
    EXPECT_EQ(embeddings.vocabulary.find("d"), 3U);
    EXPECT_EQ(embeddings.matrix.row(3)[0], 6);
    EXPECT_EQ(filter.counts().duplicates, 2U);
  }
}

TEST(RowFilter, StopsAtItsLimitAcrossBatches) {
  const Rows rows = rows_of({"a", "b", "b", "c", "a", "d", "e"});
  const std::vector<std::string> distinct = {"a", "b", "c", "d", "e"};
  for (std::size_t batch = 1; batch <= 8; ++batch) {
    for (std::size_t limit = 0; limit <= 6; ++limit) {
      RecordingSink sink;
      RowFilter filter(sink, limit);
      rows.pour_into(filter, batch);
      const std::size_t kept = std::min<std::size_t>(limit, 5);
      EXPECT_EQ(sink.rows.words,
                std::vector<std::string>(distinct.begin(),
                                         distinct.begin() + static_cast<std::ptrdiff_t>(kept)))
          << "limit " << limit << ", batches of " << batch;
      EXPECT_EQ(filter.counts().rows, kept);
      EXPECT_EQ(filter.limit_reached(), limit <= 5);
      EXPECT_EQ(sink.hint, std::min<std::size_t>(limit, 7));
    }
  }
}

TEST(RowFilter, SaysThatItWantsNoMoreAsSoonAsItIsFull) {
  RecordingSink sink;
  RowFilter filter(sink, 2);
  filter.begin(1, std::nullopt);
  EXPECT_EQ(sink.hint, std::nullopt);
  const std::vector<std::string_view> words = {"a", "b"};
  const std::vector<float> vectors = {1, 2};
  EXPECT_FALSE(filter.append({1, words, vectors}));
}

TEST(RowFilter, StopsWhenTheNextSinkStops) {
  const Rows rows = rows_of({"a", "b", "b", "c", "d", "e", "f"});
  RecordingSink sink(2);
  RowFilter filter(sink);
  rows.pour_into(filter, 100);
  EXPECT_EQ(sink.rows.words, (std::vector<std::string>{"a", "b"}));
}

TEST(RowFilter, CountsZeroRowsThatItPassesOn) {
  Rows rows;
  rows.add("a", {0, 0});
  rows.add("b", {0, 1e-45F});
  rows.add("c", {-0.0F, 0});
  rows.add("a", {0, 0});
  RecordingSink sink;
  RowFilter filter(sink);
  rows.pour_into(filter);
  EXPECT_EQ(filter.counts().zero_rows, 2U);
  EXPECT_EQ(sink.rows.size(), 3U);
}

TEST(RowFilter, PassesNgramsOnAlsoAtItsLimit) {
  const Rows rows = rows_of({"a", "b", "b", "c"});
  const Ngrams ngrams = Ngrams::hashed(2, 9, 2);
  for (const std::size_t limit : {0U, 1U, 2U, 100U}) {
    RecordingSink sink;
    RowFilter filter(sink, limit);
    test::pour(rows, ngrams, filter, 2);
    EXPECT_EQ(sink.subwords_begun, 1);
    EXPECT_EQ(sink.ngrams, 5U);
    EXPECT_EQ(sink.rules.buckets, 9U);
    EXPECT_EQ(sink.ngram_vectors, ngrams.vectors);
    EXPECT_EQ(sink.finished, 1);
  }
}

TEST(RowFilter, WantsNgramsWhereTheNextSinkDoes) {
  class Rowwise final : public RowSink {
    void begin(std::size_t, std::optional<std::uint64_t>) override {}
    bool append(const RowBatch&) override { return true; }
    void finish() override {}
  } rowwise;
  RecordingSink recording;
  EXPECT_FALSE(RowFilter(rowwise).wants_subwords());
  EXPECT_TRUE(RowFilter(recording).wants_subwords());
  EXPECT_FALSE(WordSelection(rowwise, {"a"}).wants_subwords());
  EXPECT_TRUE(WordSelection(recording, {"a"}).wants_subwords());
}

TEST(WordSelection, PassesItsRowsOnBeforeTheNgrams) {
  const Rows rows = rows_of({"a", "b", "c"});
  const Ngrams ngrams = Ngrams::hashed(2, 9, 2);
  for (const std::size_t batch : {1U, 2U, 10U}) {
    RecordingSink sink;
    WordSelection selection(sink, {"c", "x", "a"});
    test::pour(rows, ngrams, selection, batch);
    // RecordingSink wants begin() before begin_subwords().
    EXPECT_EQ(sink.rows.words, (std::vector<std::string>{"c", "a"}));
    EXPECT_EQ(sink.begun, 1);
    EXPECT_EQ(sink.ngram_vectors, ngrams.vectors);
    EXPECT_EQ(sink.finished, 1);
  }
}

TEST(WordSelection, KeepsNgramsToItselfWhereNoWordIsFound) {
  RecordingSink sink;
  WordSelection selection(sink, {"x"});
  test::pour(rows_of({"a"}), Ngrams::hashed(2, 9, 2), selection);
  EXPECT_EQ(sink.subwords_begun, 0);
  EXPECT_TRUE(sink.ngram_vectors.empty());
}

TEST(WordSelection, PassesRowsInTheOrderOfTheList) {
  const Rows rows = rows_of({"a", "b", "c", "d", "e"});
  for (std::size_t batch = 1; batch <= 6; ++batch) {
    RecordingSink sink;
    WordSelection selection(sink, {"e", "x", "b", "e", "c", "y", "x"});
    rows.pour_into(selection, batch);
    EXPECT_EQ(sink.rows.words, (std::vector<std::string>{"e", "b", "c"}));
    EXPECT_EQ(first_values(sink.rows), (std::vector<float>{5, 2, 3}));
    EXPECT_TRUE(selection.has_rows());
    EXPECT_EQ(selection.other_spellings().count, 0U);
    EXPECT_EQ(selection.missing(), (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(sink.hint, 3U);
    EXPECT_EQ(sink.begun, 1);
    EXPECT_EQ(sink.finished, 1);
    EXPECT_EQ(sink.rows.dim, 2U);
  }
}

TEST(WordSelection, TakesTheFirstRowOfAWord) {
  const Rows rows = rows_of({"a", "b", "a", "b"});
  RecordingSink sink;
  WordSelection selection(sink, {"b", "a", "missing"});
  rows.pour_into(selection);
  EXPECT_EQ(first_values(sink.rows), (std::vector<float>{2, 1}));
}

TEST(WordSelection, WantsNoMoreWhenAllAreFound) {
  RecordingSink sink;
  WordSelection selection(sink, {"b", "a"});
  selection.begin(1, std::nullopt);
  const std::vector<std::string_view> words = {"a", "b"};
  const std::vector<float> vectors = {1, 2};
  EXPECT_TRUE(selection.append(RowBatch{1, words, vectors}.slice(0, 1)));
  EXPECT_FALSE(selection.append(RowBatch{1, words, vectors}.slice(1, 1)));
}

TEST(WordSelection, PassesMoreRowsThanFitABatch) {
  const Rows rows = random_rows(3000, 2, 2);
  std::vector<std::string> reversed(rows.words.rbegin(), rows.words.rend());
  RecordingSink sink;
  WordSelection selection(sink, reversed);
  rows.pour_into(selection, 700);
  EXPECT_EQ(sink.rows.words, reversed);
  for (std::size_t i = 0; i < 3000; ++i) {
    ASSERT_EQ(sink.rows.vectors[2 * i], rows.vectors[2 * (2999 - i)]);
  }
}

TEST(WordSelection, FindsWordsByTheSpellingThatIsTheSame) {
  // With an accent of its own, and as one character; Å in three ways; what nobody sees.
  const Rows rows = rows_of({"x", "cafe\u0301", "\u00e9t\u00e9", "e\u0301te\u0301", "\u212b",
                             "A\u030a", "\u2764\ufe0f", "king"});
  for (std::size_t batch = 1; batch <= 9; ++batch) {
    RecordingSink sink;
    WordSelection selection(
        sink, {"\u2764", "king", "caf\u00e9", "cafe\u0301", "e\u0301t\u00e9", "\u00c5", "cafe"});
    rows.pour_into(selection, batch);
    // Two words of the list are one row; two rows are one word of the list, which is none of them.
    EXPECT_EQ(sink.rows.words, (std::vector<std::string>{"\u2764\ufe0f", "king", "cafe\u0301"}));
    EXPECT_EQ(first_values(sink.rows), (std::vector<float>{7, 8, 2}));
    EXPECT_EQ(selection.missing(), (std::vector<std::string>{"e\u0301t\u00e9", "\u00c5", "cafe"}));
    EXPECT_EQ(selection.other_spellings().count, 2U);
    EXPECT_EQ(selection.other_spellings().first, "\u2764");
    EXPECT_EQ(selection.other_spellings().first_found, "\u2764\ufe0f");
  }
  // As it is spelt, also where that comes later.
  RecordingSink sink;
  WordSelection selection(sink, {"e\u0301te\u0301"});
  rows.pour_into(selection);
  EXPECT_EQ(first_values(sink.rows), (std::vector<float>{4}));
  EXPECT_EQ(selection.other_spellings().count, 0U);
}

TEST(WordSelection, MayFindNothing) {
  RecordingSink sink;
  WordSelection selection(sink, {"x"});
  rows_of({"a"}).pour_into(selection);
  EXPECT_FALSE(selection.has_rows());
  EXPECT_EQ(sink.rows.size(), 0U);
  EXPECT_EQ(sink.finished, 1);
}

TEST(MemoryRows, KeepsNgrams) {
  for (Ngrams ngrams :
       {Ngrams::listed_for_ab(), Ngrams::hashed(2, 9, 2), Ngrams::hashed(2, 9, 1)}) {
    MemoryRows memory;
    {
      const Ngrams gone = ngrams;
      test::pour(rows_of({"a"}), gone, memory, 2);
    }
    const Subwords subwords = memory.view().subwords;
    EXPECT_EQ(subwords.rules().scheme, ngrams.rules.scheme);
    EXPECT_EQ(subwords.index().buckets.size(), ngrams.buckets.size());
    const auto values = subwords.matrix().values();
    EXPECT_EQ(std::vector<float>(values.begin(), values.end()), ngrams.vectors);
    EXPECT_EQ(subwords.index().ngrams.size(), ngrams.listed.size());
  }
  MemoryRows listed;
  test::pour(rows_of({"a"}), Ngrams::listed_for_ab(), listed);
  std::vector<float> vector(2);
  EXPECT_TRUE(listed.view().subwords.vector_of("ab", vector));
  EXPECT_EQ(vector, (std::vector<float>{2, -1}));  // the mean of (1, 2) and (3, -4)
  EXPECT_TRUE(listed.view().subwords.vector_of("b", vector));
  EXPECT_EQ(vector, (std::vector<float>{0, 0}));
  EXPECT_FALSE(listed.view().subwords.vector_of("x", vector));
  MemoryRows none;
  rows_of({"a"}).pour_into(none);
  EXPECT_TRUE(none.view().subwords.empty());
}

TEST(MemoryRows, KeepsRowsAndTheirLengths) {
  const Rows rows = random_rows(257, 13, 3);
  MemoryRows memory;
  rows.pour_into(memory, 100);
  const Embeddings embeddings = memory.view();
  ASSERT_EQ(embeddings.rows(), 257U);
  ASSERT_EQ(embeddings.dim(), 13U);
  ASSERT_EQ(embeddings.norms.size(), 257U);
  for (std::size_t r = 0; r < 257; ++r) {
    EXPECT_EQ(embeddings.vocabulary.word(static_cast<Row>(r)), rows.words[r]);
    const float* row = rows.vectors.data() + r * 13;
    EXPECT_TRUE(std::equal(row, row + 13, embeddings.matrix.row(r).begin()));
    EXPECT_EQ(embeddings.norms[r], static_cast<float>(std::sqrt(test::lanes_dot(row, row, 13))));
  }
}

TEST(ComputeNorms, ByHand) {
  const std::vector<float> vectors = {3, 4, 0, 0, -5, 12};
  std::vector<float> norms(3);
  compute_norms(vectors, 2, norms);
  EXPECT_EQ(norms, (std::vector<float>{5, 0, 13}));
}

}  // namespace
}  // namespace wordvec::row_filter_test
