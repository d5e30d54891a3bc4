#include "wordvec/formats/row_problems.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/expect_error.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec::row_problems_test {
namespace {

using test::expect_error;

TEST(RowProblems, NameWhatIsWrongWithAWord) {
  EXPECT_EQ(problem_of_word("king", true), "");
  EXPECT_EQ(problem_of_word("", true), "");
  EXPECT_EQ(problem_of_word(" ", true), "");
  EXPECT_EQ(problem_of_word(std::string(kMaxWordBytes, 'a'), true), "");
  EXPECT_EQ(problem_of_word(std::string(kMaxWordBytes + 1, 'a'), false),
            "the word has 65537 bytes, expected at most 65536");
  EXPECT_EQ(problem_of_word("k\xff", false), "");
  EXPECT_EQ(problem_of_word("k\xff", true), "the word 'k\\xff' is not UTF-8");
}

TEST(RowProblems, CountBlankWordsAndTellWhereTheFirstIs) {
  ReadReport report;
  for (const char* const word : {"a", "", " ", "\n", "\r\n", "\t ", " a", "\xc2\xa0", "."}) {
    note_blank_word(word, report, [&] { return "at " + std::to_string(report.blank_words); });
  }
  EXPECT_EQ(report.blank_words, 5U);
  EXPECT_EQ(report.first_blank_word, "at 1");
}

TEST(RowProblems, NameAllOptionsThatLiftARefusal) {
  EXPECT_EQ(remedy_of_rows(false, false), "");
  EXPECT_EQ(remedy_of_rows(true, false),
            " (`convert` with --skip-bad reads the file without its bad rows)");
  EXPECT_EQ(remedy_of_rows(false, true), " (`convert` with --trust-rows takes what is there)");
  const std::string_view both = remedy_of_rows(true, true);
  EXPECT_NE(both.find("--skip-bad and --trust-rows, both"), std::string_view::npos) << both;
}

// To skip what is bad leads nowhere where nothing is left.
TEST(RowProblems, OfferToSkipBadRowsWhereOneIsGood) {
  const auto at = [](std::uint64_t line) {
    return [line](const std::string& text) { return Error::at_line("file", line, text); };
  };
  const std::string offer = " (`convert` with --skip-bad reads the file without its bad rows)";
  BadRowRefusal behind_good_one;
  expect_error(ErrorCode::malformed, "file:2: x" + offer,
               [&] { behind_good_one.refuse("x", at(2), true); });
  BadRowRefusal before_good_one;
  EXPECT_NO_THROW(before_good_one.check());
  EXPECT_NO_THROW(before_good_one.finish());
  EXPECT_NO_THROW(before_good_one.refuse("x", at(1), false));
  EXPECT_NO_THROW(before_good_one.refuse("y", at(2), false));
  expect_error(ErrorCode::malformed, "file:1: x; no row of the file is good",
               [&] { before_good_one.finish(); });
  expect_error(ErrorCode::malformed, "file:1: x" + offer, [&] { before_good_one.check(); });
  expect_error(ErrorCode::malformed, "file:1: x" + offer,
               [&] { before_good_one.refuse("y", at(3), true); });
}

TEST(RowProblems, NameTheFirstValueThatIsNotFinite) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::vector<float> good = {1, -2};
  const std::vector<float> infinite = {1, -kInfinity, kInfinity};
  EXPECT_FALSE(first_not_finite(good).has_value());
  EXPECT_EQ(problem_of_values(good, "'king'"), "");
  EXPECT_EQ(first_not_finite(infinite), 1U);
  EXPECT_EQ(problem_of_values(infinite, "'king'", " as a float32"),
            "value 2 of 'king' is -inf as a float32, expected a finite number");
}

TEST(RowProblems, GiveNaNNoSign) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const float value : {nan, -nan}) {
    EXPECT_EQ(problem_of_values({&value, 1}, {}), "value 1 is nan, expected a finite number");
  }
}

}  // namespace
}  // namespace wordvec::row_problems_test
