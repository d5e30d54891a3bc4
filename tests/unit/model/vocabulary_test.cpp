#include "wordvec/model/vocabulary.h"

#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "support/expect_error.h"
#include "wordvec/base/error.h"
#include "wordvec/base/hash.h"
#include "wordvec/model/vocabulary_builder.h"

namespace wordvec::vocabulary_test {
namespace {

using test::expect_error;

// Few letters and short lengths, so that many words come twice and many slots collide.
std::string random_word(std::mt19937& random, std::size_t longest) {
  std::string word(random() % (longest + 1), '\0');
  for (char& c : word) c = "abAB \xc3\xb6"[random() % 7];
  return word;
}

TEST(VocabularyBuilder, AgreesWithAnUnorderedMap) {
  std::mt19937 random(1);
  for (const std::size_t longest : {std::size_t{3}, std::size_t{6}, std::size_t{40}}) {
    VocabularyBuilder builder;
    std::unordered_map<std::string, Row> reference;
    std::vector<std::string> words;
    for (int i = 0; i < 20'000; ++i) {
      const std::string word = random_word(random, longest);
      const bool is_new = reference.emplace(word, static_cast<Row>(words.size())).second;
      ASSERT_EQ(builder.add(word), is_new) << word;
      if (is_new) words.push_back(word);
      ASSERT_EQ(builder.size(), words.size());
    }
    const Vocabulary vocabulary = builder.view();
    ASSERT_EQ(vocabulary.size(), words.size());
    for (std::size_t r = 0; r < words.size(); ++r) {
      EXPECT_EQ(vocabulary.word(static_cast<Row>(r)), words[r]);
      EXPECT_EQ(vocabulary.find(words[r]), r);
    }
    for (int i = 0; i < 20'000; ++i) {
      const std::string word = random_word(random, longest + 1);
      const auto known = reference.find(word);
      const auto found = vocabulary.find(word);
      ASSERT_EQ(found.has_value(), known != reference.end()) << word;
      if (found) {
        EXPECT_EQ(*found, known->second);
      }
    }
  }
}

TEST(VocabularyBuilder, HasTheSmallestTableThatIsHalfEmpty) {
  VocabularyBuilder builder;
  EXPECT_EQ(builder.view().slots().size(), 2U);
  for (std::size_t n = 1; n <= 1100; ++n) {
    builder.add("word" + std::to_string(n));
    EXPECT_EQ(builder.view().slots().size(), std::max<std::size_t>(2, std::bit_ceil(2 * n))) << n;
  }
}

TEST(VocabularyBuilder, FillsTheTableInTheOrderOfRows) {
  std::mt19937 random(2);
  VocabularyBuilder builder;
  while (builder.size() < 3000) builder.add(random_word(random, 30));
  const Vocabulary vocabulary = builder.view();
  const std::size_t mask = vocabulary.slots().size() - 1;
  std::vector<std::uint32_t> expected(vocabulary.slots().size());
  for (std::size_t r = 0; r < vocabulary.size(); ++r) {
    std::size_t slot = hash64(vocabulary.word(static_cast<Row>(r))) & mask;
    while (expected[slot] != 0) slot = (slot + 1) & mask;
    expected[slot] = static_cast<std::uint32_t>(r + 1);
  }
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), vocabulary.slots().begin()));
}

TEST(VocabularyBuilder, LeavesNoTraceOfDuplicates) {
  VocabularyBuilder once;
  VocabularyBuilder twice;
  for (const char* word : {"a", "b", "", "c"}) {
    once.add(word);
    EXPECT_TRUE(twice.add(word));
    EXPECT_FALSE(twice.add(word));
    EXPECT_FALSE(twice.add("a"));
  }
  EXPECT_EQ(once.view().text(), twice.view().text());
  const auto equal = [](auto a, auto b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  };
  EXPECT_TRUE(equal(once.view().offsets(), twice.view().offsets()));
  EXPECT_TRUE(equal(once.view().slots(), twice.view().slots()));
}

TEST(VocabularyBuilder, NoticesWhetherAllWordsAreLowerCase) {
  VocabularyBuilder builder;
  builder.add("könig");
  builder.add("日本");
  builder.add("\xff");
  EXPECT_TRUE(builder.view().is_lower_case());
  builder.add("Paris");
  EXPECT_FALSE(builder.view().is_lower_case());
  builder.add("london");
  EXPECT_FALSE(builder.view().is_lower_case());
}

TEST(Vocabulary, TellsWordsApartThatDifferInAnyByte) {
  using namespace std::string_view_literals;
  VocabularyBuilder builder;
  for (const auto word : {"a"sv, "a\0"sv, "a "sv, " a"sv, "\0"sv, ""sv, "A"sv}) {
    EXPECT_TRUE(builder.add(word));
  }
  EXPECT_EQ(builder.view().find("a\0"sv), 1U);
  EXPECT_EQ(builder.view().find(""), 5U);
}

TEST(Vocabulary, MayBeEmpty) {
  const Vocabulary nothing;
  EXPECT_EQ(nothing.size(), 0U);
  EXPECT_EQ(nothing.find("a"), std::nullopt);
  EXPECT_EQ(nothing.find(""), std::nullopt);
  expect_error(ErrorCode::malformed, "row 0", [&] { nothing.word(0); });
}

TEST(Vocabulary, RefusesATableWhoseSizeIsNoPowerOfTwo) {
  const std::vector<std::uint64_t> offsets = {0, 1};
  for (const std::size_t size : {3U, 5U, 6U, 12U}) {
    const std::vector<std::uint32_t> slots(size);
    expect_error(ErrorCode::malformed, "power of two",
                 [&] { Vocabulary("a", offsets, slots, true); });
  }
}

TEST(Vocabulary, EndsItsSearchInATableWithoutEmptySlots) {
  const std::vector<std::uint64_t> offsets = {0, 1, 2};
  std::vector<std::uint32_t> slots(1024);
  std::mt19937 random(3);
  for (auto& slot : slots) slot = static_cast<std::uint32_t>(random()) | 1U << 31;
  const Vocabulary garbage("ab", offsets, slots, true);
  EXPECT_EQ(garbage.find("a"), std::nullopt);
  for (auto& slot : slots) slot = 2;  // every slot names row 1
  const Vocabulary full("ab", offsets, slots, true);
  EXPECT_EQ(full.find("a"), std::nullopt);
  EXPECT_EQ(full.find("b"), 1U);
  for (auto& slot : slots) slot = 0xffffffff;
  EXPECT_EQ(Vocabulary("ab", offsets, slots, true).find("a"), std::nullopt);
}

TEST(Vocabulary, RefusesOffsetsThatLie) {
  constexpr std::uint64_t kHuge = ~std::uint64_t{0};
  const std::vector<std::uint32_t> slots = {1, 2, 3, 0};
  const std::vector<std::vector<std::uint64_t>> kLies = {
      {0, 4, 2, 3}, {0, 1, 2, 4}, {kHuge, 1, 2, 3}, {0, kHuge, kHuge, 3}, {9, 9, 9, 9}};
  for (const auto& offsets : kLies) {
    const Vocabulary vocabulary("abc", offsets, slots, true);
    ASSERT_EQ(vocabulary.size(), 3U);
    int errors = 0;
    for (Row row = 0; row < 3; ++row) {
      const bool lies = offsets[row] > offsets[row + 1] || offsets[row + 1] > 3;
      if (lies) {
        ++errors;
        expect_error(ErrorCode::malformed, "row " + std::to_string(row),
                     [&] { vocabulary.word(row); });
      } else {
        EXPECT_EQ(vocabulary.word(row).size(), offsets[row + 1] - offsets[row]);
      }
    }
    EXPECT_GT(errors, 0);
    for (const char* word : {"a", "b", "c", "", "abc"}) {
      const auto found = vocabulary.find(word);
      if (found) {
        EXPECT_EQ(vocabulary.word(*found), word);
      }
    }
  }
  const std::vector<std::uint64_t> offsets = {0, 1};
  expect_error(ErrorCode::malformed, "row 1",
               [&] { Vocabulary("abc", offsets, slots, true).word(1); });
  expect_error(ErrorCode::malformed, "row 4294967295",
               [&] { Vocabulary("abc", offsets, slots, true).word(0xffffffff); });
}

Vocabulary of(VocabularyBuilder& builder, std::initializer_list<const char*> words) {
  for (const char* word : words) builder.add(word);
  return builder.view();
}

TEST(FindWord, FallsBackToLowerCaseInALowerCaseVocabulary) {
  VocabularyBuilder builder;
  const Vocabulary vocabulary = of(builder, {"der", "könig", "paris"});
  for (const char* word : {"KÖNIG", "König", "köNIG"}) {
    const auto match = find_word(vocabulary, word, false);
    ASSERT_TRUE(match) << word;
    EXPECT_EQ(match->row, 1U);
    EXPECT_TRUE(match->case_folded);
    EXPECT_FALSE(find_word(vocabulary, word, true)) << word;
  }
  const auto exact = find_word(vocabulary, "könig", false);
  ASSERT_TRUE(exact);
  EXPECT_EQ(exact->row, 1U);
  EXPECT_FALSE(exact->case_folded);
  EXPECT_FALSE(find_word(vocabulary, "Köln", false));
  EXPECT_FALSE(find_word(vocabulary, "köln", false));
}

TEST(FindWord, TakesWordsAsTheyAreInAMixedVocabulary) {
  VocabularyBuilder builder;
  const Vocabulary vocabulary = of(builder, {"paris", "Rome", "rome"});
  EXPECT_FALSE(find_word(vocabulary, "Paris", false));
  EXPECT_EQ(find_word(vocabulary, "Rome", false)->row, 1U);
  EXPECT_EQ(find_word(vocabulary, "rome", false)->row, 2U);
  EXPECT_FALSE(find_word(vocabulary, "ROME", false));
}

TEST(FindWord, PrefersTheWordAsItIs) {
  const std::vector<std::uint64_t> offsets = {0, 1, 2};
  VocabularyBuilder builder;
  const Vocabulary mixed = of(builder, {"a", "A"});
  // A file may call a vocabulary lower-case that is not.
  const Vocabulary lying(mixed.text(), mixed.offsets(), mixed.slots(), true);
  EXPECT_EQ(find_word(lying, "A", false)->row, 1U);
  EXPECT_FALSE(find_word(lying, "A", false)->case_folded);
}

}  // namespace
}  // namespace wordvec::vocabulary_test
