#include "wordvec/search/spelling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "support/reference.h"
#include "support/sanitized.h"
#include "wordvec/model/vocabulary_builder.h"

namespace wordvec::spelling_test {
namespace {

using test::reference_spelling_distance;

std::string random_text(std::mt19937& random, std::size_t longest, std::size_t letters) {
  std::string text(random() % (longest + 1), '\0');
  for (char& c : text) c = "abcdefgh\xc3\xff"[random() % letters];
  return text;
}

// Every word's distance, then a sort by the order that the header gives.
std::vector<Row> reference_closest(const std::vector<std::string>& words, const std::string& word,
                                   std::size_t most) {
  if (word.empty() || word.size() > 64) return {};
  const std::size_t farthest = std::min<std::size_t>(3, std::max<std::size_t>(1, word.size() / 3));
  std::vector<std::tuple<std::size_t, bool, Row>> found;
  for (std::size_t r = 0; r < words.size(); ++r) {
    const std::size_t distance = reference_spelling_distance(word, words[r]);
    if (distance > farthest || distance >= std::max(word.size(), words[r].size())) continue;
    const bool other_start = words[r].empty() || words[r][0] != word[0];
    found.emplace_back(distance, other_start, static_cast<Row>(r));
  }
  std::sort(found.begin(), found.end());
  std::vector<Row> rows;
  for (std::size_t i = 0; i < std::min(most, found.size()); ++i)
    rows.push_back(std::get<2>(found[i]));
  return rows;
}

TEST(ClosestSpellings, AreThoseOfAFullSort) {
  std::mt19937 random(2);
  for (const std::size_t letters : {3U, 5U, 9U}) {
    VocabularyBuilder builder;
    std::vector<std::string> words;
    while (words.size() < 500) {
      const std::string word = random_text(random, 12, letters);
      if (builder.add(word)) words.push_back(word);
    }
    for (int i = 0; i < (test::kSanitized ? 40 : 200); ++i) {
      const std::string word = random_text(random, 14, letters);
      for (const std::size_t most : {0U, 1U, 3U, 1000U}) {
        ASSERT_EQ(closest_spellings(builder.view(), word, most),
                  reference_closest(words, word, most))
            << word << ", most " << most;
      }
    }
  }
}

std::vector<Row> closest(std::initializer_list<const char*> words, std::string_view word,
                         std::size_t most = 3) {
  VocabularyBuilder builder;
  for (const char* w : words) builder.add(w);
  return closest_spellings(builder.view(), word, most);
}

TEST(ClosestSpellings, AreFewestChangesThenSameFirstCharacterThenLowestRow) {
  EXPECT_EQ(closest({"quern", "green", "queen", "queens", "quee"}, "queenn", 9),
            (std::vector<Row>{2, 3, 0, 4}));
  EXPECT_EQ(closest({"bat", "cut", "cat"}, "cot"), (std::vector<Row>{1, 2}));
  EXPECT_EQ(closest({"hot", "cat"}, "cot"), (std::vector<Row>{1, 0}));
}

TEST(ClosestSpellings, MustHaveSomethingInCommon) {
  EXPECT_TRUE(closest({"a", "b", "."}, "x").empty());
  EXPECT_TRUE(closest({"", "ab"}, "").empty());
  EXPECT_EQ(closest({"ab", "b"}, "a"), (std::vector<Row>{0}));
}

TEST(ClosestSpellings, AreThoseOfTheLowerCaseFormInALowerCaseVocabulary) {
  EXPECT_EQ(closest({"london", "paris"}, "LONDOM"), (std::vector<Row>{0}));
  EXPECT_EQ(closest({"London", "Paris"}, "LONDOM"), (std::vector<Row>{0}));  // case is no change
}

TEST(ClosestSpellings, CountCharacters) {
  EXPECT_EQ(closest({"küche", "kirche"}, "kuchen"), (std::vector<Row>{0}));
  EXPECT_EQ(closest({"日本語", "日本人民"}, "日本话"), (std::vector<Row>{0}));
  EXPECT_EQ(closest({"страна"}, "страны"), (std::vector<Row>{0}));
  EXPECT_EQ(closest({"cafés"}, "cafe\u0301z"), (std::vector<Row>{0}));
}

TEST(ClosestSpellings, BeginWithWhatDiffersInCaseFormOrMark) {
  EXPECT_EQ(closest({"ibn", "IBM"}, "ibm"), (std::vector<Row>{1, 0}));
  EXPECT_EQ(closest({"Parish", "Paris"}, "PARIS"), (std::vector<Row>{1, 0}));
  EXPECT_EQ(closest({"cafe", "café"}, "CAFÉ"), (std::vector<Row>{1, 0}));
  EXPECT_EQ(closest({"waive", "naïve"}, "naive"), (std::vector<Row>{1, 0}));
  EXPECT_EQ(closest({"kings", "▁King", "Ġking", "KING"}, "king", 9),
            (std::vector<Row>{3, 2, 1, 0}));
  EXPECT_EQ(closest({"kong", "king"}, "ｋｉｎｇ"), (std::vector<Row>{1}));
  EXPECT_EQ(closest({"New_York", "new_york", "newyork", "york"}, "new york", 9),
            (std::vector<Row>{1, 2, 0}));
  for (const char* word : {"/c/en/king", "ENTITY/King", "en:king", "##king", "king</w>",
                           "king_NOUN", "_king", "King"}) {
    EXPECT_EQ(closest({"kin", word}, "king"), (std::vector<Row>{1, 0})) << word;
    EXPECT_EQ(closest({"kin", "king"}, word), (std::vector<Row>{1, 0})) << word;
  }
}

TEST(ClosestSpellings, BeginWithWordsThatLookTheSame) {
  EXPECT_EQ(closest({"\u00c5", "A\u030a", "B"}, "\u212b"), (std::vector<Row>{0, 1}));
  EXPECT_EQ(closest({"\u2764\ufe0f", "\u2764"}, "\u2764\ufe0e"), (std::vector<Row>{0, 1}));
}

TEST(ClosestSpellings, OfLongWordsAreThoseThatAreAlike) {
  const std::string longest(64, 'a');
  VocabularyBuilder builder;
  builder.add(longest);
  builder.add("B" + longest + longest);
  EXPECT_EQ(closest_spellings(builder.view(), longest + 'b', 1).size(), 0U);
  EXPECT_EQ(closest_spellings(builder.view(), longest.substr(1) + 'b', 1).size(), 1U);
  EXPECT_EQ(closest_spellings(builder.view(), "b" + longest + longest, 1), (std::vector<Row>{1}));
}

}  // namespace
}  // namespace wordvec::spelling_test
