#include "wordvec/model/subwords.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "support/guarded.h"
#include "wordvec/model/vocabulary_builder.h"
#include "wordvec/model/word_ngrams.h"

namespace wordvec::subwords_test {
namespace {

using RowNumbers = std::vector<std::uint32_t>;
using Values = std::vector<float>;

SubwordRules rules_of(SubwordScheme scheme, std::uint32_t shortest, std::uint32_t longest,
                      std::uint64_t buckets) {
  SubwordRules rules;
  rules.scheme = scheme;
  rules.min_length = shortest;
  rules.max_length = longest;
  rules.buckets = buckets;
  return rules;
}

RowNumbers rows_in(const Subwords& subwords, std::string_view word) {
  RowNumbers rows;
  subwords.rows_of(word, rows);
  return rows;
}

// Of a matrix that has a row for each bucket; rows_of() does not read it.
RowNumbers buckets_of(const SubwordRules& rules, std::string_view word) {
  return rows_in({rules, {}, {nullptr, static_cast<std::size_t>(rules.buckets), 1}}, word);
}

RowNumbers fasttext_rows(std::string_view word, std::uint32_t shortest, std::uint32_t longest) {
  return buckets_of(rules_of(SubwordScheme::fasttext, shortest, longest, 1000), word);
}

std::vector<std::string> texts_of(const std::vector<WordNgram>& ngrams) {
  std::vector<std::string> texts;
  for (const WordNgram& ngram : ngrams) texts.push_back(ngram.text);
  return texts;
}

TEST(WordNgrams, AreThoseOfTheRowsInTheSameOrder) {
  for (const SubwordScheme scheme :
       {SubwordScheme::fasttext, SubwordScheme::floret, SubwordScheme::finalfusion}) {
    SubwordRules rules = rules_of(scheme, 2, 4, 1024);
    if (scheme == SubwordScheme::floret) rules.hash_count = 2;
    // Only half of the buckets have a row.
    std::vector<std::uint32_t> buckets;
    for (std::uint32_t i = 0; i < 512; ++i) buckets.push_back(2 * i);
    const Subwords subwords(rules, {buckets, {}}, {nullptr, 512, 1});
    RowNumbers rows;
    for (const WordNgram& ngram : ngrams_of(subwords, "naïve")) {
      ASSERT_TRUE(ngram.bucket);
      EXPECT_EQ(ngram.row.has_value(), *ngram.bucket % 2 == 0);
      if (!ngram.row) continue;
      EXPECT_EQ(*ngram.row, *ngram.bucket / 2);
      rows.push_back(*ngram.row);
    }
    EXPECT_FALSE(rows.empty());
    EXPECT_EQ(rows, rows_in(subwords, "naïve"));
  }
}

// As fastText prints them: by where they begin, then by length.
TEST(WordNgrams, AreNamedWithTheirMarks) {
  const SubwordRules rules = rules_of(SubwordScheme::fasttext, 3, 4, 1000);
  const Subwords subwords(rules, {}, {nullptr, 1000, 1});
  EXPECT_EQ(texts_of(ngrams_of(subwords, "été")),
            (std::vector<std::string>{"<ét", "<été", "été", "été>", "té>"}));
  EXPECT_TRUE(ngrams_of(Subwords(), "word").empty());
  // floret: the word first, and each as often as it has hashes.
  SubwordRules floret = rules_of(SubwordScheme::floret, 3, 3, 1000);
  floret.hash_count = 2;
  EXPECT_EQ(texts_of(ngrams_of(Subwords(floret, {}, {nullptr, 1000, 1}), "ab")),
            (std::vector<std::string>{"<ab>", "<ab>", "<ab", "<ab", "ab>", "ab>"}));
  // finalfusion: by where they begin, the longest first.
  const SubwordRules finalfusion = rules_of(SubwordScheme::finalfusion, 3, 4, 1024);
  EXPECT_EQ(texts_of(ngrams_of(Subwords(finalfusion, {}, {nullptr, 1024, 1}), "ab")),
            (std::vector<std::string>{"<ab>", "<ab", "ab>"}));
}

TEST(FastTextSubwords, HashAsPublished) {
  SubwordRules rules = rules_of(SubwordScheme::fasttext, 8, 8, std::uint64_t{1} << 32);
  rules.begin.clear();
  rules.end.clear();
  EXPECT_EQ(buckets_of(rules, "asteroid"), RowNumbers{1988297200});
  rules.min_length = rules.max_length = 7;
  EXPECT_EQ(buckets_of(rules, "команда"), RowNumbers{1725507386});
}

// From a program of the definition that agrees with get_subwords() of fastText 0.9.2.
TEST(FastTextSubwords, AreCutAsFastTextDoes) {
  EXPECT_EQ(fasttext_rows("asteroid", 3, 6),
            (RowNumbers{31,  65,  452, 738, 211, 370, 416, 333, 181, 341, 942, 189, 576,
                        541, 716, 8,   747, 638, 742, 568, 597, 531, 95,  171, 87,  562}));
  EXPECT_EQ(fasttext_rows("naïve", 3, 6),
            (RowNumbers{890, 692, 190, 201, 546, 404, 43, 687, 832, 7, 331, 570, 548, 654}));
  EXPECT_EQ(fasttext_rows("日本", 2, 4), (RowNumbers{687, 587, 759, 409, 157, 717}));
  EXPECT_EQ(fasttext_rows("a", 3, 6), (RowNumbers{600}));
  EXPECT_EQ(fasttext_rows("", 3, 6), RowNumbers{});
}

TEST(FastTextSubwords, OfOneCharacterAreNotAtTheEdges) {
  EXPECT_EQ(fasttext_rows("naïve", 1, 3), (RowNumbers{655, 890, 553, 112, 546, 220, 750, 832, 15,
                                                      403, 570, 505, 612, 654, 744, 490}));
  EXPECT_EQ(fasttext_rows("a", 1, 3), (RowNumbers{750, 600, 220, 806}));
  EXPECT_EQ(fasttext_rows("", 1, 6), RowNumbers{367});
  EXPECT_EQ(fasttext_rows("a", 0, 3), fasttext_rows("a", 1, 3));
}

TEST(FastTextSubwords, OfBytesThatAreNotUtf8EndWhereTheNextCharacterBegins) {
  EXPECT_EQ(fasttext_rows("\xff\x80"
                          "a",
                          1, 3),
            (RowNumbers{52, 159, 730, 209, 37, 220, 806}));
  EXPECT_EQ(fasttext_rows("\x80\x80"
                          "b\xc3",
                          0, 2),
            (RowNumbers{787, 77, 354, 138, 660}));
  EXPECT_EQ(fasttext_rows("a\x80", 1, 1), RowNumbers{636});
}

TEST(FastTextSubwords, OfTheEndOfALineAreNone) {
  EXPECT_EQ(fasttext_rows("</s>", 3, 6), RowNumbers{});
  EXPECT_FALSE(fasttext_rows("</s", 3, 6).empty());
}

TEST(FastTextSubwords, OfAPrunedModelHaveRowsByTheirBucket) {
  // Of "a" with 1 to 3 characters: 750, 600, 220, 806.
  const std::vector<std::uint32_t> buckets = {3, 220, 601, 750, 806, 999};
  const SubwordRules rules = rules_of(SubwordScheme::fasttext, 1, 3, 1000);
  EXPECT_EQ(rows_in({rules, {buckets, {}}, {nullptr, 6, 1}}, "a"), (RowNumbers{3, 1, 4}));
  // The index promises more rows than there are.
  EXPECT_EQ(rows_in({rules, {buckets, {}}, {nullptr, 4, 1}}, "a"), (RowNumbers{3, 1}));
}

TEST(FloretSubwords, HashTheWholeWordAndEachNgram) {
  SubwordRules rules = rules_of(SubwordScheme::floret, 4, 5, 100);
  EXPECT_EQ(buckets_of(rules, "apple"), buckets_of(rules, "apple"));
  rules.seed = 2166136261;
  EXPECT_EQ(buckets_of(rules, "apple"), (RowNumbers{34, 88, 96, 12, 78, 73, 26, 90}));
  rules.hash_count = 2;
  EXPECT_EQ(buckets_of(rules, "apple"),
            (RowNumbers{34, 33, 88, 28, 96, 56, 12, 90, 78, 33, 73, 67, 26, 26, 90, 70}));
  rules.hash_count = 4;
  // "<日本>" is a word and an n-gram.
  EXPECT_EQ(buckets_of(rules, "日本"), (RowNumbers{40, 97, 70, 82, 40, 97, 70, 82}));
}

// The first values of the table that floret's description shows, and of vectors that floret
// computed from it, before both were rounded to five digits.
TEST(FloretSubwords, GiveTheVectorsOfFloret) {
  const Values table = {-2.2611F, -3.12F,  9.5689F, 3.6268F,  -11.683F,
                        -4.3024F, 8.3574F, -10.01F, -5.4576F, 8.0678F};
  SubwordRules rules = rules_of(SubwordScheme::floret, 2, 3, 10);
  rules.hash_count = 2;
  rules.seed = 2166136261;
  const Subwords plain(rules, {}, {table.data(), 10, 1});
  rules.begin = "[";
  rules.end = "]";
  const Subwords bracketed(rules, {}, {table.data(), 10, 1});
  const struct {
    const char* word;
    float plain;
    float bracketed;
  } expected[] = {{",", -5.7814F, 1.3844874F},     {".", 3.8016F, 5.3217626F},
                  {"der", 0.08224F, -0.30920622F}, {"die", -2.8781F, -2.2371624F},
                  {"und", 2.1558F, 0.24818125F},   {"\"", -1.1242F, -2.6215875F},
                  {"in", -0.87635F, 1.3580999F},   {"von", -0.10589F, -1.6226685F},
                  {"(", 0.59263F, -5.6849623F},    {")", 0.13812F, -3.4659F}};
  for (const auto& row : expected) {
    Values vector(1);
    EXPECT_TRUE(plain.vector_of(row.word, vector));
    EXPECT_NEAR(vector[0], row.plain, 5e-4) << row.word;
    EXPECT_TRUE(bracketed.vector_of(row.word, vector));
    EXPECT_NEAR(vector[0], row.bracketed, 1e-4) << row.word;
  }
}

// The numbers that finalfusion's own tests hold its hashing to.
TEST(FinalfusionSubwords, HashAsFinalfusionDoes) {
  const SubwordRules rules = rules_of(SubwordScheme::finalfusion, 3, 6, std::uint64_t{1} << 21);
  RowNumbers rows = buckets_of(rules, "Daniël");
  std::sort(rows.begin(), rows.end());
  EXPECT_EQ(rows, (RowNumbers{214157, 233912, 311961, 488897, 620206, 741276, 841219, 1167494,
                              1192256, 1489905, 1532271, 1644730, 1666166, 1679745, 1680294,
                              1693100, 2026735, 2065822}));
  // <hallo, <hall, <hal, <ha, hallo>, …: the longest first.
  EXPECT_EQ(buckets_of(rules, "hallo"),
            (RowNumbers{1321513, 1505861, 104120, 985859, 136555, 1006102, 1892376, 456131, 599360,
                        1163391, 938007, 1218704, 722393, 75867}));
  EXPECT_EQ(buckets_of(rules_of(SubwordScheme::finalfusion, 1, 2, 16), "hé"),
            (RowNumbers{3, 8, 6, 12, 0, 13, 10}));  // those of one character at the edges too
}

TEST(ListedSubwords, AreLookedUp) {
  VocabularyBuilder ngrams;
  for (const char* ngram : {"<h", "é", "hé>", "x", "<hé>", "é>"}) ngrams.add(ngram);
  const SubwordRules rules = rules_of(SubwordScheme::listed, 1, 3, 0);
  EXPECT_EQ(rows_in({rules, {{}, ngrams.view()}, {nullptr, 6, 1}}, "hé"), (RowNumbers{0, 2, 5, 1}));
  // The list is longer than the matrix.
  EXPECT_EQ(rows_in({rules, {{}, ngrams.view()}, {nullptr, 3, 1}}, "hé"), (RowNumbers{0, 2, 1}));
  EXPECT_EQ(rows_in({rules, {}, {nullptr, 6, 1}}, "hé"), RowNumbers{});
}

TEST(Subwords, GiveTheMeanOfTheirRows) {
  // "a" has the buckets 750, 600, 220, 806 of 1000.
  Values matrix(2000);
  matrix[2 * 750] = 1;
  matrix[2 * 600] = 2;
  matrix[2 * 220] = 4;
  matrix[2 * 806] = 8;
  matrix[2 * 806 + 1] = -2;
  const Subwords subwords(rules_of(SubwordScheme::fasttext, 1, 3, 1000), {},
                          {matrix.data(), 1000, 2});
  Values vector = {7, 7};
  EXPECT_TRUE(subwords.vector_of("a", vector));
  EXPECT_EQ(vector, (Values{3.75F, -0.5F}));
  EXPECT_FALSE(subwords.vector_of("</s>", vector));
  EXPECT_EQ(vector, (Values{0, 0}));
}

// 1/3 is rounded to float32 before it multiplies, as in fastText.
TEST(Subwords, MultiplyByTheRoundedShare) {
  const std::vector<std::uint32_t> buckets = {220, 600, 750};
  const Values matrix = {0.1F, 0.2F, 0.7F};
  const Subwords subwords(rules_of(SubwordScheme::fasttext, 1, 3, 1000), {buckets, {}},
                          {matrix.data(), 3, 1});
  Values vector(1);
  EXPECT_TRUE(subwords.vector_of("a", vector));
  EXPECT_EQ(vector[0], ((0.7F + 0.2F) + 0.1F) * 0.333333343F);
}

TEST(Subwords, GiveASumOfUnitLengthWhereTheRulesSaySo) {
  const std::vector<std::uint32_t> buckets = {220, 600};
  SubwordRules rules = rules_of(SubwordScheme::fasttext, 1, 3, 1000);
  rules.unit_length = true;
  Values matrix = {1, 3, 2, 1};
  const Subwords subwords(rules, {buckets, {}}, {matrix.data(), 2, 2});
  Values vector(2);
  EXPECT_TRUE(subwords.vector_of("a", vector));
  EXPECT_EQ(vector, (Values{0.6F, 0.8F}));
  matrix = {1, 3, -1, -3};
  EXPECT_TRUE(subwords.vector_of("a", vector));  // a sum of zeros has no direction
  EXPECT_EQ(vector, (Values{0, 0}));
}

TEST(Subwords, GiveNoVectorWhereTheSumIsBeyondFloat32) {
  // Two n-grams of "a", of 3e38 each: the mean would be within float32, the sum is not.
  const std::vector<std::uint32_t> buckets = {220, 600};
  SubwordRules rules = rules_of(SubwordScheme::fasttext, 1, 3, 1000);
  const Values matrix = {3e38F, 1, 3e38F, 1};
  for (const bool unit_length : {false, true}) {
    rules.unit_length = unit_length;
    const Subwords subwords(rules, {buckets, {}}, {matrix.data(), 2, 2});
    Values vector(2);
    EXPECT_FALSE(subwords.vector_of("a", vector));
    EXPECT_FALSE(std::isfinite(vector[0]));
  }
}

TEST(Subwords, NeverReadBesideTheMatrix) {
  std::mt19937 random(1);
  const auto any = [&](unsigned most) { return static_cast<std::uint32_t>(random() % (most + 1)); };
  for (int i = 0; i < 3000; ++i) {
    SubwordRules rules = rules_of(static_cast<SubwordScheme>(any(3)), any(4), any(9), any(30));
    rules.hash_count = any(9);
    rules.unit_length = any(1) == 1;
    rules.begin.assign(any(3), '\xc3');
    const std::size_t rows = any(20);
    const test::Guarded<float> matrix(rows * 3, 1.0F);
    std::vector<std::uint32_t> buckets(any(1) == 0 ? 0 : any(40));
    for (std::uint32_t& bucket : buckets) bucket = any(40);  // not even ascending
    VocabularyBuilder ngrams;
    for (const char* ngram : {"ab", "b", "a", "\xc3", "ba"}) ngrams.add(ngram);
    std::string word(any(12), '\0');
    for (char& c : word) c = "ab\x80\xc3\xa9<"[any(5)];
    const Subwords subwords(rules, {buckets, ngrams.view()}, {matrix.data(), rows, 3});
    const RowNumbers found = rows_in(subwords, word);
    EXPECT_TRUE(std::all_of(found.begin(), found.end(), [&](auto row) { return row < rows; }));
    Values vector(3);
    EXPECT_EQ(subwords.vector_of(word, vector), !found.empty());
  }
}

TEST(SubwordRules, AreCheckedBeforeTheyAreUsed) {
  constexpr auto kMax = std::numeric_limits<std::uint32_t>::max();
  SubwordRules rules = rules_of(SubwordScheme::fasttext, 3, 6, 2'000'000);
  EXPECT_EQ(problem_of(rules), "");
  EXPECT_EQ(problem_of(rules_of(SubwordScheme::floret, 0, 0, 1)), "");
  EXPECT_EQ(problem_of(rules_of(SubwordScheme::finalfusion, 3, 6, 1U << 21U)), "");
  EXPECT_EQ(problem_of(rules_of(SubwordScheme::listed, 1, 64, 0)), "");
  EXPECT_EQ(problem_of(rules_of(static_cast<SubwordScheme>(4), 3, 6, 1)),
            "the scheme of the n-grams is 4, expected 0 to 3");
  EXPECT_EQ(problem_of(rules_of(SubwordScheme::fasttext, 3, kMax, 1)),
            "the n-grams have up to 4294967295 characters, expected 1 to 64");
  EXPECT_EQ(problem_of(rules_of(SubwordScheme::fasttext, 0, 0, 1)),
            "the n-grams have up to 0 characters, expected 1 to 64");
  EXPECT_EQ(problem_of(rules_of(SubwordScheme::fasttext, 7, 6, 1)),
            "the n-grams have at least 7 and at most 6 characters");
  EXPECT_EQ(problem_of(rules_of(SubwordScheme::floret, 3, 6, 0)),
            "n-grams are hashed to 0 buckets, expected 1 to 4294967296");
  EXPECT_NE(problem_of(rules_of(SubwordScheme::fasttext, 3, 6, ~std::uint64_t{0})), "");
  EXPECT_EQ(problem_of(rules_of(SubwordScheme::finalfusion, 3, 6, 3)),
            "n-grams are hashed to 3 buckets, expected a power of two");
  EXPECT_EQ(problem_of(rules_of(SubwordScheme::listed, 3, 6, 1)),
            "n-grams are hashed to 1 buckets, expected none, as they are listed");
  SubwordRules floret = rules_of(SubwordScheme::floret, 3, 6, 10);
  for (const std::uint32_t count : {0U, 5U, kMax}) {
    floret.hash_count = count;
    EXPECT_EQ(problem_of(floret),
              "an n-gram has " + std::to_string(count) + " hashes, expected 1 to 4");
  }
  rules.begin.assign(64, '<');
  EXPECT_EQ(problem_of(rules), "");
  rules.end.assign(65, '>');
  EXPECT_EQ(problem_of(rules), "a mark at a word's edge has 65 bytes, expected at most 64");
}

}  // namespace
}  // namespace wordvec::subwords_test
