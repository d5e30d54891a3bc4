#include "wordvec/base/spelling_distance.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "support/reference.h"

namespace wordvec::spelling_distance_test {
namespace {

using test::reference_spelling_distance;

std::string random_text(std::mt19937& random, std::size_t longest, std::size_t letters) {
  std::string text(random() % (longest + 1), '\0');
  for (char& c : text) c = "abcdefgh\xc3\xff"[random() % letters];
  return text;
}

TEST(SpellingDistance, ByHand) {
  EXPECT_EQ(spelling_distance("", ""), 0U);
  EXPECT_EQ(spelling_distance("", "abc"), 3U);
  EXPECT_EQ(spelling_distance("abc", ""), 3U);
  EXPECT_EQ(spelling_distance("queen", "queen"), 0U);
  EXPECT_EQ(spelling_distance("queen", "quen"), 1U);
  EXPECT_EQ(spelling_distance("queen", "queeen"), 1U);
  EXPECT_EQ(spelling_distance("queen", "quern"), 1U);
  EXPECT_EQ(spelling_distance("queen", "uqeen"), 1U);
  EXPECT_EQ(spelling_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(spelling_distance("ca", "abc"), 3U);  // 2 if swapped letters could be edited again
  EXPECT_EQ(spelling_distance("könig", "konig"), 1U);
  EXPECT_EQ(spelling_distance("日本", "日木"), 1U);
  EXPECT_EQ(spelling_distance("😀a", "a😀"), 1U);
  EXPECT_EQ(spelling_distance("a\xff", "a\xfe"), 1U);
}

TEST(SpellingDistance, IsThatOfTheFullTable) {
  std::mt19937 random(1);
  for (int i = 0; i < 50'000; ++i) {
    const std::size_t letters = 2 + random() % 9;
    const std::string pattern = random_text(random, i % 10 == 0 ? 64 : 12, letters);
    const std::string text = random_text(random, i % 10 == 0 ? 80 : 12, letters);
    ASSERT_EQ(spelling_distance(pattern, text), reference_spelling_distance(pattern, text))
        << pattern << " / " << text;
  }
}

TEST(SpellingPattern, MayTakeBothCasesForOne) {
  const auto pattern = SpellingPattern::of("KÖnig", true);
  ASSERT_TRUE(pattern);
  EXPECT_EQ(pattern->distance_to("köNIG"), 0U);
  EXPECT_EQ(pattern->distance_to("kÖnigs"), 1U);
  EXPECT_EQ(SpellingPattern::of("KÖnig")->distance_to("köNIG"), 5U);
  EXPECT_EQ(SpellingPattern::of("ik", true)->distance_to("\u0130\u212a"), 0U);
}

TEST(SpellingPattern, HasAtMost64Characters) {
  std::string text;
  for (int i = 0; i < 64; ++i) text += "ö";
  ASSERT_TRUE(SpellingPattern::of(text));
  EXPECT_EQ(SpellingPattern::of(text)->size(), 64U);
  EXPECT_EQ(SpellingPattern::of(text)->distance_to(text), 0U);
  EXPECT_FALSE(SpellingPattern::of(text + "ö"));
}

TEST(ClosestName, IsTheOneThatIsBegunOrMisspelt) {
  const std::vector<std::string> names = {"glove.6B.300d", "glove.6B.50d", "crawl-300d-2M"};
  EXPECT_EQ(closest_name("glove.6B.5d", names), "glove.6B.50d");
  EXPECT_EQ(closest_name("crawl", names), "crawl-300d-2M");
  EXPECT_EQ(closest_name("Glove.6b.300d", names), "glove.6B.300d");
  EXPECT_EQ(closest_name("numberbatch", names), std::nullopt);
  EXPECT_EQ(closest_name("", names), std::nullopt);
  EXPECT_EQ(closest_name(std::string(65, 'g'), names), std::nullopt);
  EXPECT_EQ(did_you_mean("crwl-300d-2M", names), "; did you mean 'crawl-300d-2M'?");
  EXPECT_EQ(did_you_mean("numberbatch", names), "");
}

TEST(ClosestName, IsAlsoTheOneThatBeginsWhatWasAsked) {
  const std::vector<std::string> names = {"pc", "eval", "evaluated", "--to", "--out"};
  EXPECT_EQ(closest_name("evalbooks", names), "eval");
  EXPECT_EQ(closest_name("evaluation", names), "evaluated");  // closer, though eval begins it
  EXPECT_EQ(closest_name("pcwords", names), std::nullopt);    // two letters say little
  EXPECT_EQ(closest_name("--tokens", names), std::nullopt);
  EXPECT_EQ(closest_name("--output-file", names), "--out");
}

}  // namespace
}  // namespace wordvec::spelling_distance_test
