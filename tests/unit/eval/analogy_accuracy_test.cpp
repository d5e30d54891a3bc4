// Counting by hand: each case's right count is worked out in its comment.
#include "wordvec/eval/analogy_accuracy.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "wordvec/search/nearest.h"
#include "wordvec/search/query.h"

namespace wordvec::analogy_accuracy_test {
namespace {

using test::expect_error;
using test::Rows;
using test::TestModel;

// The sum king − man + woman is (−1, 1, 1). Its cosines: King 1, Queen 5/(√3·3) = 0.962,
// queen 2/(√3·√2) = 0.816, été −1.
Rows royal_rows() {
  Rows rows;
  rows.dim = 3;
  rows.add("man", {1, 0, 0});
  rows.add("king", {0, 1, 0});
  rows.add("woman", {0, 0, 1});
  rows.add("King", {-1, 1, 1});
  rows.add("Queen", {-1, 2, 2});
  rows.add("queen", {-1, 1, 0});
  rows.add("été", {1, -1, -1});
  return rows;
}

constexpr std::string_view kRoyal =
    ": royal\n"
    "man king woman queen\n"    // 1
    "man king woman Queen\n"    // 2
    "man king woman King\n"     // 3
    "man king woman empress\n"  // 4
    "MAN KING WOMAN QUEEN\n"    // 5
    "man king woman ÉTÉ\n"      // 6
    "man king woman\n";         // not four words

AnalogyAccuracy evaluate(const Rows& rows, std::string_view questions, const std::string& protocol,
                         const AnalogyEvaluation& evaluation = {}) {
  const TestModel model(rows);
  return evaluate_analogies(model.embeddings(), parse_analogy_questions(questions, "set"),
                            find_analogy_protocol(protocol), evaluation);
}

void expect_counts(const AnalogyCounts& counts, std::uint64_t correct, std::uint64_t counted,
                   std::uint64_t unknown) {
  EXPECT_EQ(counts.correct, correct);
  EXPECT_EQ(counts.counted, counted);
  EXPECT_EQ(counts.unknown, unknown);
}

// King is an input in another case and passed over, so Queen answers all: right for 1, 2 and 5
// (QUEEN), wrong for 3 (KING) and 6 (ÉTÉ); 4 has an unknown word.
TEST(AnalogyProtocol, OfGensimPassesOverInputsInAnotherCase) {
  const AnalogyAccuracy found = evaluate(royal_rows(), kRoyal, "gensim");
  expect_counts(found.total(), 3, 5, 1);
  EXPECT_EQ(found.total().bad, 1U);
  EXPECT_EQ(found.unknown_words, std::vector<std::string>{"empress"});
}

// ete with two accents of its own is été: a question more that counts, and is wrong.
TEST(AnalogyProtocol, FindsWordsByTheSpellingThatIsTheSame) {
  const std::string questions = ": royal\nman king woman e\u0301te\u0301\nman king woman queen\n";
  for (const char* protocol : {"gensim", "word2vec"}) {
    const AnalogyAccuracy found = evaluate(royal_rows(), questions, protocol);
    EXPECT_EQ(found.total().counted, 2U) << protocol;
    EXPECT_EQ(found.other_spellings.count, 1U) << protocol;
    EXPECT_EQ(found.other_spellings.first_found, "été") << protocol;
  }
  for (const char* protocol : {"glove", "strict"}) {
    const AnalogyAccuracy found = evaluate(royal_rows(), questions, protocol);
    EXPECT_EQ(found.total().unknown, 1U) << protocol;
    EXPECT_EQ(found.other_spellings.count, 0U) << protocol;
  }
}

// King answers all: right for 3 (KING), wrong for 1, 2 and 5. 4 has an unknown word and so has 6,
// since é is not É in ASCII.
TEST(AnalogyProtocol, OfWord2vecTakesAnInputInAnotherCase) {
  expect_counts(evaluate(royal_rows(), kRoyal, "word2vec").total(), 1, 4, 2);
}

// King answers all: right for 3, wrong for 1 and 2. 4, 5 and 6 have unknown words.
TEST(AnalogyProtocol, OfGloveTakesWordsAsTheyStand) {
  expect_counts(evaluate(royal_rows(), kRoyal, "glove").total(), 1, 3, 3);
}

// As glove, but 4, 5 and 6 are wrong.
TEST(AnalogyProtocol, StrictCountsUnknownWordsAsWrong) {
  expect_counts(evaluate(royal_rows(), kRoyal, "strict").total(), 1, 6, 3);
}

// gensim: where none of its five answers is another word than the inputs, the last of them is
// taken. Here each other row is an input in another case, and the last of them is the right word.
TEST(AnalogyProtocol, OfGensimKeepsTheLastAnswerWhereAllAreInputs) {
  Rows rows;
  rows.dim = 3;
  rows.add("man", {1, 0, 0});
  rows.add("king", {0, 1, 0});
  rows.add("woman", {0, 0, 1});
  rows.add("King", {-1, 1, 1});
  rows.add("WOMAN", {-1, 1, 0});
  expect_counts(
      evaluate(rows, ": s\nman king woman woman\nman king woman king\n", "gensim").total(), 1, 2,
      0);
}

// The only candidate is at a cosine of −1: gensim takes it, word2vec's best score starts at 0.
TEST(AnalogyProtocol, OfWord2vecWantsAPositiveScore) {
  Rows rows;
  rows.dim = 2;
  rows.add("a", {1, 0});
  rows.add("b", {0, 1});
  rows.add("c", {1, 1e-3F});
  rows.add("d", {0, -1});
  expect_counts(evaluate(rows, ": s\na b c d\n", "gensim").total(), 1, 1, 0);
  expect_counts(evaluate(rows, ": s\na b c d\n", "word2vec").total(), 0, 1, 0);
}

// Of the first five rows queen is none: for glove the word of 1 is unknown too, for gensim Queen
// stands for it still; of the first three, King and Queen are neither words nor answers.
TEST(AnalogyProtocol, KnowsTheFirstRowsOnly) {
  AnalogyEvaluation evaluation;
  evaluation.top_rows = 5;
  expect_counts(evaluate(royal_rows(), kRoyal, "glove", evaluation).total(), 1, 2, 4);
  expect_counts(evaluate(royal_rows(), kRoyal, "gensim", evaluation).total(), 3, 4, 2);
  evaluation.top_rows = 3;
  expect_counts(evaluate(royal_rows(), kRoyal, "gensim", evaluation).total(), 0, 1, 5);
}

TEST(AnalogyProtocol, HasTheLimitsOfThePrograms) {
  EXPECT_EQ(find_analogy_protocol("gensim").top_rows, 300'000U);
  EXPECT_EQ(find_analogy_protocol("word2vec").top_rows, 30'000U);
  expect_error(ErrorCode::usage,
               "unknown counting 'gensin'; did you mean 'gensim'?, expected one of gensim, "
               "word2vec, glove, strict",
               [] { find_analogy_protocol("gensin"); });
}

TEST(AnalogyAccuracy, TellsSemanticFromSyntactic) {
  std::string questions;
  for (const char* name : {"a", "b", "gram1-x", "c", "d", "gram2-y"}) {
    questions += std::string(": ") + name + "\nman king woman King\n";
  }
  const AnalogyAccuracy by_name = evaluate(royal_rows(), questions, "strict");
  EXPECT_EQ(by_name.sections[2].kind, SectionKind::syntactic);
  EXPECT_EQ(by_name.sections[3].kind, SectionKind::semantic);
  expect_counts(by_name.of(SectionKind::semantic), 4, 4, 0);
  expect_counts(by_name.of(SectionKind::syntactic), 2, 2, 0);
  const AnalogyAccuracy by_place = evaluate(royal_rows(), questions, "glove");
  expect_counts(by_place.of(SectionKind::semantic), 5, 5, 0);
  expect_counts(by_place.of(SectionKind::syntactic), 1, 1, 0);
  // BATS, for instance, has names of its own.
  const AnalogyAccuracy neither = evaluate(royal_rows(), ": a\nman king woman King\n", "strict");
  EXPECT_EQ(neither.sections[0].kind, SectionKind::none);
}

TEST(AnalogyAccuracy, HasNoShareOfNoQuestions) {
  const AnalogyAccuracy found = evaluate(royal_rows(), ": s\nw x y z\n", "gensim");
  expect_counts(found.total(), 0, 0, 1);
  EXPECT_FALSE(found.total().accuracy());
  EXPECT_EQ(found.unknown_words.size(), 4U);
}

// 1 and 4 have unknown words, 2 is wrong, 3 (King) is right.
TEST(AnalogyAccuracy, ListsAllThatIsWrongInTheOrderOfTheQuestions) {
  constexpr std::string_view kQuestions =
      ": one\nman king woman empress\nman king woman queen\nman king woman King\n"
      ": two\nman king tsar queen\n";
  const AnalogyAccuracy strict = evaluate(royal_rows(), kQuestions, "strict");
  ASSERT_EQ(strict.wrong.size(), 3U);
  EXPECT_FALSE(strict.wrong[0].rows || strict.wrong[0].answer);
  EXPECT_EQ(strict.wrong[1].question, 1U);
  EXPECT_EQ(strict.wrong[1].rows.value().right, 5U);
  EXPECT_EQ(strict.wrong[1].answer.value().row, 3U);
  EXPECT_EQ(strict.wrong[2].section, 1U);
  EXPECT_FALSE(strict.wrong[2].rows);
  EXPECT_EQ(evaluate(royal_rows(), kQuestions, "glove").wrong.size(), 1U);
}

// 3CosMul with (1 + cos)/2: of King 0.789·0.789/(0.211 + ε), of queen ½·0.854/0.146, of Queen
// 0.833·0.833/0.333.
TEST(AnalogyAccuracy, AsksByProductToo) {
  AnalogyEvaluation evaluation;
  evaluation.method = AnalogyMethod::mul;
  const AnalogyAccuracy found = evaluate(
      royal_rows(), ": s\nman king woman King\nman king woman queen\n", "strict", evaluation);
  expect_counts(found.total(), 1, 2, 0);
  const TestModel model(royal_rows());
  const auto ranks =
      rank_right_words(model.embeddings(), found, find_analogy_protocol("strict"), evaluation);
  ASSERT_EQ(ranks.size(), 1U);
  EXPECT_EQ(ranks[0]->rank, 2U);
  EXPECT_NEAR(ranks[0]->score, 2.914, 1e-3);
}

// strict: 1 asks for queen, which is third after King and Queen, 2 for Queen, second; 4, 5 and 6
// could not be asked. gensim: King is an input (3 has no rank), and after Queen and queen comes été
// (6: third).
TEST(AnalogyAccuracy, RanksTheRightWord) {
  const TestModel model(royal_rows());
  const auto ranks_of = [&](const std::string& protocol) {
    const AnalogyAccuracy found = evaluate(royal_rows(), kRoyal, protocol);
    return rank_right_words(model.embeddings(), found, find_analogy_protocol(protocol), {});
  };
  const auto strict = ranks_of("strict");
  ASSERT_EQ(strict.size(), 5U);
  EXPECT_EQ(strict[0]->rank, 3U);
  EXPECT_NEAR(strict[0]->score, 0.8165, 1e-4);
  EXPECT_EQ(strict[1]->rank, 2U);
  EXPECT_FALSE(strict[2] || strict[3] || strict[4]);
  const auto gensim = ranks_of("gensim");
  ASSERT_EQ(gensim.size(), 2U);
  EXPECT_FALSE(gensim[0]);
  EXPECT_EQ(gensim[1]->rank, 3U);
  EXPECT_NEAR(gensim[1]->score, -1, 1e-6);
}

TEST(AnalogyAccuracy, RanksAsAFullScanDoes) {
  const Rows rows = test::random_rows(3000, 8, 5);
  const TestModel model(rows);
  std::string questions = ": s\n";
  for (int i = 0; i < 40; ++i) {
    for (const int word : {i, 2 * i + 50, 3 * i + 200, 70 * i + 3}) {
      questions += "w" + std::to_string(word) + ' ';
    }
    questions += '\n';
  }
  std::size_t reports = 0;
  AnalogyEvaluation evaluation;
  evaluation.progress = [&](std::size_t done, std::size_t all) {
    EXPECT_LE(done, all);
    ++reports;
  };
  const auto& protocol = find_analogy_protocol("gensim");
  const auto sections = parse_analogy_questions(questions, "set");
  const AnalogyAccuracy found =
      evaluate_analogies(model.embeddings(), sections, protocol, evaluation);
  EXPECT_GT(found.wrong.size(), 30U);
  const auto ranks = rank_right_words(model.embeddings(), found, protocol, evaluation);
  EXPECT_EQ(reports, 2U);
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    const AnalogyRows& wrong = found.wrong[i].rows.value();
    const std::array<ResolvedTerm, 3> terms = {{{1, wrong.b}, {-1, wrong.a}, {1, wrong.c}}};
    const std::vector<float> sum = query_vector(model.embeddings(), terms);
    const std::array<Row, 3> inputs = {wrong.a, wrong.b, wrong.c};
    NearestOptions options;
    options.k = rows.size();
    const NearestQuery query{sum, inputs};
    const auto all = full_scan(model.embeddings(), {&query, 1}, options).front();
    std::optional<std::uint64_t> expected;
    for (std::size_t r = 0; r < all.size(); ++r) {
      if (all[r].row == wrong.right) expected = r + 1;
    }
    ASSERT_EQ(ranks[i].has_value(), expected.has_value()) << i;
    if (expected) {
      EXPECT_EQ(ranks[i]->rank, *expected) << i;
    }
  }
}

}  // namespace
}  // namespace wordvec::analogy_accuracy_test
