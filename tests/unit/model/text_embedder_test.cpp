#include "wordvec/model/text_embedder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"

namespace wordvec::test::text_embedder_test {
namespace {

using Values = std::vector<float>;
using Words = std::vector<std::string>;

Rows three_rows() {
  return {2, {"x", "y", "z"}, {3, 4, -1, 2, 0, 0}};
}

// Of "x" (3, 4), "y" (-1, 2) and "z" (0, 0); "ab" is built of two n-grams: (2, -1).
class TextEmbedderTest : public testing::Test {
 protected:
  TextEmbedder embedder(TextOptions options = {}) {
    return {model_.embeddings(), options,
            [this](std::string_view word) { unknown_.emplace_back(word); }};
  }

  // All vectors, one behind the other.
  static Values vectors(TextEmbedder& embedder, std::string_view text) {
    Values all;
    embedder.vectors(text, [&](const TextWord&, std::span<const float> vector) {
      all.insert(all.end(), vector.begin(), vector.end());
    });
    return all;
  }

  static Values pooled(TextEmbedder& embedder, std::string_view text, Pooling pooling,
                       std::uint64_t words) {
    Values out(2, 7.0F);
    EXPECT_EQ(embedder.pool(text, pooling, out), words) << text;
    return out;
  }

  TestModel model_{three_rows(), Ngrams::listed_for_ab()};
  Words unknown_;
};

// (3, 4) is (0.6, 0.8) at unit length, and (-1, 2) is (-1, 2) / √5.
TEST_F(TextEmbedderTest, ScalesWordsToUnitLengthAndLeavesZerosOut) {
  TextOptions options;
  options.unit_words = true;
  auto words = embedder(options);
  const auto root = static_cast<float>(std::sqrt(5.0));
  EXPECT_EQ(vectors(words, "x z"), (Values{0.6F, 0.8F, 0, 0}));
  const Values mean = pooled(words, "x z y z", Pooling::mean, 2);
  EXPECT_FLOAT_EQ(mean[0], (0.6F - 1 / root) / 2);
  EXPECT_FLOAT_EQ(mean[1], (0.8F + 2 / root) / 2);
  EXPECT_EQ(pooled(words, "z z", Pooling::mean, 0), (Values{0, 0}));
  // Built of n-grams: (2, -1).
  const Values built = vectors(words, "ab");
  EXPECT_FLOAT_EQ(built[0], 2 / root);
  EXPECT_FLOAT_EQ(built[1], -1 / root);
  // What stands for an unknown word is a vector like others.
  options.unknown = UnknownWords::zero;
  auto zeros = embedder(options);
  EXPECT_EQ(pooled(zeros, "x what", Pooling::mean, 1), (Values{0.6F, 0.8F}));
  // Before it is scaled by √2.
  options.scale_sqrt_dim = true;
  auto scaled = embedder(options);
  EXPECT_FLOAT_EQ(vectors(scaled, "x")[0], static_cast<float>(0.6 * std::sqrt(2.0)));
}

TEST(TextEmbedder, RefusesWhatFloat32CannotHold) {
  const TestModel model(Rows{2, {"huge", "less", "one"}, {3e38F, 1, -3e38F, 1, 1, 1}});
  const auto unknown = [](std::string_view) {};
  TextEmbedder plain(model.embeddings(), {}, unknown);
  Values out(2);
  expect_error(ErrorCode::malformed, "the sum of its words' vectors is beyond the largest float32",
               [&] { plain.pool("huge huge", Pooling::sum, out); });
  plain.pool("huge less", Pooling::sum, out);
  EXPECT_EQ(out, (Values{0, 2}));
  plain.pool("huge huge huge", Pooling::mean, out);
  EXPECT_EQ(out, (Values{3e38F, 1}));
  TextOptions options;
  options.scale_sqrt_dim = true;
  TextEmbedder scaled(model.embeddings(), options, unknown);
  expect_error(ErrorCode::malformed, "the vector of 'less', times the square root",
               [&] { scaled.vectors("one less", [](const TextWord&, std::span<const float>) {}); });
}

TEST_F(TextEmbedderTest, GivesRowsInOrderAndLeavesTheUnknownOut) {
  auto words = embedder();
  std::string found;
  words.rows("Y what x, x", [&](const TextWord& word) {
    found += std::string(word.text) + std::to_string(*word.row) + ' ';
  });
  EXPECT_EQ(found, "Y1 x0 x0 ");
  EXPECT_EQ(unknown_, (Words{"what", ","}));
  EXPECT_EQ(words.counts().words, 5U);
  EXPECT_EQ(words.counts().unknown, 2U);
}

TEST_F(TextEmbedderTest, GivesVectorsOfRowsAndOfNgrams) {
  auto words = embedder();
  EXPECT_EQ(vectors(words, "x ab y"), (Values{3, 4, 2, -1, -1, 2}));
  EXPECT_EQ(words.counts().built, 1U);
  EXPECT_EQ(unknown_, Words{});
}

TEST_F(TextEmbedderTest, PutsZerosOrTheMeanRowInPlaceOfTheUnknown) {
  auto zero = embedder({.unknown = UnknownWords::zero});
  EXPECT_EQ(vectors(zero, "x ? y"), (Values{3, 4, 0, 0, -1, 2}));
  auto mean = embedder({.unknown = UnknownWords::mean});
  EXPECT_EQ(vectors(mean, "?"), (Values{2 / 3.0F, 2}));
}

// (3, 4) has length 5; the mean row (2/3, 2) has √(40/9), times 1/√(40/9) it is (1, 3)/√10.
TEST_F(TextEmbedderTest, LimitsTheLengthOfEveryVector) {
  auto words = embedder({.unknown = UnknownWords::mean, .max_norm = 1});
  const Values found = vectors(words, "x ? z");
  const std::vector<double> expected = {0.6, 0.8, 0.31622777, 0.94868330, 0, 0};
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-6) << i;
}

TEST_F(TextEmbedderTest, CutsATextAfterTheWordsThatItGives) {
  auto words = embedder({.most_words = 2});
  EXPECT_EQ(vectors(words, "what x y x nobody"), (Values{3, 4, -1, 2}));
  EXPECT_EQ(unknown_, (Words{"what"}));
  EXPECT_EQ(words.counts().cut_texts, 1U);
  EXPECT_EQ(words.counts().words, 3U);
  words.rows("x y", [](const TextWord&) {});
  EXPECT_EQ(words.counts().cut_texts, 1U);
  words.rows("x y x", [](const TextWord&) {});
  EXPECT_EQ(words.counts().cut_texts, 2U);
}

TEST_F(TextEmbedderTest, FindsTheUnknownWords) {
  using Views = std::vector<std::string_view>;
  auto words = embedder({.most_words = 2});
  EXPECT_EQ(words.unknown_words("x ab", false), Views{});
  EXPECT_EQ(words.unknown_words("x ab", true), Views{"ab"});
  EXPECT_EQ(words.unknown_words("x What who y when", false), (Views{"What", "who"}));
  EXPECT_EQ(words.unknown_words("x y what", false), Views{});
  EXPECT_EQ(words.counts().words, 0U);
  EXPECT_EQ(unknown_, Words{});
}

TEST_F(TextEmbedderTest, PoolsWords) {
  auto words = embedder();
  EXPECT_EQ(pooled(words, "x y", Pooling::sum, 2), (Values{2, 6}));
  EXPECT_EQ(pooled(words, "x y", Pooling::mean, 2), (Values{1, 3}));
  EXPECT_EQ(pooled(words, "x y ab", Pooling::max, 3), (Values{3, 4}));
  EXPECT_EQ(pooled(words, "y ab", Pooling::max, 2), (Values{2, 2}));
  for (const Pooling how : {Pooling::sum, Pooling::mean, Pooling::max, Pooling::sif}) {
    EXPECT_EQ(pooled(words, "what", how, 0), (Values{0, 0}));
  }
}

// Rows are added in groups, and a vector that is built is gone with the next: "abx" is (1, 2).
TEST_F(TextEmbedderTest, PoolsLongTexts) {
  auto words = embedder();
  std::string text;
  for (int i = 0; i < 20; ++i) text += "x ab abx x ";
  EXPECT_EQ(pooled(words, text + "ab", Pooling::sum, 81),
            (Values{40 * 3 + 21 * 2 + 20 * 1, 40 * 4 - 21 + 20 * 2}));
}

// H = 1 + 1/2 + 1/3 = 11/6, so p is 6/11, 3/11 and 2/11; 1/(1 + p) is 11/17, 11/14 and 11/13. A
// word that is built counts as the last row.
TEST_F(TextEmbedderTest, WeighsByRankForSif) {
  auto words = embedder({.sif_a = 1});
  const Values found = pooled(words, "x y ab", Pooling::sif, 3);
  EXPECT_NEAR(found[0], (3 * 11 / 17.0 - 11 / 14.0 + 2 * 11 / 13.0) / 3, 1e-6);
  EXPECT_NEAR(found[1], (4 * 11 / 17.0 + 2 * 11 / 14.0 - 11 / 13.0) / 3, 1e-6);
}

TEST_F(TextEmbedderTest, WeighsByTheCountsOfTheModelForSif) {
  Rows rows = three_rows();
  rows.counts = {1, 3, 4};
  const TestModel model(rows, Ngrams::listed_for_ab());
  TextEmbedder words(model.embeddings(), {.sif_a = 1}, [](std::string_view) {});
  // p is 1/8 and 3/8; what is built never occurs.
  const Values found = pooled(words, "x y ab", Pooling::sif, 3);
  EXPECT_NEAR(found[0], (3 * 8 / 9.0 - 8 / 11.0 + 2) / 3, 1e-6);
  EXPECT_NEAR(found[1], (4 * 8 / 9.0 + 2 * 8 / 11.0 - 1) / 3, 1e-6);
  EXPECT_EQ(words.counts().without_frequency, 1U);
  EXPECT_EQ(words.counts().first_without_frequency, "ab");
}

TEST_F(TextEmbedderTest, WeighsByFrequenciesFromElsewhereForSif) {
  WordFrequencies frequencies;
  frequencies.add("x", 0.5);
  frequencies.add("elsewhere", 1);
  frequencies.add("ab", 0.5);
  auto words = embedder({.sif_a = 1, .frequencies = &frequencies});
  // p is 1/4, 0 and 1/4.
  const Values found = pooled(words, "x y ab", Pooling::sif, 3);
  EXPECT_NEAR(found[0], (3 / 1.25 - 1 + 2 / 1.25) / 3, 1e-6);
  EXPECT_NEAR(found[1], (4 / 1.25 + 2 - 1 / 1.25) / 3, 1e-6);
  EXPECT_EQ(words.counts().first_without_frequency, "y");
}

TEST_F(TextEmbedderTest, FindsFrequenciesByTheSpellingThatIsTheSame) {
  Rows rows = three_rows();
  rows.words[1] = "caf\u00e9";
  const TestModel model(rows, Ngrams::listed_for_ab());
  WordFrequencies frequencies;
  frequencies.add("x", 3);
  frequencies.add("cafe\u0301", 1);
  for (const bool exact : {false, true}) {
    TextOptions options{.sif_a = 1, .frequencies = &frequencies};
    if (exact) options.split.matching = WordMatching::exact;
    TextEmbedder words(model.embeddings(), options, [](std::string_view) {});
    // p is 3/4 and 1/4, or 0.
    const Values found = pooled(words, "x caf\u00e9", Pooling::sif, 2);
    EXPECT_NEAR(found[0], (3 / 1.75 - (exact ? 1 : 0.8)) / 2, 1e-6);
    EXPECT_EQ(words.counts().frequencies_spelt_otherwise.count, exact ? 0U : 1U);
    EXPECT_EQ(words.counts().without_frequency, exact ? 1U : 0U);
    EXPECT_EQ(words.counts().frequencies_spelt_otherwise.first_found, exact ? "" : "cafe\u0301");
  }
}

// √2 times (3, 4), and sin and cos of the position.
TEST_F(TextEmbedderTest, ScalesAndAddsPositionsOfWhatIsGiven) {
  auto words = embedder({.scale_sqrt_dim = true, .positions = true});
  const Values found = vectors(words, "what x z");
  const std::vector<double> expected = {4.24264069, 6.65685425, 0.84147098, 0.54030231};
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-6) << i;
}

TEST_F(TextEmbedderTest, RefusesWeightsWithoutMeaning) {
  expect_error(ErrorCode::usage, "above 0", [&] { embedder({.sif_a = 0}); });
}

}  // namespace
}  // namespace wordvec::test::text_embedder_test
