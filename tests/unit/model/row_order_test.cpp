#include "wordvec/model/row_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/rows.h"

namespace wordvec::row_order_test {
namespace {

using test::Rows;
using test::TestModel;

Rows with_words(const std::vector<std::string>& words) {
  Rows rows;
  for (const std::string& word : words) rows.add(word, {1});
  return rows;
}

RowOrderFound order_of(const Rows& rows, const ModelInfo& info = {}) {
  const TestModel model(rows);
  return find_row_order(model.embeddings(), info);
}

ModelInfo with_edits(const std::string& edits) {
  ModelInfo info;
  info.edits = edits;
  return info;
}

ModelInfo of_tensor(const std::string& name) {
  ModelInfo info;
  info.source_format = "safetensors";
  info.source_tensor = name;
  return info;
}

TEST(RowOrder, IsKnownFromCounts) {
  Rows rows = with_words({"a", "b", "c", "d"});
  // Words without a count stand anywhere.
  for (const std::vector<std::uint64_t>& counts :
       {std::vector<std::uint64_t>{9, 9, 3, 1}, {0, 5, 0, 4}, {0, 0, 0, 1}}) {
    rows.counts = counts;
    EXPECT_EQ(order_of(rows, with_edits("words 4")).order, RowOrder::by_frequency);
  }
  rows.counts = {9, 3, 0, 4};
  const RowOrderFound found = order_of(rows);
  EXPECT_EQ(found.order, RowOrder::other);
  EXPECT_EQ(found.reason, "by its counts the word of row 1 occurred 3 times, that of row 3 4");
}

TEST(RowOrder, IsThatOfAListWhereRowsWereChosen) {
  const Rows rows = with_words({"the", "of", "a"});
  EXPECT_EQ(order_of(rows).order, RowOrder::assumed);
  for (const char* edits : {"words 12", "limit 5; words 12", "words 12; normalize"}) {
    const RowOrderFound found = order_of(rows, with_edits(edits));
    EXPECT_EQ(found.order, RowOrder::other) << edits;
    EXPECT_EQ(found.reason, "its rows were put in the order of a list (edits: words 12)");
  }
  for (const char* edits : {"limit 5", "merge average words", "normalize"}) {
    EXPECT_EQ(order_of(rows, with_edits(edits)).order, RowOrder::assumed) << edits;
  }
}

std::vector<std::string> numbered_words(std::size_t count) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < count; ++i) words.push_back("w" + std::to_string(i * 7919 % count));
  return words;
}

TEST(RowOrder, SeesAnAlphabet) {
  std::vector<std::string> words = numbered_words(3001);
  EXPECT_EQ(order_of(with_words(words)).order, RowOrder::assumed);
  std::sort(words.begin(), words.end());
  EXPECT_EQ(order_of(with_words(words)).order, RowOrder::other);
  std::reverse(words.begin(), words.end());
  EXPECT_EQ(order_of(with_words(words)).order, RowOrder::other);
  // With what often stands in front, and upper case among lower.
  words = {"<pad>", "zzz", "</s>"};
  for (int i = 10; i < 99; ++i) words.push_back((i % 2 == 0 ? "W" : "w") + std::to_string(i));
  EXPECT_EQ(order_of(with_words(words)).order, RowOrder::other);
  EXPECT_EQ(order_of(with_words({"a", "b", "c"})).order, RowOrder::assumed) << "too few to tell";
}

// GloVe's vocabularies: words that are as frequent as each other are sorted, and most words are
// rare.
TEST(RowOrder, IsNotDeceivedBySortedRareWords) {
  std::vector<std::string> words = numbered_words(1009);
  for (char a = 'a'; a <= 'z'; ++a) {
    for (char b = 'a'; b <= 'z'; ++b) words.push_back(std::string{'x', a, b});
  }
  EXPECT_EQ(order_of(with_words(words)).order, RowOrder::assumed);
}

TEST(RowOrder, IsThatOfATokeniserInItsMatrix) {
  const Rows rows = with_words({"the", "of", "a"});
  EXPECT_EQ(order_of(rows, of_tensor("wte.weight")).order, RowOrder::other);
  for (const char* name : {"embeddings", "weight", "embedding.weight", "embeddings[mapping]"}) {
    EXPECT_EQ(order_of(rows, of_tensor(name)).order, RowOrder::assumed) << name;
  }
}

}  // namespace
}  // namespace wordvec::row_order_test
