#include "wordvec/plot/word_groups.h"

#include <gtest/gtest.h>

#include "wordvec/base/error.h"

namespace wordvec::word_groups_test {
namespace {

std::string group(const WordGroups& groups, const std::string& word) {
  const auto at = groups.group_of.find(word);
  return at == groups.group_of.end() ? "none" : groups.names[at->second];
}

std::string error_of(std::string_view text) {
  try {
    parse_word_groups(text, "groups.tsv");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::malformed);
    return error.what();
  }
  return "no error";
}

TEST(WordGroups, AreLinesWithATab) {
  const auto groups = parse_word_groups("king\troyal\r\ncat\tanimal\n\ndog\tanimal", "f");
  EXPECT_EQ(groups.names, (std::vector<std::string>{"royal", "animal"}));
  EXPECT_EQ(group(groups, "king"), "royal");
  EXPECT_EQ(group(groups, "dog"), "animal");
  EXPECT_EQ(group(groups, "man"), "none");
}

TEST(WordGroups, AreCsvWhereMoreLinesHaveACommaThanATab) {
  const auto groups = parse_word_groups(
      "\xef\xbb\xbfword,group\r\n\",\",\"say \"\"it\"\"\"\r\n\"a\nb\",c\r\n", "f");
  EXPECT_EQ(groups.group_of.size(), 2U);
  EXPECT_EQ(group(groups, ","), "say \"it\"");
  EXPECT_EQ(group(groups, "a\nb"), "c");
}

TEST(WordGroups, WithATabTakeQuotesAndCommasAsTheyAre) {
  const auto groups = parse_word_groups("\"\tpunct, or so\n,\tpunct, or so\n", "f");
  EXPECT_EQ(group(groups, "\""), "punct, or so");
  EXPECT_EQ(group(groups, ","), "punct, or so");
}

TEST(WordGroups, AreSeparatedAsMostLinesAreAndTellOfTheOthers) {
  EXPECT_EQ(error_of("king,royal\nqueen\troyal\ncat\tanimal\n"),
            "groups.tsv:1: found 1 field, expected 2: a word and its group, with a tab between "
            "(as on line 2)");
  EXPECT_EQ(error_of("king\troyal\nqueen,royal\ncat,animal\n"),
            "groups.tsv:1: found a tab, expected a word and its group, with a comma between "
            "(as on line 2)");
  EXPECT_EQ(error_of("king,royal\nqueen\tof England, royal\n\"a\tb\",c\ncat,animal\nd,e\n"),
            "groups.tsv:2: found a tab, expected a word and its group, with a comma between "
            "(as on line 1)");
  EXPECT_EQ(error_of("king,royal\nqueen\troyal\n"),
            "groups.tsv:1: found 1 field, expected 2: a word and its group, with a tab between "
            "(as on line 2)");
  EXPECT_EQ(error_of("king\n"),
            "groups.tsv:1: found 1 field, expected 2: a word and its group, with a tab or a comma "
            "between");
  EXPECT_EQ(error_of("king,a,b\n"),
            "groups.tsv:1: found 3 fields, expected 2: a word and its group, with a comma between");
}

TEST(WordGroups, PassBlankLinesOver) {
  const auto tabs = parse_word_groups(" \n\nking\troyal\r\n  \r\n\t\ncat\tanimal\n \v\f\n  ", "f");
  EXPECT_EQ(tabs.group_of.size(), 2U);
  EXPECT_EQ(group(tabs, "cat"), "animal");
  // A blank line of tabs separates nothing, and one in quotes is no line.
  const auto commas = parse_word_groups("\t\nking,royal\n\t\t\n  \n\"a\n\nb\",\"  \nc\"\n", "f");
  EXPECT_EQ(commas.group_of.size(), 2U);
  EXPECT_EQ(group(commas, "king"), "royal");
  EXPECT_EQ(group(commas, "a\n\nb"), "  \nc");
  EXPECT_EQ(error_of("  \nking\ta\n\t\nqueen\n").substr(0, 43),
            "groups.tsv:4: found 1 field, expected 2: a ");
}

TEST(WordGroups, MayBeEmpty) {
  EXPECT_TRUE(parse_word_groups("", "f").names.empty());
  EXPECT_TRUE(parse_word_groups("\n\r\n\n", "f").names.empty());
  EXPECT_EQ(group(parse_word_groups("king\t\nman\tm", "f"), "king"), "none");
}

TEST(WordGroups, NameTheLineThatIsBroken) {
  EXPECT_EQ(error_of("king\ta\nqueen\n").substr(0, 43),
            "groups.tsv:2: found 1 field, expected 2: a ");
  EXPECT_EQ(error_of("a\tb\n\na\tb\tc").substr(0, 27), "groups.tsv:3: found 3 field");
  EXPECT_EQ(error_of("a,b\n\"c,d\n").substr(0, 43), "groups.tsv:2: a quoted field has no end");
  EXPECT_EQ(error_of("\"a\"b,c\n").substr(0, 24), "groups.tsv:1: expected a");
  EXPECT_EQ(error_of("\ta\n"), "groups.tsv:1: the word is empty");
  EXPECT_EQ(error_of("a\tx\na\tx\na\ty\n"),
            "groups.tsv:3: 'a' is in the group 'y', but on an earlier line in 'x'");
}

}  // namespace
}  // namespace wordvec::word_groups_test
