#include "wordvec/eval/categories.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "support/sanitized.h"

namespace wordvec::categories_test {
namespace {

using test::expect_error;
using test::Rows;
using test::TestModel;
using Numbers = std::vector<std::uint32_t>;

CategorizedWords parse(std::string_view text,
                       const CategoryColumns& columns = kFirstCategoryColumns) {
  return parse_categorized_words(text, columns, "set");
}

TEST(CategorizedWords, StandWithTheirCategories) {
  for (const char* text :
       {"# a set\n\ncat\tanimal\napple\tfruit\ndog\tanimal\n",
        "cat,animal\napple,fruit\ndog,animal", "cat animal\r\napple fruit\r\ndog animal\r\n",
        "word\tcategory\ncat\tanimal\napple\tfruit\ndog\tanimal\n"}) {
    SCOPED_TRACE(text);
    const CategorizedWords found = parse(text);
    EXPECT_EQ(found.categories, (std::vector<std::string>{"animal", "fruit"}));
    ASSERT_EQ(found.words.size(), 3U);
    EXPECT_EQ(found.words[1].word, "apple");
    EXPECT_EQ(found.words[1].category, 1U);
    EXPECT_EQ(found.words[2].category, 0U);
    EXPECT_EQ(found.bad_lines.count, 0U);
  }
  EXPECT_EQ(parse("cat;animal\ndog, the;animal\n").words.at(1).word, "dog, the");
  EXPECT_EQ(parse("cat,animal\ndog,animal; pet\n").categories.at(1), "animal; pet");
  const CategorizedWords named = parse("class;id;concept\nanimal;1;cat\n", {"concept", "class"});
  EXPECT_EQ(named.words.at(0).word, "cat");
  EXPECT_EQ(named.categories.at(0), "animal");
}

// "word|category, " of each.
std::string words_of(const CategorizedWords& found) {
  std::string text;
  for (const CategorizedWord& word : found.words) {
    text += word.word + '|' + found.categories.at(word.category) + ", ";
  }
  return text;
}

TEST(CategorizedWords, OfCommasMayHaveListsOfSemicolons) {
  EXPECT_EQ(words_of(parse("cat,animal;pet\ndog,animal;pet\nred,color;hue\n")),
            "cat|animal;pet, dog|animal;pet, red|color;hue, ");
  EXPECT_EQ(words_of(parse("cat;animal, pet\ndog;animal\n")), "cat|animal, pet, dog|animal, ");
}

TEST(CategorizedWords, AreSeparatedByBlanksWhereTheseSuitMoreThanTwiceAsManyLines) {
  EXPECT_EQ(words_of(parse("new york\tcity\ncat animal\n")), "new york|city, ");
  EXPECT_EQ(words_of(parse("cat animal\ndog animal\ncar\tvehicle\n")),
            "cat|animal, dog|animal, car|vehicle, ");
}

TEST(CategorizedWords, LeaveOutBadLines) {
  const CategorizedWords found = parse("cat\tanimal\napple\n\tfruit\npear\t\n");
  EXPECT_EQ(found.words.size(), 1U);
  EXPECT_EQ(found.bad_lines.count, 3U);
  EXPECT_EQ(found.bad_lines.first_line, 2U);
  EXPECT_EQ(found.bad_lines.first_problem, "found 1 field, expected 2 with a tab between");
  EXPECT_EQ(parse("cat animal\napple\n").bad_lines.first_problem,
            "found 1 field, expected 2 with blanks between");
}

TEST(CategorizedWords, AreNotThere) {
  for (const char* text : {"", "\n", "# only\n", "word,category\n"}) {
    expect_error(ErrorCode::malformed, "set: found no word", [&] { parse(text); });
  }
  expect_error(ErrorCode::malformed, "set:1: found 1 field, expected 2", [] { parse("cat\n"); });
  expect_error(ErrorCode::usage, "no column 'clas' in the first line; did you mean 'class'?", [] {
    parse("word,class\ncat,animal\n", {"word", "clas"});
  });
}

TEST(CategorizedWords, HaveTheirLines) {
  CategorizedWords found = parse("# a set\n\ncat\tanimal\napple\ndog\tanimal\n");
  EXPECT_EQ(found.words.at(0).line, 3U);
  EXPECT_EQ(found.words.at(1).line, 5U);
  EXPECT_FALSE(found.has_header);
  found = parse("Word\tCategory\ncat\tanimal\n");
  EXPECT_EQ(found.words.at(0).line, 2U);
  EXPECT_TRUE(found.has_header);
  EXPECT_TRUE(parse("concept class\ncat animal\n", {"concept", "class"}).has_header);
}

TEST(CategoryDoubts, AreOfAHeaderThatIsCounted) {
  const std::string animals = "cat a\ndog a\ncow a\n";
  const std::string two = animals + "red c\nblue c\nteal c\n";
  const auto doubted = [](const std::string& text) {
    return doubts_about(parse(text)).header_is_counted;
  };
  EXPECT_TRUE(doubted("stimulus norm\n" + two));
  EXPECT_TRUE(doubted("stimulus norm\n" + animals));
  EXPECT_TRUE(doubted("# a set\nConcept Class\ncat a\ndog a\nred c\nblue c\nteal c\n"));
  // Nothing to doubt: passed over, bad, of a category of others, or a small category among such.
  EXPECT_FALSE(doubted("word category\n" + two));
  EXPECT_FALSE(doubted("word category\nox ungulate\n" + two));
  EXPECT_FALSE(doubted("cat\nox ungulate\n" + two));
  EXPECT_FALSE(doubted(two));
  EXPECT_FALSE(doubted("ox ungulate\ncat a\ndog a\ncow a\nred c\nblue c\n"));
  EXPECT_FALSE(doubted(two + "ox ungulate\n"));
  EXPECT_FALSE(doubted("concept class\nidea class\ncat a\ndog a\n"));
  EXPECT_FALSE(doubts_about(parse("noun class\n" + animals, {"noun", "class"})).header_is_counted);
  EXPECT_FALSE(doubts_about({}).header_is_counted);
}

TEST(CategoryDoubts, AreOfMoreCategoriesThanHalfTheWords) {
  EXPECT_TRUE(doubts_about(parse("a 1\nb 2\na 3\n")).categories_are_many);
  EXPECT_TRUE(doubts_about(parse("a 1\nb 2\nc 2\n")).categories_are_many);
  EXPECT_FALSE(doubts_about(parse("a 1\nb 2\nc 2\nd 1\n")).categories_are_many);
  EXPECT_FALSE(doubts_about(parse("a 1\n")).categories_are_many);
  // The columns of a set with a header, swapped.
  const CategoryDoubts swapped = doubts_about(parse("class concept\na cat\na dog\na cow\n"));
  EXPECT_TRUE(swapped.categories_are_many);
  EXPECT_FALSE(swapped.header_is_counted);
}

// Manning, Raghavan and Schütze 2008, figure 16.4: clusters with (5, 1, 0), (1, 4, 1) and
// (2, 0, 3) of three classes have the purity (5 + 4 + 3) / 17.
TEST(Purity, IsTheShareOfEachClustersMostFrequentCategory) {
  const Numbers clusters = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2};
  const Numbers categories = {0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 2, 0, 0, 2, 2, 2};
  EXPECT_DOUBLE_EQ(purity(clusters, categories).value(), 12.0 / 17);
  EXPECT_EQ(purity(Numbers{0, 1}, Numbers{3, 3}), 1);
  EXPECT_EQ(purity(Numbers{4, 4}, Numbers{0, 1}), 0.5);
  EXPECT_FALSE(purity({}, {}));
}

// Two directions; the lengths do not matter. "far" is called an a, but lies with the b.
Rows two_directions() {
  Rows rows;
  rows.dim = 2;
  rows.add("a1", {1, 0.1F});
  rows.add("a2", {100, 0});
  rows.add("a3", {0.5F, -0.1F});
  rows.add("b1", {0, 1});
  rows.add("B2", {0.1F, 50});
  rows.add("far", {-0.1F, 2});
  return rows;
}

CategoryResult evaluate(std::string_view text, const CategoryEvaluation& evaluation = {}) {
  const TestModel model(two_directions());
  return evaluate_categories(model.embeddings(), parse(text), evaluation);
}

TEST(Categories, AreComparedWithClustersOfUnitVectors) {
  const CategoryResult found = evaluate("a1 a\na2 a\na3 a\nfar a\nb1 b\nb2 b\nunicorn c\n");
  EXPECT_DOUBLE_EQ(found.purity.value(), 5.0 / 6);
  EXPECT_EQ(found.counted, 6U);
  EXPECT_EQ(found.categories, 2U);
  EXPECT_EQ(found.unknown, 1U);
  EXPECT_EQ(found.unknown_words, std::vector<std::string>{"unicorn"});
}

TEST(Categories, TellWhichWordsCountMoreThanOnce) {
  constexpr std::string_view kText =
      "a1 a\na1 b\na2 a\nA2 a\na2 a\nb1 b\nb2 b\nB2 a\na1 c\nno a\nno b\nno b\n";
  CategoryResult found = evaluate(kText);
  EXPECT_EQ(found.counted, 9U);
  EXPECT_EQ(found.of_several_categories, (std::vector<std::string>{"a1", "B2"}));
  EXPECT_EQ(found.repeated, std::vector<std::string>{"A2"});
  CategoryEvaluation evaluation;
  evaluation.mean_for_unknown = true;
  found = evaluate(kText, evaluation);
  EXPECT_EQ(found.counted, 12U);
  EXPECT_EQ(found.of_several_categories, (std::vector<std::string>{"a1", "B2", "no"}));
  found = evaluate("a1 a\na2 a\nb1 b\n");
  EXPECT_TRUE(found.of_several_categories.empty() && found.repeated.empty());
}

TEST(Categories, LookWordsUpAsAsked) {
  CategoryEvaluation evaluation;
  evaluation.folding = CaseFolding::none;
  EXPECT_EQ(evaluate("b1 b\nb2 b\n", evaluation).unknown, 1U);
  evaluation.top_rows = 3;
  const CategoryResult none = evaluate("b1 b\nb2 b\n", evaluation);
  EXPECT_EQ(none.unknown, 2U);
  EXPECT_FALSE(none.purity);
  // The mean of all is (16.9, 8.8): 28° from the a, 62° from the b, and so a cluster of its own.
  evaluation = {};
  evaluation.mean_for_unknown = true;
  const CategoryResult mean = evaluate("a2 a\na3 a\nb1 b\nb2 b\nunicorn c\n", evaluation);
  EXPECT_EQ(mean.counted, 5U);
  EXPECT_EQ(mean.categories, 3U);
  EXPECT_EQ(mean.unknown, 1U);
  EXPECT_EQ(mean.purity, 1);
  // That of the first four is (25.4, 0.3), 1° from a2: they are a cluster, and a3 another.
  evaluation.top_rows = 4;
  EXPECT_EQ(evaluate("a2 a\na3 a\nb1 b\nunicorn c\n", evaluation).purity, 0.75);
}

TEST(Categories, FindWordsByTheSpellingThatIsTheSame) {
  Rows rows = two_directions();
  rows.add("Caf\u00e9", {1, 0});
  const TestModel model(rows);
  const CategorizedWords words = parse("cafe\u0301 a\nb1 b\nb2 b\n");
  CategoryResult found = evaluate_categories(model.embeddings(), words, {});
  EXPECT_EQ(found.counted, 3U);
  EXPECT_EQ(found.other_spellings.count, 1U);
  EXPECT_EQ(found.other_spellings.first_found, "Caf\u00e9");
  CategoryEvaluation as_spelt;
  as_spelt.folding = CaseFolding::none;
  found = evaluate_categories(model.embeddings(), words, as_spelt);
  EXPECT_EQ(found.unknown_words, (std::vector<std::string>{"cafe\u0301", "b2"}));
}

TEST(Categories, HaveTheClusterOfEachWord) {
  CategoryEvaluation evaluation;
  constexpr std::string_view kText = "b1 b\nunicorn c\na1 a\na2 a\nfar a\na3 a\nb2 b\na1 b\n";
  const CategoryResult found = evaluate(kText, evaluation);
  ASSERT_EQ(found.words.size(), 8U);
  // The four near (1, 0), a1 twice, are the larger cluster.
  const std::vector<int> expected = {1, -1, 0, 0, 1, 0, 1, 0};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(found.words[i].status, i == 1 ? ItemStatus::unknown : ItemStatus::counted);
    EXPECT_EQ(found.words[i].cluster ? static_cast<int>(*found.words[i].cluster) : -1, expected[i]);
  }
  evaluation.mean_for_unknown = true;
  const ClusteredWord unicorn = evaluate(kText, evaluation).words[1];
  EXPECT_EQ(unicorn.status, ItemStatus::unknown);
  EXPECT_TRUE(unicorn.cluster.has_value());
}

TEST(Categories, TellOfWordsOfZeros) {
  Rows rows = two_directions();
  rows.add("none", {0, 0});
  const TestModel model(rows);
  const CategoryResult found =
      evaluate_categories(model.embeddings(), parse("a1 a\nnone a\nb1 b\nb2 b\nnone b\n"), {});
  EXPECT_EQ(found.directionless.zeros, std::vector<std::string>{"none"});
  EXPECT_EQ(found.words[1].status, ItemStatus::no_direction);
  EXPECT_TRUE(found.words[1].cluster.has_value());
  EXPECT_EQ(found.words[0].status, ItemStatus::counted);
  EXPECT_EQ(found.counted, 5U);
}

// Vectors without clusters: where k-means ends depends on where it begins.
TEST(Categories, HaveAPurityThatTheOrderOfTheWordsDoesNotChange) {
  const Rows rows = test::random_rows(test::kSanitized ? 90 : 300, 20, 7);
  const TestModel model(rows);
  CategorizedWords words;
  for (std::uint32_t i = 0; i < rows.size(); ++i)
    words.words.push_back({rows.words[i], i % 6, i + 1});
  words.categories = {"a", "b", "c", "d", "e", "f"};
  const auto expected = evaluate_categories(model.embeddings(), words, {}).purity;
  ASSERT_TRUE(expected.has_value());
  for (unsigned seed = 1; seed <= 4; ++seed) {
    std::shuffle(words.words.begin(), words.words.end(), std::mt19937(seed));
    EXPECT_EQ(evaluate_categories(model.embeddings(), words, {}).purity, expected);
  }
}

TEST(CategorizedWords, MayBeginWithHash) {
  const CategorizedWords tabs = parse("#love\tfeeling\ncat\tanimal\n#dog\tanimal\n");
  ASSERT_EQ(tabs.words.size(), 3U);
  EXPECT_EQ(tabs.words[0].word, "#love");
  EXPECT_EQ(tabs.words[2].line, 3U);
  EXPECT_EQ(tabs.hash_lines.counted, 2U);
  EXPECT_EQ(tabs.hash_lines.passed_over, 0U);
  EXPECT_EQ(parse("#include directive\nint type\n").words.size(), 2U);
  EXPECT_EQ(parse("#love,feeling\n#dog,animal\n").words.size(), 2U);
}

TEST(CategorizedWords, AreNoComments) {
  for (const char* comment : {"# a set", "# cat\tanimal", "#made by hand of animals",
                              "#word\tcategory", "#", "#\t", "#cat\tanimal\t1"}) {
    const CategorizedWords found = parse(std::string(comment) + "\ncat\tanimal\ndog\tanimal\n");
    EXPECT_EQ(found.words.size(), 2U) << comment;
    EXPECT_EQ(found.bad_lines.count, 0U) << comment;
    EXPECT_EQ(found.hash_lines.passed_over, 1U) << comment;
  }
}

}  // namespace
}  // namespace wordvec::categories_test
