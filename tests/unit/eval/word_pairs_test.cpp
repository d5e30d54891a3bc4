#include "wordvec/eval/word_pairs.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "support/expect_error.h"

namespace wordvec::word_pairs_test {
namespace {

using test::expect_error;

WordPairs parse(std::string_view text, const PairColumns& columns = kFirstColumns) {
  return parse_word_pairs(text, columns, "pairs");
}

void expect_king_queen(const WordPairs& found, std::uint64_t line, double rating = 8.5) {
  ASSERT_EQ(found.pairs.size(), 1U);
  EXPECT_EQ(found.pairs[0].first, "king");
  EXPECT_EQ(found.pairs[0].second, "queen");
  EXPECT_EQ(found.pairs[0].rating, rating);
  EXPECT_EQ(found.pairs[0].line, line);
  EXPECT_EQ(found.bad_lines.count, 0U);
}

TEST(WordPairs, AreSeparatedAsMostLinesAre) {
  expect_king_queen(parse("king\tqueen\t8.5\n"), 1);
  expect_king_queen(parse("king,queen,8.5"), 1);
  expect_king_queen(parse("king;queen;8.5"), 1);
  expect_king_queen(parse("  king   queen 8.5 \n"), 1);
  expect_king_queen(parse("\"king\",\"queen\",\"8.5\""), 1);
  EXPECT_EQ(parse("new york\ta \"b\"\t1").pairs[0].first, "new york");
  EXPECT_EQ(parse("\"say \"\"a, b\"\"\",x,1").pairs[0].first, "say \"a, b\"");
}

TEST(WordPairs, TellWhichAreThereAgain) {
  RepeatedPairs found =
      parse("cat dog 3\nking queen 4\nman woman 5\nqueen king 6\ncat dog 3\nking man 1\n").repeated;
  EXPECT_EQ(found.count, 2U);
  EXPECT_EQ(found.first_line, 4U);
  EXPECT_EQ(found.earlier_line, 2U);
  EXPECT_EQ(parse("cat dog 3\ncat cat 4\ndog dog 5\ncat doge 3\n").repeated.count, 0U);
}

TEST(WordPairs, OfSemicolonsMayHaveCommasInTheirWordsAndOfCommasSemicolons) {
  const WordPairs found = parse("a,b;c;3\n1,000;a,b,c;4\n");
  ASSERT_EQ(found.pairs.size(), 2U);
  EXPECT_EQ(found.pairs[0].first, "a,b");
  EXPECT_EQ(found.pairs[1].second, "a,b,c");
  expect_king_queen(parse("king;queen;8.5;1,2,3\n"), 1);  // both would do
  EXPECT_EQ(parse("a;b,c,3\n;,;;;,4\nd,e,5\n").pairs.at(1).second, ";;;");
  EXPECT_EQ(parse("a;b,c d,3\n").pairs.at(0).second, "c d");
  EXPECT_EQ(parse("; , 3\n: ; 4\na,b,c b 5\n").pairs.at(2).first, "a,b,c");
}

TEST(WordPairs, AreSeparatedAsMostLinesAlsoWhereTheFirstOnesAreNot) {
  const WordPairs found = parse("A set; by me, 2020\nking\tqueen\t8.5\nman\twoman\t8\n");
  EXPECT_EQ(found.pairs.size(), 2U);
  EXPECT_EQ(found.bad_lines.first_problem, "found 1 field, expected 3 with tabs between");
  // Blanks suit both lines, but make only one of them a pair with a number.
  EXPECT_EQ(parse("new york\tcity\t5\nking queen 4\n").pairs.at(0).first, "new york");
  const std::string_view named = "a,b;word1;word2\nx;king;queen\n";
  EXPECT_EQ(parse("x,word1;word2;n\nking;queen;8.5\n", {"x,word1", "word2", "n"}).pairs.size(), 1U);
  expect_error(ErrorCode::usage, "no column 'n'", [&] { parse(named, {"word1", "word2", "n"}); });
}

// first|second|rating, of each.
std::string pairs_of(const WordPairs& found) {
  std::string text;
  for (const WordPair& pair : found.pairs) {
    text += fmt::format("{}|{}|{}\n", pair.first, pair.second, pair.rating);
  }
  return text;
}

TEST(WordPairs, AreSeparatedByWhatGivesMostLinesTheirNumber) {
  const std::string blanks = "tiger cat 7.35\ntiger dog 5\nking queen 8.5\nman woman 9\n";
  const std::string tabs = "car\ttrain\t6\nnew\told\t1\nred\tblue\t3\none\ttwo\t4\n";
  EXPECT_EQ(pairs_of(parse(blanks + tabs)),
            "tiger|cat|7.35\ntiger|dog|5\nking|queen|8.5\nman|woman|9\n"
            "car|train|6\nnew|old|1\nred|blue|3\none|two|4\n");
  // As many are pairs by blanks as by tabs, and these come first.
  const WordPairs texts = parse(
      "new york\tcity\t3\nSome of the words\nand some more of them\n"
      "of which nothing is known\nking queen 4\n");
  EXPECT_EQ(pairs_of(texts), "new york|city|3\n");
  EXPECT_EQ(texts.bad_lines.count, 4U);
  // Fewer lines have three fields by tabs.
  EXPECT_EQ(pairs_of(parse("a b c d\ne f g h\ni j k l\nnew york\tcity\t3\n")), "new york|city|3\n");
  EXPECT_EQ(pairs_of(parse("word 1;word 2;2020 and later\nnew york;city;3\na b 5\n")),
            "new york|city|3\n");
}

TEST(WordPairs, OfCommasAndBlanksAreNotSeparatedByBlanks) {
  EXPECT_EQ(pairs_of(parse("king, queen, 8.5\nman, woman, 9\ntiger cat 7\n")),
            "king|queen|8.5\nman|woman|9\n");
  EXPECT_EQ(pairs_of(parse("king; queen; 8.5\ntiger cat 7\n")), "king|queen|8.5\n");
}

TEST(WordPairs, DoNotCountTheHeaderAsOne) {
  // By blanks, the header has a number in the third column.
  EXPECT_EQ(pairs_of(parse("word\tother\t2020 mean\nnew york\tcity\t3\nking queen 4\n",
                           {"word", "other", "3"})),
            "new york|city|3\n");
}

TEST(WordPairs, AreToldOfDecimalCommas) {
  expect_error(ErrorCode::malformed, "pairs:1: found '7,35', expected a decimal point: '7.35'",
               [] { parse("tiger;cat;7,35\ntiger;tiger;10,00\n"); });
  const WordPairs found = parse("tiger;cat;7,35\ntiger;dog;7\n");
  EXPECT_EQ(found.pairs.size(), 1U);
  EXPECT_EQ(found.bad_lines.first_line, 1U);
  EXPECT_EQ(parse("tiger;dog;7\ntiger;cat;1,2,3\n").bad_lines.first_problem,
            "found '1,2,3', expected a number");
  // By commas, the words would be "tiger;cat;7" and "35;1".
  for (const char* text : {"tiger;cat;7,35;1,20\n", "tiger\tcat\t7,35\t1,20\n"}) {
    expect_error(ErrorCode::malformed, "pairs:1: found '7,35', expected a decimal point: '7.35'",
                 [&] { parse(text); });
  }
}

TEST(WordPairs, BetweenCommasMayHaveDecimalCommas) {
  const auto found = [](std::string_view text) {
    const std::optional<DecimalComma> comma = parse(text).decimal_comma;
    return comma ? fmt::format("{}: {}", comma->line, comma->text) : "none";
  };
  EXPECT_EQ(found("tiger,cat,7,35\nking,queen,8,1\nman,woman,9,2\n"), "1: 7,35");
  // Whole numbers are written without.
  EXPECT_EQ(found("tiger,tiger,10\n\ntiger,cat,-7,350\nking,queen,+8,1\n"), "3: -7,350");
  EXPECT_EQ(found("tiger,cat,7.35\nman,woman,9,1\n"), "2: 9,1");
  EXPECT_EQ(found("\"tiger\" , cat,7,35\nking\n"), "1: 7,35");
  EXPECT_EQ(found("word1,word2,mean\ntiger,cat,7,35\n"), "2: 7,35");

  EXPECT_EQ(found("tiger,cat,7\nking,queen,8.1\n"), "none");
  for (const char* text : {
           "word1,word2,mean,n\ntiger,cat,7,35\n",  // its columns have names
           "tiger,cat,7,35\nking,queen,8.1,20\n",   // one has a point
           "tiger,cat,7,35\nking,queen,8e1,20\n",
           "tiger,cat,7,35\nking,queen,8,1000\n",  // more digits than decimals have
           "tiger,cat,7,35\nking,queen,8,N\n",
           "tiger,cat,7,35\nking,queen,8,\n",
           "tiger,cat,7,-5\n",
           "tiger,cat,7,35\nking,queen,8,1,20\n",  // more columns
           "tiger, cat, 7, 35\n",                  // commas with blanks separate
           "\"tiger\",\"cat\",\"7\",\"35\"\n",     // quotes separate, too
           "tiger;cat;7;35\n",
           "tiger\tcat\t7\t35\n",
       }) {
    SCOPED_TRACE(text);
    EXPECT_EQ(found(text), "none");
  }
  EXPECT_FALSE(parse("cat,tiger,7,35\n", {"2", "1", "4"}).decimal_comma);
}

TEST(WordPairs, HaveLineEndsOfAnyKindAndAByteOrderMark) {
  expect_king_queen(parse("\xEF\xBB\xBF# from Windows\r\n\r\nking\tqueen\t8.5\r\n"), 3);
}

TEST(WordPairs, ComeAfterCommentsAndAHeader) {
  expect_king_queen(parse("# a set\n\nWord 1,Word 2,Human (mean)\nking,queen,8.5\n"), 4);
}

TEST(WordPairs, StandInColumnsByNumberOrName) {
  const std::string_view text = "word1\tword2\tPOS\tscore\nking\tqueen\tN\t8.5\n";
  expect_king_queen(parse(text, {"1", "2", "4"}), 2);
  expect_king_queen(parse(text, {"word1", "word2", "score"}), 2);
  expect_error(ErrorCode::usage, "no column 'scor' in the first line; did you mean 'score'?", [&] {
    parse(text, {"word1", "word2", "scor"});
  });
  expect_error(ErrorCode::usage, "no column '0' in the first line: columns count from 1", [&] {
    parse(text, {"0", "2", "4"});
  });
  EXPECT_EQ(parse_pair_columns("2,1,score"), (PairColumns{"2", "1", "score"}));
  for (const char* columns : {"", "1,2", "1,,3", "1,2,3,4"}) {
    expect_error(ErrorCode::usage, "expected 3 numbers or names",
                 [&] { parse_pair_columns(columns); });
  }
}

TEST(WordPairs, DoNotTakeARatingForAColumnsName) {
  expect_king_queen(parse("king\tqueen\t1\n"), 1, 1);
}

TEST(WordPairs, LeaveOutBadLinesAndSayWhichIsTheFirst) {
  const auto expect_bad = [](std::string_view line, std::string_view problem) {
    SCOPED_TRACE(line);
    const WordPairs found = parse("a\tb\t1\n" + std::string(line) + "\nc\td\t2\n");
    EXPECT_EQ(found.pairs.size(), 2U);
    EXPECT_EQ(found.bad_lines.count, 1U);
    EXPECT_EQ(found.bad_lines.first_line, 2U);
    EXPECT_EQ(found.bad_lines.first_problem, problem);
  };
  expect_bad("king\tqueen", "found 2 fields, expected 3 with tabs between");
  expect_bad("king", "found 1 field, expected 3 with tabs between");
  expect_bad("king\tqueen\tnan", "found 'nan', expected a number");
  expect_bad("king\tqueen\tinf", "found 'inf', expected a number");
  expect_bad("king\tqueen\t1e999", "found '1e999', expected a number");
  expect_bad("king\tqueen\t8,5", "found '8,5', expected a decimal point: '8.5'");
  expect_bad("king\tqueen\t", "found '', expected a number");
  expect_bad("\tqueen\t1", "found an empty word");
}

TEST(WordPairs, SayWhatShouldBeBetweenTheFields) {
  const auto problem = [](std::string_view text) { return parse(text).bad_lines.first_problem; };
  EXPECT_EQ(problem("a,b,1\nking queen 8\n"), "found 1 field, expected 3 with commas between");
  EXPECT_EQ(problem("a;b;1\nking,queen,8\nc;d;2\n"),
            "found 1 field, expected 3 with semicolons between");
  EXPECT_EQ(problem("a b 1\nking,queen 8\n"), "found 2 fields, expected 3 with blanks between");
}

// Words of tweets, of programs, and of vocabularies with pieces of words.
TEST(WordPairs, MayBeginWithHash) {
  for (const char* text : {"#love\t#hate\t2\nking\tqueen\t8.5\n", "#include,#define,6\na,b,1\n",
                           "##ing ##ed 7\nking queen 8\n", "#\t$\t3\nking\tqueen\t8.5\n",
                           "#a;b;c;3\nking;queen;x;8\n"}) {
    const PairColumns columns = std::string_view(text).find(";c") == std::string_view::npos
                                    ? kFirstColumns
                                    : PairColumns{"1", "2", "4"};
    const WordPairs found = parse(text, columns);
    ASSERT_EQ(found.pairs.size(), 2U) << text;
    EXPECT_EQ(found.pairs[0].first.front(), '#');
    EXPECT_EQ(found.hash_lines.counted, 1U);
    EXPECT_EQ(found.hash_lines.first_counted, 1U);
    EXPECT_EQ(found.hash_lines.passed_over, 0U);
  }
  const WordPairs all = parse("#love #hate 2\n#dog #cat 8\n");
  EXPECT_EQ(all.pairs.size(), 2U);
  EXPECT_EQ(all.hash_lines.counted, 2U);
}

TEST(WordPairs, AreNoComments) {
  for (const char* comment :
       {"# a set of 3", "# love hate 2", "#", "#a comment", "#word1\tword2\tscore",
        "# king\tqueen\t8", "#king\tqueen\t8\tmore", "#king\t\t8", "#made in 2015"}) {
    const WordPairs found = parse("\n" + std::string(comment) + "\nking\tqueen\t8.5\n");
    expect_king_queen(found, 3);
    EXPECT_EQ(found.hash_lines.passed_over, 1U) << comment;
    EXPECT_EQ(found.hash_lines.first_passed_over, 2U);
    EXPECT_EQ(found.hash_lines.counted, 0U);
  }
  // The first line that is none has the names.
  const WordPairs named = parse("#love,#hate,2\na,b,n\nking,queen,8.5\n", {"a", "b", "n"});
  expect_king_queen(named, 3);
  EXPECT_EQ(named.hash_lines.passed_over, 1U);
}

TEST(WordPairs, AreNotThereBesideComments) {
  expect_error(ErrorCode::malformed, "2 lines that begin with # were passed over as comments",
               [] { parse("# a\n# b\n"); });
}

TEST(WordPairs, AreNotThere) {
  for (const char* text : {"", "\n\n", "# only\n", "word1 word2 score\n"}) {
    expect_error(ErrorCode::malformed, "pairs: found no pair", [&] { parse(text); });
  }
  // Neither is a header.
  expect_error(ErrorCode::malformed, "pairs:1: found 2 fields", [&] { parse("king queen\n"); });
  expect_error(ErrorCode::malformed, "pairs:1: found 'nan'", [&] { parse("king queen nan\n"); });
}

}  // namespace
}  // namespace wordvec::word_pairs_test
