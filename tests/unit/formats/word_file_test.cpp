#include "wordvec/formats/word_file.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"

namespace wordvec::word_file_test {
namespace {

using test::expect_error;
using Words = std::vector<std::string>;
using Counts = std::vector<std::uint64_t>;
using namespace std::string_literals;

WordList list_of(std::string_view bytes, const WordListOptions& options = {},
                 const std::string& name = "words.txt") {
  const test::TempFolder folder;
  return read_word_list(folder.write(name, bytes), options);
}

Words read(std::string_view bytes) {
  return list_of(bytes).words;
}

void expect_refused(const std::string& what, std::string_view bytes,
                    const std::string& name = "words.txt") {
  expect_error(ErrorCode::malformed, what, [&] { list_of(bytes, {}, name); });
}

// A NumPy array of version 1.0; `data` as it lies in the file.
std::string npy(const std::string& descr, const std::string& shape, const std::string& data) {
  const std::string text =
      "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
  return "\x93NUMPY\x01"s + '\0' + static_cast<char>(text.size()) + '\0' + text + data;
}

TEST(WordFile, HasAWordALine) {
  EXPECT_EQ(read("the\n. . .\n\tof \n\xff\n"), (Words{"the", ". . .", "\tof ", "\xff"}));
  EXPECT_EQ(read("a\r\nb\r\n"), (Words{"a", "b"}));
  EXPECT_EQ(read("a\nb"), (Words{"a", "b"}));
  EXPECT_EQ(read("a\nb\r"), (Words{"a", "b"}));
  EXPECT_EQ(read(""), Words{});
  const WordList list = list_of("the\nking\n");
  EXPECT_TRUE(list.counts.empty());
  EXPECT_EQ(list.note, "");
  EXPECT_EQ(list.warning, "");
}

TEST(WordFile, BeginsBehindAByteOrderMark) {
  EXPECT_EQ(read("\xef\xbb\xbfthe\n\xef\xbb\xbfof\n"), (Words{"the", "\xef\xbb\xbfof"}));
  EXPECT_EQ(read("\xef\xbb"), Words{"\xef\xbb"});
  EXPECT_EQ(read("\xef\xbb\xbf[\"the\", \"of\"]"), (Words{"the", "of"}));
}

TEST(WordFile, MayBeCompressed) {
  // printf 'the\nof\n' | gzip -n
  const std::string gzip(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x2b\xc9\x48\xe5\xca\x4f\xe3\x02\x00\x0a\x17\x7a\xcf"
      "\x07\x00\x00\x00",
      27);
  EXPECT_EQ(read(gzip), (Words{"the", "of"}));
}

TEST(WordFile, EmptyLinesAreWordsWhereTheRowsSaySo) {
  EXPECT_EQ(read("a\n\nb\n\n\n"), (Words{"a", "", "b"}));
  EXPECT_EQ(list_of("a\n\nb\n\n", {3, false}).words, (Words{"a", "", "b"}));
  EXPECT_EQ(list_of("a\n\nb\n\n", {4, false}).words, (Words{"a", "", "b", ""}));
  const WordList without = list_of("a\n\n\nb\n", {2, false});
  EXPECT_EQ(without.words, (Words{"a", "b"}));
  EXPECT_TRUE(
      without.note.ends_with("words.txt: 2 empty lines are passed over: without them there "
                             "are as many words as rows"))
      << without.note;
  EXPECT_EQ(list_of("a\n \n\t\nb\n", {std::nullopt, true}).words, (Words{"a", "b"}));
}

TEST(WordFile, EndsBeforeEmptyLines) {
  EXPECT_EQ(read("a\nb\n\n\r\n\n"), (Words{"a", "b"}));
  EXPECT_EQ(read("\r\n"), Words{});
  EXPECT_EQ(read("a\n \n\n"), (Words{"a", " "}));  // a word that is a space
}

TEST(WordFile, BoundsTheWord) {
  const std::string longest(65'536, 'w');
  EXPECT_EQ(read(longest + "\nb\n"), (Words{longest, "b"}));
  EXPECT_EQ(read(longest + "\r\n"), Words{longest});
  for (const std::size_t more : {1U, 2U, 3U, 100'000U}) {
    expect_refused("words.txt:2: the word has more than 65536 bytes",
                   "a\n" + longest + std::string(more, 'x') + "\n");
  }
}

TEST(WordFile, MustBeThere) {
  const test::TempFolder folder;
  expect_error(ErrorCode::io, "nowhere.txt", [&] { read_word_list(folder.file("nowhere.txt")); });
  expect_error(ErrorCode::io, "is a folder", [&] { read_word_list(folder.path()); });
}

TEST(WordFile, TakesTheCountsOfAVocabulary) {
  // As GloVe's vocab_count and word2vec's -save-vocab write it.
  const WordList glove = list_of("the 1061396\nking 593\nqueen 432\n");
  EXPECT_EQ(glove.words, (Words{"the", "king", "queen"}));
  EXPECT_EQ(glove.counts, (Counts{1061396, 593, 432}));
  EXPECT_TRUE(glove.note.ends_with(
      "words.txt: each line has a word and a count: the words are the first column"))
      << glove.note;
  EXPECT_EQ(glove.warning, "");
  const WordList word2vec = list_of("</s> 0\nthe 1061396\nking 593\r\nqueen 432\n\n");
  EXPECT_EQ(word2vec.words, (Words{"</s>", "the", "king", "queen"}));
  EXPECT_EQ(word2vec.counts, (Counts{0, 1061396, 593, 432}));
  const WordList table = list_of("word\tcount\nnew york\t5\nparis\t7\n");
  EXPECT_EQ(table.words, (Words{"new york", "paris"}));
  EXPECT_EQ(table.counts, (Counts{5, 7}));
  const WordList csv = list_of("word,count\nking,7\nthe,5\n", {}, "words.CSV");
  EXPECT_EQ(csv.words, (Words{"king", "the"}));
  EXPECT_EQ(csv.counts, (Counts{7, 5}));
  const WordList uniq = list_of("   1061 the\n    593 king\n     12 queen\n");
  EXPECT_EQ(uniq.words, (Words{"the", "king", "queen"}));
  EXPECT_EQ(uniq.counts, (Counts{1061, 593, 12}));
}

TEST(WordFile, CountsMayBeInAnyOrderWhereThereAreMany) {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "w" + std::to_string(i) + ' ' + std::to_string(i * 7919 % 1000) + '\n';
  }
  text += "alone\n";
  const WordList list = list_of(text);
  ASSERT_EQ(list.words.size(), 201U);
  EXPECT_EQ(list.words[1], "w1");
  EXPECT_EQ(list.counts[1], 919U);
  EXPECT_EQ(list.words[200], "alone");
  EXPECT_EQ(list.counts[200], 0U);
  EXPECT_NE(list.note.find("1 line has no number, the first at line 201"), std::string::npos)
      << list.note;
}

TEST(WordFile, LeavesScoresAndNumbersInOrderOut) {
  const WordList unigram = list_of("<unk>\t0\n▁the\t-3.1\n▁king\t-7.2\n");
  EXPECT_EQ(unigram.words, (Words{"<unk>", "▁the", "▁king"}));
  EXPECT_TRUE(unigram.counts.empty());
  EXPECT_NE(unigram.note.find("a word and a score"), std::string::npos) << unigram.note;
  EXPECT_EQ(read("<unk>\t0\n▁t\t-0\nin\t-1\n"), (Words{"<unk>", "▁t", "in"}));
  const WordList numbered = list_of("the 0\nking 1\nqueen 2\n");
  EXPECT_EQ(numbered.words, (Words{"the", "king", "queen"}));
  EXPECT_TRUE(numbered.counts.empty());
  EXPECT_EQ(read("0\tthe\n1\tking\n2\tnew york\n"), (Words{"the", "king", "new york"}));
}

TEST(WordFile, WarnsWhereNumbersMayBelongToTheWords) {
  const WordList some = list_of("windows 95\nnew york\nsan francisco\napollo 11\n");
  EXPECT_EQ(some.words, (Words{"windows 95", "new york", "san francisco", "apollo 11"}));
  EXPECT_NE(some.warning.find("2 of 4 lines end with a number, as 'windows 95' does: the words are "
                              "whole lines"),
            std::string::npos)
      << some.warning;
  const WordList all = list_of("windows 95\napollo 11\ncatch 22\n");
  EXPECT_EQ(all.words.front(), "windows 95");
  EXPECT_NE(all.warning, "");
  EXPECT_EQ(read("windows 98\nwindows 95\nwindows 7\n").front(), "windows 98");
  EXPECT_EQ(list_of("a\nb\nc\nd\nwindows 95\n").warning, "");
  EXPECT_NE(list_of("king\troi\nqueen\treine\n").warning.find("columns with a tab between"),
            std::string::npos);
}

TEST(WordFile, WarnsOfColumnsOfCsv) {
  const WordList classes = list_of("king,royal\nqueen,royal\n\"a,b\",x\nman\n", {}, "w.csv");
  EXPECT_EQ(classes.words.front(), "king,royal");
  EXPECT_NE(classes.warning.find(
                "w.csv: 3 of 4 lines have columns with a comma between: the words are whole lines; "
                "`cut -d, -f1 FILE` prints the first column"),
            std::string::npos)
      << classes.warning;
  EXPECT_NE(
      list_of("king;royal\nqueen;royal\n", {}, "w.csv")
          .warning.find("a semicolon between: the words are whole lines; `cut -d';' -f1 FILE`"),
      std::string::npos);
  // One column, of which a field in quotes may have commas; and lines of text.
  for (const char* text : {"king\nqueen\n", "\"a,b\"\n\"c\"\"d,e\"\n", ",\n;\n"}) {
    EXPECT_EQ(list_of(text, {}, "w.csv").warning, "") << text;
  }
  EXPECT_EQ(list_of("king,royal\nqueen,royal\n").warning, "");
}

TEST(WordFile, TakesJson) {
  EXPECT_EQ(read("[\"the\", \"king\\u00e9\"]\n"), (Words{"the", "king\xc3\xa9"}));
  EXPECT_EQ(read("{\"king\": 1, \"the\": 0}"), (Words{"the", "king"}));
  EXPECT_EQ(read("{\"1\": \"king\", \"0\": \"the\"}"), (Words{"the", "king"}));
  const WordList counted = list_of("{\"the\": 1061396, \"king\": 593}", {2, false});
  EXPECT_EQ(counted.words, (Words{"the", "king"}));
  EXPECT_EQ(counted.counts, (Counts{1061396, 593}));
  EXPECT_EQ(list_of("[[\"the\", 9], [\"of\", 5]]").counts, (Counts{9, 5}));
  EXPECT_EQ(read("{\"model\": {\"vocab\": {\"b\": 1, \"a\": 0}}, \"added_tokens\": "
                 "[{\"id\": 1, \"content\": \"B\"}, {\"id\": 7, \"content\": \"[X]\"}]}"),
            (Words{"a", "B", "[X]"}));
  EXPECT_EQ(read("\"the\"\n\"new york\"\n"), (Words{"the", "new york"}));
  const WordList lines =
      list_of("{\"word\": \"the\", \"count\": 9}\n{\"word\": \"of\", \"count\": 5}\n");
  EXPECT_EQ(lines.words, (Words{"the", "of"}));
  EXPECT_EQ(lines.counts, (Counts{9, 5}));
}

TEST(WordFile, PutsWordsInTheOrderOfTheirRows) {
  for (const char* text : {
           "b 2\na 1\nd 4\nc 3\n",
           "b\t1\na\t0\nd\t3\nc\t2\n",
           R"({"b": 1, "a": 0, "d": 3, "c": 2})",
           R"({"b": 2, "a": 1, "d": 4, "c": 3})",
           R"({"d": 3, "c": 2, "b": 1, "a": 0})",
           R"([["b", 1], ["a", 0], ["d", 3], ["c", 2]])",
           R"([["b", 2], ["a", 1], ["d", 4], ["c", 3]])",
           R"([["a", 1], ["b", 2], ["c", 3], ["d", 4]])",
           "[\"b\", 1]\n[\"a\", 0]\n[\"d\", 3]\n[\"c\", 2]\n",
           R"([{"id": 2, "word": "b"}, {"word": "a", "id": 1}, {"word": "d", "id": 4},
               {"word": "c", "id": 3}])",
           "{\"word\": \"b\", \"index\": 1}\n{\"word\": \"a\", \"index\": 0}\n"
           "{\"word\": \"c\", \"index\": 2}\n{\"word\": \"d\", \"index\": 3}\n",
       }) {
    // Lines with a space are few for an order that is none: whoever has many is certain.
    const bool has_spaces = std::string_view(text).starts_with("b 2");
    const WordList list = list_of(has_spaces ? "word id\n" + std::string(text) : text);
    EXPECT_EQ(list.words, (Words{"a", "b", "c", "d"})) << text;
    EXPECT_TRUE(list.counts.empty()) << text;
    EXPECT_EQ(list.warning, "") << text;
  }
  EXPECT_TRUE(list_of(R"([["b", 1], ["a", 0], ["c", 2]])")
                  .note.ends_with("words.txt: a JSON list of words and their rows"));
  // Entries that have both keep their counts.
  const WordList both = list_of(R"([{"word": "b", "id": 2, "count": 5},
                                    {"word": "a", "id": 1, "count": 9}])");
  EXPECT_EQ(both.words, (Words{"a", "b"}));
  EXPECT_EQ(both.counts, (Counts{9, 5}));
}

TEST(WordFile, KeepsCountsThatAreNearlyRows) {
  // One more, one less, one twice, one from 2.
  for (const char* text :
       {R"([["b", 2], ["a", 1], ["c", 4]])", R"([["b", 1], ["a", 1], ["c", 2]])",
        R"([["b", 3], ["a", 2], ["c", 4]])", R"([["b", 0], ["a", 1], ["c", 3]])"}) {
    const WordList list = list_of(text);
    EXPECT_EQ(list.words, (Words{"b", "a", "c"})) << text;
    EXPECT_EQ(list.counts.size(), 3U) << text;
    EXPECT_EQ(list.warning, "") << text;
  }
  // What an object calls counts are counts.
  EXPECT_EQ(
      list_of(R"([{"word": "b", "n": 1}, {"word": "a", "n": 0}, {"word": "c", "n": 2}])").counts,
      (Counts{1, 0, 2}));
  // Words that have the same row are no rows.
  EXPECT_EQ(list_of(R"({"the": 9, "of": 5, "a": 5})").counts, (Counts{9, 5, 5}));
}

TEST(WordFile, SaysWhichNumbersMayBeRowsOrCounts) {
  struct Case {
    const char* text;
    Words words;
    Counts counts;
    const char* warning;
  };
  for (const auto& [text, words, counts, warning] :
       {Case{
            R"([["b", 1], ["a", 0]])", {"b", "a"}, {1, 0}, "0 to 1, each once: they are taken for"},
        Case{"b\t1\na\t0\n", {"b", "a"}, {1, 0}, "0 to 1, each once: they are taken for counts"},
        Case{R"([["c", 3], ["b", 2], ["a", 1]])",
             {"c", "b", "a"},
             {3, 2, 1},
             "1 to 3, each once: they are taken for counts, since they fall"},
        Case{"c\t3\nb\t2\na\t1\n",
             {"c", "b", "a"},
             {3, 2, 1},
             "1 to 3, each once: they are taken for counts, since they fall"},
        Case{R"({"c": 3, "b": 2, "a": 1})",
             {"a", "b", "c"},
             {},
             "1 to 3, each once: they are taken for rows; if they are counts"},
        Case{R"({"the": 9, "of": 5, "a": 2})",
             {"the", "of", "a"},
             {9, 5, 2},
             "2 to 9, with gaps: they are taken for counts, since they fall"},
        Case{R"({"of": 5, "the": 9, "a": 2})",
             {"a", "of", "the"},
             {},
             "2 to 9, with gaps: they are taken for rows; if they are counts"}}) {
    const WordList list = list_of(text);
    EXPECT_EQ(list.words, words) << text;
    EXPECT_EQ(list.counts, counts) << text;
    EXPECT_NE(list.warning.find(warning), std::string::npos) << text << list.warning;
  }
  const WordList some = list_of(R"([["the", 9], ["of"], ["a", 5]])");
  EXPECT_TRUE(some.counts.empty());
  EXPECT_NE(some.warning.find("1 of 3 words have no count"), std::string::npos) << some.warning;
  // A vocabulary with gaps beside a matrix is that of another program's, and nothing to tell of.
  const WordList gaps = list_of(R"({"of": 5, "the": 3, "a": 1})", {6, false});
  EXPECT_EQ(gaps.words, (Words{"", "a", "", "the", "", "of"}));
  EXPECT_EQ(gaps.warning, "");
  EXPECT_EQ(gaps.without_word, (std::vector<bool>{true, false, true, false, true, false}));
  expect_error(ErrorCode::malformed, "gives 'of' the number 5, but there are 3 rows", [] {
    list_of(R"({"of": 5, "the": 9, "a": 2})", {3, false});
  });
}

TEST(WordFile, TakesNumbersForCountsWhereTheseAreExpected) {
  WordListOptions options;
  options.expected = ListedNumbers::counts;
  const auto expected = [&](const std::string& text) { return list_of(text, options); };
  EXPECT_EQ(expected("catch 22\n").counts, Counts{22});
  EXPECT_EQ(expected(R"({"of": 5, "the": 9})").counts, (Counts{5, 9}));
  EXPECT_EQ(expected(R"({"of": 1, "the": 2})").counts, (Counts{1, 2}));
  const WordList few = expected("b 2\na 3\nc 1\n");
  EXPECT_EQ(few.counts, (Counts{2, 3, 1}));
  EXPECT_NE(few.warning.find("1 to 3, each once: they are taken for counts; if they are rows"),
            std::string::npos)
      << few.warning;
  // No accident: these are rows.
  std::string lines;
  std::string object = "{";
  for (int i = 0; i < 20; ++i) {
    lines += "w" + std::to_string(i) + ' ' + std::to_string(i * 7 % 20) + '\n';
    object += (i == 0 ? "\"w" : ", \"w") + std::to_string(i) + "\": " + std::to_string(i * 7 % 20);
  }
  for (const std::string& text : {lines, object + "}", R"({"a": 0, "b": 1, "c": 2})"s,
                                  R"([["a", 0], ["b", 1], ["c", 2]])"s, "a 0\nb 1\nc 2\n"s}) {
    expect_error(ErrorCode::malformed,
                 "words.txt: has no counts: the numbers beside its words are ",
                 [&] { expected(text); });
  }
  for (const char* text : {"word\tid\nb\t7\na\t9\n",
                           "{\"word\": \"b\", \"id\": 7}\n"
                           "{\"word\": \"a\", \"id\": 9}\n"}) {
    expect_error(ErrorCode::malformed, "are rows (by the name of their column)",
                 [&] { expected(text); });
  }
}

TEST(WordFile, TellsOfGapsWhereCountsAreExpected) {
  WordListOptions options;
  options.expected = ListedNumbers::counts;
  const WordList list = list_of(R"({"a": 0, "b": 1, "c": 3, "d": 4})", options);
  EXPECT_EQ(list.counts, (Counts{0, 1, 3, 4}));
  EXPECT_NE(list.warning.find("are 0 to 4, with gaps: they are taken for counts; if they are rows"),
            std::string::npos)
      << list.warning;
  for (const char* text : {R"({"a": 9, "b": 5, "c": 3})", R"({"a": 5, "b": 900, "c": 3})",
                           R"({"a": 5, "b": 5, "c": 7})", R"({"a": 2, "b": 5})"}) {
    EXPECT_EQ(list_of(text, options).warning, "") << text;
  }
}

TEST(WordFile, TellsOfWordsWhoseCountsAreAdded) {
  WordListOptions options;
  options.expected = ListedNumbers::counts;
  const auto note_of = [&](const std::string& text) { return list_of(text, options).note; };
  EXPECT_EQ(note_of("a 7\nb 5\n").find("more than once"), std::string::npos);
  EXPECT_NE(note_of("a 7\nb 5\na 2\n")
                .find("words.txt: 'a' is there more than once: its counts are "
                      "added"),
            std::string::npos);
  EXPECT_NE(note_of("b 7\na 5\na 2\na 1\nb 2\n")
                .find("2 words are there more than once, the first is 'a': their counts are added"),
            std::string::npos);
  EXPECT_NE(note_of(R"([["a", 50], ["b", 7], ["a", 9]])").find("'a' is there more than once"),
            std::string::npos);
  for (const char* name : {"words.csv", "words.txt"}) {
    for (const char* text :
         {"word,count\na,7\nb,5\na,2\n", "a,7\nb,5\na,2\n", "count,word\n7,a\n5,b\n2,a\n",
          "word;count\na;7\nb;5\na;2\n", "a;7\nb;5\na;2\n", "word\tcount\na\t7\nb\t5\na\t2\n"}) {
      const WordList list = list_of(text, options, name);
      EXPECT_EQ(list.words, (Words{"a", "b", "a"})) << text;
      EXPECT_EQ(list.counts, (Counts{7, 5, 2})) << text;
      EXPECT_NE(list.note.find("'a' is there more than once: its counts are added"),
                std::string::npos)
          << text;
      EXPECT_EQ(list.warning, "") << text;
    }
  }
  const std::string most = "18446744073709551615";
  EXPECT_EQ(list_of("a " + most + "\nb 5\nb 0\n", options).counts[0], UINT64_MAX);
  EXPECT_NO_THROW(list_of("a " + most + "\na 0\n", options));
  expect_error(ErrorCode::malformed, "words.txt: the counts of 'a' add up to more than " + most,
               [&] { list_of("a " + most + "\nb 5\na 1\n", options); });
  // Other lists have their words as they are.
  EXPECT_EQ(list_of("a\nb\na\n").note, "");
}

// Alone on its line, a word is all of it.
TEST(WordFile, BlanksBesideANumberAreNoPartOfAWordThatIsLookedUp) {
  WordListOptions options;
  for (const ListedNumbers expected : {ListedNumbers::counts, ListedNumbers::frequencies}) {
    options.expected = expected;
    for (const char* text : {"king 50 \nnew york  7\t\n", " king\t50\nnew york \t7\n",
                             "king\t50 \r\nnew york\t7\r\n"}) {
      EXPECT_EQ(list_of(text, options).words, (Words{"king", "new york"})) << text;
    }
  }
  options = {};
  options.rows = 3;
  const WordList of_rows = list_of(" the\t9 \nthe\t7\nthe \t5\n", options);
  EXPECT_EQ(of_rows.words, (Words{" the", "the", "the "}));
  EXPECT_EQ(of_rows.counts, (Counts{9, 7, 5}));
}

TEST(WordFile, TakesWhatUniqPrintsWhereCountsAreExpected) {
  WordListOptions options;
  options.expected = ListedNumbers::counts;
  for (const char* text : {"7 king\n5 new york\n", "      7 king\n      5 new york\n"}) {
    const WordList list = list_of(text, options);
    EXPECT_EQ(list.words, (Words{"king", "new york"})) << text;
    EXPECT_EQ(list.counts, (Counts{7, 5})) << text;
  }
  const WordList numbers = list_of("      7 2001\n      5 1984\n", options);
  EXPECT_EQ(numbers.words, (Words{"2001", "1984"}));
  EXPECT_EQ(numbers.counts, (Counts{7, 5}));
}

TEST(WordFile, NamesOfColumnsSayWhatTheNumbersAre) {
  for (const char* text : {"word\tcount\nc\t2\na\t0\nb\t1\n", "Count\tWord\n2\tc\n0\ta\n1\tb\n",
                           "word,freq\nc,2\na,0\nb,1\n"}) {
    const WordList list = list_of(text);
    EXPECT_EQ(list.words, (Words{"c", "a", "b"})) << text;
    EXPECT_EQ(list.counts, (Counts{2, 0, 1})) << text;
    EXPECT_EQ(list.warning, "") << text;
  }
  EXPECT_EQ(list_of("word\tcount\na\t0\nb\t1\nc\t2\n").counts, (Counts{0, 1, 2}));
  for (const char* text : {"token\tid\nb\t1\na\t0\n", "index\tword\n1\tb\n0\ta\n",
                           "index,word\n1,b\n0,a\n", ",word\n1,b\n0,a\n"}) {
    for (const char* name : {"words.txt", "words.csv"}) {
      const WordList list = list_of(text, {2, false}, name);
      EXPECT_EQ(list.words, (Words{"a", "b"})) << text;
      EXPECT_TRUE(list.counts.empty()) << text;
      EXPECT_EQ(list.warning, "") << text;
    }
  }
  // The words of a column "word" may be numbers, those of pandas' index are none.
  EXPECT_EQ(list_of("index,word\n1,7\n0,5\n", {2, false}, "w.csv").words, (Words{"5", "7"}));
  const std::string indexed = "word\tindex\nking\t7\nqueen\t3\nman\t9\n";
  EXPECT_EQ(read(indexed), (Words{"queen", "king", "man"}));
  expect_error(ErrorCode::malformed, "gives 'queen' the number 3, but there are 3 rows", [&] {
    list_of(indexed, {3, false});
  });
  // Of more columns, as many lines as rows are no words of these.
  for (const char* text :
       {"word\tcount\tid\nking\t9\t1\nqueen\t5\t0\n", "word\tpos\tid\nking\tN\t1\nqueen\tN\t0\n"}) {
    expect_error(ErrorCode::malformed,
                 "has 3 columns by its first line, expected words, or words and their rows: `cut "
                 "-f1,3 FILE` prints 'word' and 'id' alone",
                 [&] {
                   list_of(text, {3, false});
                 });
    EXPECT_EQ(read(text).size(), 3U);
  }
  expect_refused("1 of 2 lines have no whole number there", "word,row\na,0\nb,1.5\n", "w.csv");
  expect_refused("gives 'a' and 'b' the same number, 4", "word\trow\na\t4\nb\t4\n");
}

TEST(WordFile, CommasPartWordsAndNumbersWhereAllLinesHaveThem) {
  for (const char* text : {"2,king\n0,the\n1,of\n", "king,2\nthe,0\nof,1\n",
                           "king;2\nthe;0\nof;1\n", "2;king\n0;the\n1;of\n"}) {
    EXPECT_EQ(read(text), (Words{"the", "of", "king"})) << text;
  }
  EXPECT_EQ(list_of("king,20\nthe,90\nof,70\n").counts, (Counts{20, 90, 70}));
  // Numbers, and what only some lines have, are words; of these it is told.
  EXPECT_EQ(read("1,000\n2,000\n3,000\n").front(), "1,000");
  EXPECT_EQ(list_of("1,000\n2,000\n3,000\n").warning, "");
  for (const char* text : {"2,king\n0,the\n", "king;5\nthe;7\n", "king,5\nthe,7\nof,a\n"}) {
    const WordList list = list_of(text);
    EXPECT_EQ(list.words.front(), std::string(text).substr(0, list.words.front().size()));
    EXPECT_NE(list.warning.find("with a number, as "), std::string::npos) << list.warning;
  }
}

TEST(WordFile, GivesRowsTheWordsOfTheirNumbers) {
  for (const char* text :
       {R"({"king": 1, "queen": 2, "cat": 3})", "king\t1\nqueen\t2\ncat\t3\n",
        R"({"1": "king", "2": "queen", "3": "cat"})", R"([["king", 1], ["queen", 2], ["cat", 3]])",
        R"({"model": {"vocab": {"king": 1, "queen": 2, "cat": 3}}})"}) {
    // As many rows: these are counted from 1. One more, as Keras has it: row 0 has no word.
    EXPECT_EQ(list_of(text, {3, false}).words, (Words{"king", "queen", "cat"})) << text;
    const WordList more = list_of(text, {5, false});
    EXPECT_EQ(more.words, (Words{"", "king", "queen", "cat", ""})) << text;
    EXPECT_EQ(more.without_word, (std::vector<bool>{true, false, false, false, true})) << text;
    WordListOptions options;
    options.are_of_rows = true;
    const WordList open = list_of(text, options);
    EXPECT_EQ(open.words, (Words{"", "king", "queen", "cat"})) << text;
    EXPECT_TRUE(open.are_numbered) << text;
    EXPECT_EQ(read(text), (Words{"king", "queen", "cat"})) << text;
  }
  const WordList empty = list_of(R"({"": 0, "a": 1, "b": 2})", {3, false});
  EXPECT_EQ(empty.words, (Words{"", "a", "b"}));
  EXPECT_EQ(empty.without_word, (std::vector<bool>{false, false, false}));
  WordListOptions options;
  options.are_of_rows = true;
  expect_error(ErrorCode::malformed, "gives 'b' the number 90000000, but has 2 words",
               [&] { list_of(R"({"0": "a", "90000000": "b"})", options); });
}

TEST(WordFile, WordsMayLookLikeJson) {
  EXPECT_EQ(read("[PAD]\n[UNK]\n{\n}\n\"\n"), (Words{"[PAD]", "[UNK]", "{", "}", "\""}));
  EXPECT_EQ(read("[\n\"\n,\n"), (Words{"[", "\"", ","}));
  EXPECT_EQ(read("\"the\"\n"), Words{"\"the\""});
}

TEST(WordFile, RefusesJsonOfAnotherShape) {
  expect_refused("is JSON with a list for 'the', expected a list of words",
                 "{\"the\": [0.1, 0.2]}");
  expect_refused("is JSON with a number as entry 2 of the list", "[\"the\", 5]");
  expect_refused("is JSON with the text 'x' for 'b'", "{\"a\": 1, \"b\": \"x\"}");
  expect_refused("is JSON without words", "[]", "words.json");
  expect_refused("is not valid JSON", "[\"the\", \"king\"");
  expect_error(ErrorCode::malformed, "gives 'b' the number 7, but there are 2 rows", [] {
    list_of("{\"0\": \"a\", \"7\": \"b\"}", {2, false});
  });
  expect_error(ErrorCode::malformed, "gives 'a' and 'b' the same number, 0", [] {
    list_of("{\"a\": 0, \"b\": 0}", {2, false});
  });
  expect_refused("nested too deeply", std::string(100, '[') + "\"a\"", "words.json");
}

TEST(WordFile, TakesNumPyArraysOfStrings) {
  EXPECT_EQ(read(npy("|S4", "(2,)", "the\0king"s)), (Words{"the", "king"}));
  EXPECT_EQ(read(npy("<U2", "(2, 1)", "a\0\0\0\0\0\0\0\xe9\0\0\0\x2c\x67\0\0"s)),
            (Words{"a", "\xc3\xa9\xe6\x9c\xac"}));
  EXPECT_EQ(read(npy(">U1", "(2,)", "\0\0\0a\0\x01\xf4\x51"s)), (Words{"a", "\xf0\x9f\x91\x91"}));
  expect_refused("is a NumPy array of Python objects, which is a pickle",
                 npy("|O", "(2,)", "\x80\x02"));
  expect_refused("is a NumPy array of the type '<f4', expected words",
                 npy("<f4", "(2,)", "12345678"));
  expect_refused("ends in its word 2 of 2", npy("|S4", "(2,)", "the\0kin"s));
  expect_refused("found more bytes", npy("|S4", "(1,)", "the\0k"s));
  expect_refused("the shape (2, 2)", npy("|S1", "(2, 2)", "abcd"));
  expect_refused("expected strings of at most", npy("|S99999999999999999999", "(2,)", ""));
  expect_refused("have no bytes", npy("|S0", "(4000000000,)", ""));
  expect_refused("more than 4294967294 words", npy("|S1", "(4294967296, 4294967296)", ""));
  expect_refused("found the code point 0x110000", npy("<U1", "(1,)", "\0\0\x11\0"s));
}

TEST(WordFile, RefusesSeveralNumbersWhereOneIsExpected) {
  const auto expect_refused_as = [](ListedNumbers expected, const std::string& what,
                                    const std::string& text) {
    WordListOptions options;
    options.expected = expected;
    expect_error(ErrorCode::malformed, what, [&] { list_of(text, options); });
  };
  const std::string several = "words.txt: has lines of a word and several numbers, as '";
  const std::string first =
      "', expected a word and its count or frequency, as \"the 1061396\": `cut ";
  const std::string rest = " FILE` prints each word and its first number";
  for (const auto expected : {ListedNumbers::counts, ListedNumbers::frequencies}) {
    expect_refused_as(expected, several + "king 9000 800 3.1" + first + "-d' ' -f1,2" + rest,
                      "the 1501908 8388 6.1766\nking 9000 800 3.1\n");
    expect_refused_as(expected, several + "the 15 8" + first + "-d' ' -f1,2" + rest,
                      "the 15 8\nking 9 7\n");
    expect_refused_as(expected, first + "-f1,2" + rest, "the\t15\t8\nking\t9\t7\n");
    expect_refused_as(expected, "these are word vectors, expected a word and its count",
                      "the 0.1 0.2 -3\nking -0.1 0.2 0.3\n");
  }
  expect_refused_as(ListedNumbers::counts, several, "word\tcount\tdocs\nthe\t9\t8\nof\t7\t6\n");
  expect_refused_as(ListedNumbers::counts, "these are word vectors", "a 0.1 0.2 3\nb 0.1 0.2 3\n");
  expect_refused_as(ListedNumbers::frequencies, several, "a 0.1 0.2 3\nb 0.1 0.2 3\n");
}

TEST(WordFile, NamesOtherKinds) {
  // python3 -c 'import pickle, sys; sys.stdout.buffer.write(pickle.dumps(["the"], PROTOCOL))'
  for (const std::string& pickle : {"(lp0\nVthe\np1\na."s, "]q\0X\x03\0\0\0theq\x01"s + "a."s,
                                    "\x80\x02]q\0X\x03\0\0\0theq\x01"s,
                                    "\x80\x04\x95\x0b\0\0\0\0\0\0\0"s, "(dp0\nVthe\np1\nI1\ns."s}) {
    expect_refused("is a Python pickle", pickle);
  }
  expect_refused("is the model of a SentencePiece tokenizer",
                 "\n\x0e\n\x05<unk>\x15\0\0\0\0\x18\x02\n\x0c"s);
  expect_refused("is UTF-16 text, expected UTF-8: `iconv -f UTF-16 -t UTF-8`",
                 "\xff\xfet\0h\0e\0\n\0"s);
  expect_refused("`iconv -f UTF-16LE -t UTF-8`", "t\0h\0e\0\n\0"s);
  expect_refused("is a file of word vectors (word2vec-bin)", "1 1\nthe \0\0\x80\x3f\n"s);
  expect_refused("has lines of a word and 3 values: these are word vectors",
                 "the 0.1 0.2 0.3\nof 0.3 0.2 0.1\n");
  expect_refused("is the list of merges of a byte-pair encoding", "#version: 0.2\nt h\nth e\n");
  expect_refused("found bytes that no text has", "a\1\2\3\4\5\6\7"s);
}

}  // namespace
}  // namespace wordvec::word_file_test
