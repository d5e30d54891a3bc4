#include "wordvec/model/word_forms.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "wordvec/model/vocabulary_builder.h"
#include "wordvec/model/word_matching.h"

namespace wordvec::word_forms_test {
namespace {

class FindByForm : public testing::Test {
 protected:
  std::optional<Row> find(std::initializer_list<const char*> words, std::string_view asked,
                          const WordMatching& matching = WordMatching::usual) {
    VocabularyBuilder builder;
    for (const char* word : words) builder.add(word);
    const auto match = find_word(builder.view(), asked, matching);
    return match ? std::optional(match->row) : std::nullopt;
  }
};

TEST_F(FindByForm, TakesCanonicalEquivalentsBothWays) {
  EXPECT_EQ(find({"x", "caf\u00e9"}, "cafe\u0301"), 1U);
  EXPECT_EQ(find({"x", "cafe\u0301"}, "caf\u00e9"), 1U);
  EXPECT_EQ(find({"한글"}, "\u1112\u1161\u11ab\u1100\u1173\u11af"), 0U);
  EXPECT_EQ(find({"\u1112\u1161\u11ab\u1100\u1173\u11af"}, "한글"), 0U);
  EXPECT_EQ(find({"vie\u0302\u0323t"}, "vi\u1ec7t"), 0U);
  EXPECT_EQ(find({"vie\u0302\u0323t"}, "vie\u0323\u0302t"), 0U);
  EXPECT_EQ(find({"\u212b"}, "\u00c5"), 0U);
  EXPECT_EQ(find({"cafe\u0301"}, "cafe"), std::nullopt);
  EXPECT_EQ(find({"\uff4bing"}, "king"), std::nullopt);  // compatible only
}

TEST_F(FindByForm, TakesWhatNobodySeesForNoDifference) {
  for (const char* word : {"\u2764", "\u2764\ufe0f", "\u2764\ufe0e"}) {
    for (const char* asked : {"\u2764", "\u2764\ufe0f", "\u2764\ufe0e"}) {
      EXPECT_EQ(find({"x", word}, asked), 1U);
    }
  }
  for (const char* word : {"king\u200b", "\ufeffking", "king\u00a0", "ki\u00adng", "king\u2060"}) {
    EXPECT_EQ(find({"queen", word}, "king"), 1U) << word;
    EXPECT_EQ(find({"queen", "king"}, word), 1U) << word;
  }
  EXPECT_EQ(find({"👨‍👩‍👧"}, "👨👩👧"), 0U);
  EXPECT_EQ(find({"می‌خواهم"}, "میخواهم"), 0U);
  EXPECT_EQ(find({""}, "\u200b"), std::nullopt);
  EXPECT_EQ(find({"", "\u200b"}, "\ufeff"), std::nullopt);
}

TEST_F(FindByForm, TakesTheWordItselfFirst) {
  EXPECT_EQ(find({"cafe\u0301", "caf\u00e9"}, "caf\u00e9"), 1U);
  EXPECT_EQ(find({"\u2764\ufe0f", "\u2764"}, "\u2764"), 1U);
}

TEST_F(FindByForm, TakesNoneOfTwo) {
  EXPECT_EQ(find({"\u00c5", "A\u030a"}, "\u212b"), std::nullopt);
  EXPECT_EQ(find({"\u2764", "\u2764\ufe0f"}, "\u2764\ufe0e"), std::nullopt);
  // Equivalent is more than alike.
  EXPECT_EQ(find({"caf\u00e9\u200b", "caf\u00e9"}, "cafe\u0301"), 1U);
}

TEST_F(FindByForm, IsAskedInLowerCaseToo) {
  EXPECT_EQ(find({"caf\u00e9"}, "CAFE\u0301"), 0U);
  EXPECT_EQ(find({"cafe\u0301"}, "CAF\u00c9"), 0U);
  EXPECT_EQ(find({"Caf\u00e9"}, "CAFE\u0301"), std::nullopt);
}

TEST_F(FindByForm, IsTurnedOffByExact) {
  EXPECT_EQ(find({"caf\u00e9"}, "cafe\u0301", WordMatching::exact), std::nullopt);
  EXPECT_EQ(find({"king"}, "king\u200b", WordMatching::exact), std::nullopt);
}

TEST_F(FindByForm, IgnoresCaseAndTakesTheFirstRow) {
  const auto any_case = [&](std::initializer_list<const char*> words, std::string_view asked) {
    return find(words, asked, WordMatching::ignore_case);
  };
  EXPECT_EQ(any_case({"Ibm", "IBM"}, "ibm"), 0U);
  EXPECT_EQ(any_case({"Ibm", "IBM", "ibm"}, "ibm"), 2U);  // as it is asked
  EXPECT_EQ(any_case({"x", "ibm", "IBM"}, "iBm"), 1U);
  EXPECT_EQ(any_case({"IBM", "ibm"}, "iBm"), 0U);
  EXPECT_EQ(any_case({"PARIS", "Straße"}, "STRASSE"), 1U);
  EXPECT_EQ(any_case({"X", "STRASSE"}, "straße"), 1U);
  EXPECT_EQ(any_case({"X", "ΟΔΟΣ"}, "οδος"), 1U);
  EXPECT_EQ(any_case({"X", "\u0130stanbul"}, "i\u0307STANBUL"), 1U);
  EXPECT_EQ(any_case({"X", "Istanbul"}, "\u0130STANBUL"),
            std::nullopt);  // i without and with a dot
  EXPECT_EQ(any_case({"X", "Caf\u00e9"}, "CAFE\u0301"), 1U);
  EXPECT_EQ(any_case({"King\u200b", "King"}, "KING"), 1U);
  EXPECT_EQ(any_case({"X", "King\u200b"}, "KING"), 1U);
  EXPECT_EQ(any_case({"X", "king"}, "kin"), std::nullopt);
}

TEST_F(FindByForm, IsTheSameForManyThreads) {
  VocabularyBuilder builder;
  for (int i = 0; i < 1000; ++i) builder.add("E\u0301" + std::to_string(i));
  const Vocabulary vocabulary = builder.view();
  const WordMatching matching = WordMatching::ignore_case;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&vocabulary, matching] {
      for (Row i = 0; i < 1000; ++i) {
        const auto match = find_word(vocabulary, "é" + std::to_string(i), matching);
        ASSERT_TRUE(match);
        ASSERT_EQ(match->row, i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace wordvec::word_forms_test
