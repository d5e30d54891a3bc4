#include "wordvec/eval/analogy_questions.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "support/expect_error.h"

namespace wordvec::analogy_questions_test {
namespace {

using test::expect_error;
using Words = std::array<std::string, 4>;

TEST(AnalogyQuestions, StandInSections) {
  const auto sections = parse_analogy_questions(
      "\xEF\xBB\xBF: family \r\nman woman king queen\r\n\n a\tb  c d\n: gram1 of verbs\n:) :( x y\n"
      ":empty\n",
      "set");
  ASSERT_EQ(sections.size(), 3U);
  EXPECT_EQ(sections[0].name, "family");
  ASSERT_EQ(sections[0].questions.size(), 2U);
  EXPECT_EQ(sections[0].questions[0].words, (Words{"man", "woman", "king", "queen"}));
  EXPECT_EQ(sections[0].questions[0].line, 2U);
  EXPECT_EQ(sections[0].questions[1].words, (Words{"a", "b", "c", "d"}));
  EXPECT_EQ(sections[0].questions[1].line, 4U);
  EXPECT_EQ(sections[1].name, "gram1 of verbs");
  ASSERT_EQ(sections[1].questions.size(), 1U);
  EXPECT_EQ(sections[1].questions[0].words, (Words{":)", ":(", "x", "y"}));
  EXPECT_EQ(sections[2].name, "empty");
}

TEST(AnalogyQuestions, LeaveOutLinesWithoutFourWords) {
  const auto sections = parse_analogy_questions(": s\na b c\na b c d\na b c d e\n", "set");
  EXPECT_EQ(sections[0].questions.size(), 1U);
  EXPECT_EQ(sections[0].bad_lines.count, 2U);
  EXPECT_EQ(sections[0].bad_lines.first_line, 2U);
  EXPECT_EQ(sections[0].bad_lines.first_problem, "found 3 words, expected 4");
}

TEST(AnalogyQuestions, AreRefusedWithoutASection) {
  expect_error(ErrorCode::malformed, "set:2: found a section without a name, expected `: NAME`",
               [] { parse_analogy_questions("\n: \na b c d\n", "set"); });
  expect_error(ErrorCode::malformed, "set:1: found a section without a name",
               [] { parse_analogy_questions(":\na b c d\n", "set"); });
  expect_error(ErrorCode::malformed, "set:1: found a question before the first section",
               [] { parse_analogy_questions("a b c d\n: s\n", "set"); });
  const auto sections = parse_analogy_questions("a b c d\n", "set", "the file");
  ASSERT_EQ(sections.size(), 1U);
  EXPECT_EQ(sections[0].name, "the file");
}

TEST(AnalogyQuestions, AreNotThere) {
  for (const char* text : {"", "\n", ": s\n"}) {
    expect_error(ErrorCode::malformed, "set: found no question",
                 [&] { parse_analogy_questions(text, "set"); });
  }
  expect_error(ErrorCode::malformed, "set:2: found 3 words, expected 4, and no other line is a",
               [] { parse_analogy_questions(": s\na b c\n", "set"); });
}

}  // namespace
}  // namespace wordvec::analogy_questions_test
