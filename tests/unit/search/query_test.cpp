#include "wordvec/search/query.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "wordvec/base/error.h"
#include "wordvec/model/vocabulary_builder.h"

namespace wordvec::query_test {
namespace {

using test::expect_error;
using test::Rows;
using test::TestModel;
using Texts = std::vector<std::string>;

class QueryTest : public testing::Test {
 protected:
  QueryTest() {
    for (const char* word :
         {"king", "man", "woman", "new york", "-", "+", ". . .", "5 stars", "2", "a - b", "york"}) {
      builder_.add(word);
    }
  }

  // "+1 king −0.5 new york" as pairs.
  void expect_terms(std::string_view text,
                    const std::vector<std::pair<double, std::string>>& expected) const {
    const Query query = parse_query(text, builder_.view());
    std::vector<std::pair<double, std::string>> terms;
    for (const Term& term : query.terms) terms.emplace_back(term.weight, term.word);
    EXPECT_EQ(terms, expected) << text;
  }

  VocabularyBuilder builder_;
};

TEST(Query, ATermHasALengthUnlessItIsZeroOrNotFinite) {
  Rows rows;
  rows.dim = 2;
  rows.add("five", {3, -4});
  rows.add("zero", {0, 0});
  rows.add("infinite", {INFINITY, 1});
  rows.add("tiny", {1e-44F, 0});
  const TestModel model(rows);
  const Embeddings embeddings = model.embeddings();
  EXPECT_EQ(length_of(embeddings, {1, 0}), 5);
  EXPECT_EQ(length_of(embeddings, {1, 3}), double{1e-44F});
  EXPECT_EQ(length_of(embeddings, {1, std::nullopt, "built", {5, 12}}), 13);
  for (const Row row : {Row{0}, Row{3}}) EXPECT_TRUE(has_direction(embeddings, {1, row}));
  for (const Row row : {Row{1}, Row{2}}) EXPECT_FALSE(has_direction(embeddings, {1, row}));
  EXPECT_FALSE(has_direction(embeddings, {1, std::nullopt, "built", {0, 0}}));
  expect_error(ErrorCode::query, "'zero' is all zeros", [&] { length_of(embeddings, {1, 1}); });
  expect_error(ErrorCode::query, "'infinite' is not finite", [&] {
    length_of(embeddings, {1, 2});
  });
  EXPECT_EQ(why_no_direction(embeddings, {1, 0}), "");
  EXPECT_EQ(why_no_direction(embeddings, {1, std::nullopt, "built", {0, 0}}),
            "the vector of 'built' is all zeros: it has no direction");
}

TEST_F(QueryTest, IsOneWord) {
  expect_terms("king", {{1, "king"}});
  expect_terms("unknown", {{1, "unknown"}});
  expect_terms("  king \t", {{1, "king"}});
}

TEST_F(QueryTest, AddsAndSubtracts) {
  expect_terms("king - man + woman", {{1, "king"}, {-1, "man"}, {1, "woman"}});
  expect_terms("- man + king", {{-1, "man"}, {1, "king"}});
  expect_terms("+ man - king", {{1, "man"}, {-1, "king"}});
  expect_terms("king  -\tman", {{1, "king"}, {-1, "man"}});
  expect_terms("king - man - king", {{1, "king"}, {-1, "man"}, {-1, "king"}});
}

TEST_F(QueryTest, NeedsSpacesAroundOperators) {
  expect_terms("king-man", {{1, "king-man"}});
  expect_terms("king -man", {{1, "king -man"}});
  expect_terms("e-mail + c++", {{1, "e-mail"}, {1, "c++"}});
}

TEST_F(QueryTest, TakesWeights) {
  expect_terms("0.5 king + 0.25 man", {{0.5, "king"}, {0.25, "man"}});
  expect_terms("2 king - .5 man", {{2, "king"}, {-0.5, "man"}});
  expect_terms("king - -2 man", {{1, "king"}, {2, "man"}});
  expect_terms("1e-3 king", {{1e-3, "king"}});
  expect_terms("- 3 man", {{-3, "man"}});
  expect_terms("0.5 new york", {{0.5, "new york"}});
  expect_terms("0 king", {{0, "king"}});
}

TEST_F(QueryTest, TakesOnlyFiniteNumbersForWeights) {
  expect_terms("inf king", {{1, "inf king"}});
  expect_terms("nan king", {{1, "nan king"}});
  expect_terms("1e999 king", {{1, "1e999 king"}});
  expect_terms("0x2 king", {{1, "0x2 king"}});
  expect_terms("2nd king", {{1, "2nd king"}});
  expect_terms("3", {{1, "3"}});
}

TEST_F(QueryTest, PrefersWordsOfTheVocabulary) {
  expect_terms("-", {{1, "-"}});
  expect_terms("+", {{1, "+"}});
  expect_terms("new york", {{1, "new york"}});
  expect_terms(". . .", {{1, ". . ."}});
  expect_terms("5 stars", {{1, "5 stars"}});
  expect_terms("4 stars", {{4, "stars"}});
  expect_terms("a - b", {{1, "a - b"}});
  expect_terms("2", {{1, "2"}});
  expect_terms("2 2", {{2, "2"}});
  expect_terms("king + 5 stars", {{1, "king"}, {1, "5 stars"}});
  expect_terms("king - new york + . . .", {{1, "king"}, {-1, "new york"}, {1, ". . ."}});
}

TEST_F(QueryTest, TakesAnOperatorInAWordsPlaceForAWord) {
  expect_terms("king + -", {{1, "king"}, {1, "-"}});
  expect_terms("king - +", {{1, "king"}, {-1, "+"}});
  expect_terms("- - + king", {{-1, "-"}, {1, "king"}});
}

TEST_F(QueryTest, RefusesWhatHasNoMeaning) {
  const Vocabulary vocabulary = builder_.view();
  for (const char* text : {"", " ", "\t \t"}) {
    expect_error(ErrorCode::query, "the query is empty", [&] { parse_query(text, vocabulary); });
  }
  for (const char* text : {"king +", "king - man -", "king + - +", "king + "}) {
    const std::string what = expect_error(ErrorCode::query, "no word after the last",
                                          [&] { parse_query(text, vocabulary); });
    EXPECT_NE(what.find('\'' + std::string(text) + '\''), std::string::npos) << what;
  }
}

TEST_F(QueryTest, TakesTypographicOperators) {
  for (const char* minus : {"\u2212", "\u2013", "\u2014", "\u2010", "\u2011", "\uff0d"}) {
    expect_terms("king " + std::string(minus) + " man + woman",
                 {{1, "king"}, {-1, "man"}, {1, "woman"}});
    expect_terms(std::string(minus) + " man \uff0b king", {{-1, "man"}, {1, "king"}});
    expect_terms(std::string(minus) + "0.5 man + king", {{-0.5, "man"}, {1, "king"}});
  }
  expect_terms("king\u00a0-\u00a0man", {{1, "king"}, {-1, "man"}});
  expect_terms("king \u2212\u00a0new york\u3000", {{1, "king"}, {-1, "new york"}});
  expect_terms("king\u2013man", {{1, "king\u2013man"}});
}

TEST_F(QueryTest, KnowsWhatSumsAreMeant) {
  const auto meant = [&](std::string_view text) {
    const auto sum = meant_sum(text, builder_.view());
    return sum ? sum->text : std::string();
  };
  EXPECT_EQ(meant("king-man+woman"), "king - man + woman");
  EXPECT_EQ(meant("king -man"), "king - man");
  EXPECT_EQ(meant("king - man +woman"), "king - man + woman");
  EXPECT_EQ(meant("king\u2212man"), "king - man");
  EXPECT_EQ(meant("2*king"), "2 king");
  EXPECT_EQ(meant("king \u00d7 2 - 0.5*man"), "2 king - 0.5 man");
  EXPECT_EQ(meant("0,5 king + 0,5 man"), "0.5 king + 0.5 man");
  EXPECT_EQ(meant("king man"), "king + man");
  EXPECT_EQ(meant("-king+new york"), "- king + new york");
  EXPECT_EQ(meant("king+a - b"), "king + a - b");
  EXPECT_EQ(meant("king/2"), "0.5 king");
  EXPECT_EQ(meant("2 king / 3 - man"), "0.6667 king - man");
  EXPECT_EQ(meant("king\u00f74 + man"), "0.25 king + man");
  EXPECT_EQ(meant("(king - man)"), "king - man");
  EXPECT_EQ(meant("(king-man)+woman"), "king - man + woman");
  EXPECT_EQ(meant("king - (man - woman)"), "king - man + woman");
  EXPECT_EQ(meant("woman-(-(king+man)-woman)"), "woman + king + man + woman");
  EXPECT_EQ(meant("\uff08king + man/2\uff09"), "king + 0.5 man");
  EXPECT_EQ(meant("\u2212king"), "- king");
  EXPECT_EQ(meant("\uff0dnew york"), "- new york");
  for (const char* text : {"king",
                           "king-queen",
                           "2*",
                           "*2",
                           "king+",
                           "+",
                           "",
                           "king**man",
                           "50,000 king",
                           "2 - 3",
                           "king/",
                           "/2",
                           "king/0",
                           "king/man",
                           "king/1e-40",
                           "2/3",
                           "2/king",
                           "(king)",
                           "(king man)",
                           "(king - man",
                           "king - man)",
                           "2*(king - man)",
                           "(king - man)*2",
                           "()",
                           "king - ()",
                           "\u2010king",
                           "\u2014king",
                           "-king",
                           "+king",
                           "\u2212"}) {
    EXPECT_EQ(meant(text), "") << text;
  }
  const auto sum = meant_sum("king-man", builder_.view());
  ASSERT_TRUE(sum);
  EXPECT_TRUE(sum->has_operators);
  EXPECT_FALSE(sum->has_signs);  // it may be a hyphen
  EXPECT_EQ(sum->words, (Texts{"king", "man"}));
  EXPECT_FALSE(meant_sum("king man", builder_.view())->has_operators);
  EXPECT_TRUE(meant_sum("king -man", builder_.view())->has_signs);
  EXPECT_TRUE(meant_sum("2 king", builder_.view())->has_weights);
  EXPECT_TRUE(meant_sum("king/2", builder_.view())->has_weights);
  EXPECT_TRUE(meant_sum("(king - man)", builder_.view())->has_parentheses);
  EXPECT_FALSE(meant_sum("king - man +woman", builder_.view())->has_parentheses);
  EXPECT_TRUE(meant_sum("\u2212king", builder_.view())->has_operators);
  std::string longest = "king";
  while (longest.size() + 5 <= 256) longest += "+king";
  EXPECT_NE(meant(longest), "");
  EXPECT_EQ(meant(longest + "+king"), "");
}

TEST(JoinQueryArguments, JoinsAroundTypographicOperators) {
  EXPECT_EQ(join_query_arguments(Texts{"king", "\u2212", "man", "\uff0b", "woman"}),
            Texts{"king \u2212 man \uff0b woman"});
  EXPECT_EQ(join_query_arguments(Texts{"\u2013"}), Texts{"\u2013"});
}

TEST(JoinQueryArguments, JoinsAroundOperators) {
  const auto joined = [](const Texts& arguments) { return join_query_arguments(arguments); };
  EXPECT_EQ(joined({}), Texts{});
  EXPECT_EQ(joined({"king"}), Texts{"king"});
  EXPECT_EQ(joined({"king", "queen"}), (Texts{"king", "queen"}));
  EXPECT_EQ(joined({"king", "-", "man", "+", "woman"}), Texts{"king - man + woman"});
  EXPECT_EQ(joined({"king", "-", "man", "paris", "+", "rome", "x"}),
            (Texts{"king - man", "paris + rome", "x"}));
  EXPECT_EQ(joined({"king - man", "+", "woman"}), Texts{"king - man + woman"});
  EXPECT_EQ(joined({"-"}), Texts{"-"});
  EXPECT_EQ(joined({"-", "man", "+", "king"}), Texts{"- man + king"});
  EXPECT_EQ(joined({"king", "+"}), Texts{"king +"});
  EXPECT_EQ(joined({"new york", "+", "paris"}), Texts{"new york + paris"});
  EXPECT_EQ(joined({"king", "-man", "c++"}), (Texts{"king", "-man", "c++"}));
}

TEST(JoinQueryArguments, JoinsAWeightToItsWordWhereThereIsAnOperator) {
  const auto joined = [](const Texts& arguments) { return join_query_arguments(arguments); };
  EXPECT_EQ(joined({"0.5", "paris", "+", "0.5", "london"}), Texts{"0.5 paris + 0.5 london"});
  EXPECT_EQ(joined({"0.5", "paris"}), (Texts{"0.5", "paris"}));
}

TEST_F(QueryTest, RefusesWeightsThatWouldOverflow) {
  for (const char* text : {"1e300 king", "1e-300 king + man", "king - 1e31 man"}) {
    expect_error(ErrorCode::query, "weight is out of range",
                 [&] { parse_query(text, builder_.view()); });
  }
}

TEST(Resolve, FindsRowsAndNamesUnknownWords) {
  VocabularyBuilder builder;
  for (const char* word : {"könig", "frau"}) builder.add(word);
  const Embeddings embeddings{builder.view(), {}, {}};
  const Query query = {{{1, "KÖNIG"}, {-0.5, "frau"}, {1, "mann"}, {1, "Xyz"}}};
  const ResolvedQuery resolved = resolve(query, embeddings, WordMatching::usual);
  ASSERT_EQ(resolved.terms.size(), 2U);
  EXPECT_EQ(resolved.terms[0].row, 0U);
  EXPECT_EQ(resolved.terms[1].row, 1U);
  EXPECT_EQ(resolved.terms[1].weight, -0.5);
  EXPECT_EQ(resolved.unknown, (Texts{"mann", "Xyz"}));
  ASSERT_EQ(resolved.folded.size(), 1U);
  EXPECT_EQ(resolved.folded[0].word, "KÖNIG");
  EXPECT_EQ(resolved.folded[0].row, 0U);
  EXPECT_EQ(resolve(query, embeddings, WordMatching::exact).unknown,
            (Texts{"KÖNIG", "mann", "Xyz"}));
}

Rows query_rows() {
  Rows rows;
  rows.add("east", {3, 0});
  rows.add("north", {0, 4});
  rows.add("northeast", {1, 1});
  rows.add("zero", {0, 0});
  rows.add("huge", {FLT_MAX, FLT_MAX});
  rows.add("tiny", {1e-45F, 0});
  rows.add("west", {-5, 0});
  return rows;
}

TEST(QueryVector, OfOneWordIsItsRow) {
  const TestModel model(query_rows());
  EXPECT_EQ(query_vector(model.embeddings(), std::vector<ResolvedTerm>{{1, 0}}),
            (std::vector<float>{3, 0}));
  EXPECT_EQ(query_vector(model.embeddings(), std::vector<ResolvedTerm>{{1, 4}}),
            (std::vector<float>{FLT_MAX, FLT_MAX}));
  EXPECT_EQ(query_vector(model.embeddings(), std::vector<ResolvedTerm>{{1, 5}}),
            (std::vector<float>{1e-45F, 0}));
}

TEST(QueryVector, OfMoreWordsIsTheUnitSumOfUnitVectors) {
  const TestModel model(query_rows());
  const auto vector = [&](const std::vector<ResolvedTerm>& terms) {
    return query_vector(model.embeddings(), terms);
  };
  const float half = 0.70710678F;  // 1/√2
  EXPECT_EQ(vector({{1, 0}, {1, 1}}), (std::vector<float>{half, half}));
  EXPECT_EQ(vector({{1, 0}, {-1, 1}}), (std::vector<float>{half, -half}));
  EXPECT_EQ(vector({{2, 0}}), (std::vector<float>{1, 0}));
  EXPECT_EQ(vector({{-1, 1}}), (std::vector<float>{0, -1}));
  // 3 east + 4 north = (0.6, 0.8)
  EXPECT_EQ(vector({{3, 0}, {4, 1}}), (std::vector<float>{0.6F, 0.8F}));
  // Lengths do not count: (1/√2 + 1, 1/√2) / its length √(2 + √2) = (0.92388, 0.38268), 22.5°.
  const auto between = vector({{1, 0}, {1, 4}});
  EXPECT_FLOAT_EQ(between[0], 0.92387953F);
  EXPECT_FLOAT_EQ(between[1], 0.38268343F);
  EXPECT_EQ(vector({{1, 0}, {1, 5}}), (std::vector<float>{1, 0}));
}

TEST(QueryVector, IsSummedInDoubleInTheOrderOfItsTerms) {
  const Rows rows = test::random_rows(5, 300, 1);
  const TestModel model(rows);
  const std::vector<ResolvedTerm> terms = {{1, 0}, {-1, 3}, {0.3, 1}, {-2.5, 4}, {1, 2}};
  std::vector<double> sum(300);
  for (const ResolvedTerm& term : terms) {
    const float* row = rows.vectors.data() + std::size_t{*term.row} * 300;
    double squared = 0;
    for (int i = 0; i < 300; ++i)
      squared += static_cast<double>(row[i]) * static_cast<double>(row[i]);
    for (std::size_t i = 0; i < 300; ++i) {
      sum[i] += term.weight / std::sqrt(squared) * static_cast<double>(row[i]);
    }
  }
  double squared = 0;
  for (const double x : sum) squared += x * x;
  const auto vector = query_vector(model.embeddings(), terms);
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_NEAR(static_cast<double>(vector[i]), sum[i] / std::sqrt(squared), 1e-8);
  }
}

// "ab" is not in the vocabulary and has the vector ((1, 2) + (3, -4)) / 2 = (2, -1).
Rows rows_beside_ngrams() {
  Rows rows;
  rows.add("east", {3, 0});
  rows.add("north", {0, 4});
  return rows;
}

TEST(Resolve, BuildsVectorsOfWordsFromTheirNgrams) {
  const TestModel model(rows_beside_ngrams(), test::Ngrams::listed_for_ab());
  const Embeddings embeddings = model.embeddings();
  const Query query = {{{1, "EAST"}, {0.5, "ab"}, {-1, "xyz"}, {1, "north"}, {2, "AB"}}};
  const ResolvedQuery resolved = resolve(query, embeddings, WordMatching::usual);
  ASSERT_EQ(resolved.terms.size(), 3U);
  EXPECT_EQ(resolved.terms[0].row, Row{0});
  EXPECT_EQ(resolved.folded.size(), 1U);
  EXPECT_EQ(resolved.terms[1].row, std::nullopt);
  EXPECT_EQ(resolved.terms[1].word, "ab");
  EXPECT_EQ(resolved.terms[1].weight, 0.5);
  EXPECT_EQ(resolved.terms[1].vector, (std::vector<float>{2, -1}));
  EXPECT_EQ(resolved.terms[2].row, Row{1});
  // What was asked, beside what the vocabulary has.
  EXPECT_EQ(word_of(embeddings, resolved.terms[0]), "east");
  EXPECT_EQ(asked_word_of(embeddings, resolved.terms[0]), "EAST");
  EXPECT_EQ(asked_word_of(embeddings, resolved.terms[1]), "ab");
  EXPECT_EQ(asked_word_of(embeddings, {1, Row{1}}), "north");
  // Of the word as it was asked: "<AB" and "AB>" are not listed.
  EXPECT_EQ(resolved.unknown, (Texts{"xyz", "AB"}));
  EXPECT_EQ(rows_of(resolved.terms), (std::vector<Row>{0, 1}));
  // Without the lower-case form, n-grams are asked.
  EXPECT_EQ(resolve(query, embeddings, WordMatching::exact).unknown, (Texts{"EAST", "xyz", "AB"}));
}

TEST(QueryVector, OfABuiltVectorIsThatVector) {
  const TestModel model(rows_beside_ngrams(), test::Ngrams::listed_for_ab());
  const Embeddings embeddings = model.embeddings();
  const auto vector = [&](const Query& query) {
    return query_vector(embeddings, resolve(query, embeddings, WordMatching::usual).terms);
  };
  EXPECT_EQ(vector({{{1, "ab"}}}), (std::vector<float>{2, -1}));
  // In sums it has unit length, as others: (2, -1) / √5 = (0.894427191, -0.447213595).
  const auto negative = vector({{{-1, "ab"}}});
  EXPECT_FLOAT_EQ(negative[0], -0.894427191F);
  EXPECT_FLOAT_EQ(negative[1], 0.447213595F);
  // (1 + 0.894427191, -0.447213595) / 1.946497 = (0.973248989, -0.229752921)
  const auto sum = vector({{{1, "east"}, {1, "ab"}}});
  EXPECT_FLOAT_EQ(sum[0], 0.973248989F);
  EXPECT_FLOAT_EQ(sum[1], -0.229752921F);
  expect_error(ErrorCode::query, "add up to zero", [&] { vector({{{1, "ab"}, {-1, "ab"}}}); });
  EXPECT_THROW(vector({{{1, "ab"}, {-1, "ab"}}}), NoDirectionError);
  // The one n-gram of "b" has a vector of zeros, those of "cd" add up to one.
  for (const char* word : {"b", "cd"}) {
    expect_error(ErrorCode::query, '\'' + std::string(word) + "' is all zeros", [&] {
      vector({{{1, word}}});
    });
    expect_error(ErrorCode::query, '\'' + std::string(word) + "' is all zeros", [&] {
      vector({{{1, "east"}, {1, word}}});
    });
  }
}

TEST(QueryVector, RefusesASumOfZero) {
  const TestModel model(query_rows());
  const auto refuse = [&](const std::vector<ResolvedTerm>& terms) {
    expect_error(ErrorCode::query, "add up to zero",
                 [&] { query_vector(model.embeddings(), terms); });
  };
  refuse({{1, 0}, {-1, 0}});
  refuse({{1, 0}, {1, 6}});
  refuse({{0, 0}});
  refuse({{0.1, 2}, {0.2, 2}, {-0.3, 2}});  // 0.1 + 0.2 − 0.3 is not zero in double
}

TEST(QueryVector, RefusesWhatOnlyRoundingLeftOfZero) {
  const TestModel model(test::random_rows(20, 50, 2));
  for (Row a = 0; a < 10; ++a) {
    const Row b = a + 7;
    expect_error(ErrorCode::query, "add up to zero", [&] {
      query_vector(model.embeddings(), std::vector<ResolvedTerm>{{1, a}, {1, b}, {-1, a}, {-1, b}});
    });
    expect_error(ErrorCode::query, "add up to zero", [&] {
      query_vector(model.embeddings(),
                   std::vector<ResolvedTerm>{{1e6, a}, {0.7, b}, {-1e6, a}, {-0.7, b}});
    });
    // A thousandth part that is left is no rounding.
    EXPECT_NO_THROW(
        query_vector(model.embeddings(), std::vector<ResolvedTerm>{{1, a}, {0.001, b}, {-1, a}}));
  }
}

TEST(QueryVector, RefusesRowsWithoutDirection) {
  Rows rows = query_rows();
  rows.add("nan", {std::nanf(""), 1});
  rows.add("inf", {INFINITY, 1});
  const TestModel model(rows);
  const auto refuse = [&](const std::vector<ResolvedTerm>& terms, const char* message) {
    expect_error(ErrorCode::query, message, [&] { query_vector(model.embeddings(), terms); });
  };
  refuse({{1, 3}}, "'zero' is all zeros");
  refuse({{1, 0}, {1, 3}}, "'zero' is all zeros");
  refuse({{1, 7}}, "'nan' is not finite");
  refuse({{1, 8}}, "'inf' is not finite");
}

// As a damaged container has them: a sentence is to be made of a word that is nowhere.
TEST(QueryVector, RefusesARowWithoutDirectionWhoseWordLiesOutsideTheText) {
  const std::vector<std::uint64_t> offsets = {0, 1, 9, 2};
  const std::vector<std::uint32_t> slots(8);
  const std::vector<float> zeros(6);
  Embeddings embeddings;
  embeddings.vocabulary = Vocabulary("ab", offsets, slots, true);
  embeddings.matrix = {zeros.data(), 3, 2};
  for (const Row row : {1U, 2U}) {
    const ResolvedTerm term{1, row};
    const auto refuses = [&](auto act) {
      expect_error(ErrorCode::malformed, "lies outside the words' text", act);
    };
    refuses([&] { query_vector(embeddings, std::vector<ResolvedTerm>{term}); });
    refuses([&] { (void)length_of(embeddings, term); });
    refuses([&] { (void)why_no_direction(embeddings, term); });
    refuses([&] { (void)word_of(embeddings, term); });
    refuses([&] { (void)asked_word_of(embeddings, term); });
  }
}

}  // namespace
}  // namespace wordvec::query_test
