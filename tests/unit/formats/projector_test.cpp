#include "wordvec/formats/projector.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/input.h"
#include "wordvec/formats/projector_metadata.h"

namespace wordvec::projector_test {
namespace {

using test::expect_error;
using test::RecordingSink;
using test::Rows;
using test::TempFolder;
using Words = std::vector<std::string>;
using Values = std::vector<float>;
using Counts = std::vector<std::uint64_t>;

struct Reading {
  Rows rows;
  ReadReport report;
};

Reading read(std::string_view bytes, const Words& words, const ReadOptions& options = {}) {
  ByteSource source = ByteSource::from_memory("file", bytes);
  RecordingSink sink;
  Reading reading;
  reading.report = read_projector(source, words, "labels", options, sink);
  reading.rows = std::move(sink.rows);
  return reading;
}

Words metadata(std::string_view bytes) {
  return parse_projector_metadata(bytes, "labels").words;
}

TEST(Projector, ReadsValuesWithOrWithoutAFinalLineEnd) {
  for (const char* text : {"1\t-2.5\n3e2\t.5\n", "1\t-2.5\r\n3e2\t.5\r\n", "1\t-2.5\n3e2\t.5"}) {
    const Reading reading = read(text, {"a", "b c"});
    EXPECT_EQ(reading.rows.words, (Words{"a", "b c"}));
    EXPECT_EQ(reading.rows.vectors, (Values{1, -2.5F, 300, 0.5F}));
    EXPECT_TRUE(reading.report.read_to_end);
  }
  EXPECT_EQ(read("7\n8\n", {"a", "b"}).rows.vectors, (Values{7, 8}));
  EXPECT_EQ(read(" 1\t 2 \n+3\t\t4\t\n", {"a", "b"}).rows.vectors, (Values{1, 2, 3, 4}));
}

TEST(Projector, ReadsOnManyThreadsInOrder) {
  const Rows rows = test::random_rows(20'000, 7, 1);
  std::string text;
  for (std::size_t i = 0; i < rows.vectors.size(); ++i) {
    char number[32];
    std::snprintf(number, sizeof number, "%.9g%c", static_cast<double>(rows.vectors[i]),
                  i % 7 == 6 ? '\n' : '\t');
    text += number;
  }
  for (const unsigned threads : {1U, 4U}) {
    ReadOptions options;
    options.threads = threads;
    EXPECT_TRUE(read(text, rows.words, options).rows == rows);
  }
}

TEST(Projector, RefusesAnotherNumberOfWords) {
  expect_error(ErrorCode::malformed, "file:3: there are more rows than words: labels has 2", [] {
    read("1\n2\n3\n", {"a", "b"});
  });
  expect_error(ErrorCode::malformed, "file: has 2 rows, but there are 3 words in labels", [] {
    read("1\n2\n", {"a", "b", "c"});
  });
  expect_error(ErrorCode::malformed, "is empty", [] { read("", {}); });
  expect_error(ErrorCode::malformed,
               "file: has 2 rows, but there are 3 words in labels, of which the first, 'Word', may "
               "be the name of the column: `tail -n +2 labels > FILE` leaves it out",
               [] {
                 read("1\n2\n", {"Word", "b", "c"});
               });
  for (const Words& words : {Words{"word", "b", "c", "d"}, Words{"a", "word", "c"}}) {
    try {
      read("1\n2\n", words);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.message().find("tail"), std::string::npos) << error.message();
    }
  }
}

TEST(Projector, ReportsBadRowsByTheirLines) {
  const Words words = {"a", "b", "c", "d", "e"};
  const std::string text = "1\t2\n3\t4\t5\nx\t1\n\n6\t7\n";
  expect_error(ErrorCode::malformed, "file:2: found 3 values, expected 2 (as on line 1)",
               [&] { read(text, words); });
  ReadOptions options;
  options.skip_bad = true;
  const Reading reading = read(text, words, options);
  EXPECT_EQ(reading.rows.words, (Words{"a", "e"}));
  EXPECT_EQ(reading.rows.vectors, (Values{1, 2, 6, 7}));
  EXPECT_EQ(reading.report.bad_rows, 3U);
  EXPECT_EQ(reading.report.bad_examples,
            (Words{"line 2: found 3 values, expected 2 (as on line 1)",
                   "line 3: value 1 is 'x', expected a number", "line 4: the line is empty"}));
  expect_error(ErrorCode::malformed, "file:1: value 1 is '1e39', expected a finite number",
               [] { read("1e39\t1\n", {"a"}); });
  options.strict_utf8 = true;
  EXPECT_EQ(read("1\n2\n", {"\xff", "b"}, options).rows.words, Words{"b"});
}

TEST(Projector, TakesNothingFromBlankLinesAtTheEnd) {
  for (const char* text : {"1\t2\n3\t4\n\n", "1\t2\n3\t4\n \r\n\t\n\n"}) {
    const Reading reading = read(text, {"a", "b"});
    EXPECT_EQ(reading.rows.vectors, (Values{1, 2, 3, 4}));
    EXPECT_EQ(reading.report.bad_rows, 0U);
    EXPECT_EQ(read(text, {"a", "b", " ", ""}).rows.words, (Words{"a", "b"}));
  }
  const std::string blank(600'000, '\n');
  EXPECT_EQ(read("1\n2\n" + blank, {"a", "b"}).rows.words, (Words{"a", "b"}));
  expect_error(ErrorCode::malformed, "file:3: there are more rows than words", [&] {
    read("1\n2\n" + blank + "3\n", {"a", "b"});
  });
  expect_error(ErrorCode::malformed, "file:3: the line is empty (`convert` with --skip-bad",
               [&] { read("1\n2\n" + blank + "3\n", Words(700'000, "w")); });
  EXPECT_EQ(metadata("a\nb\n\n \n"), (Words{"a", "b"}));
  EXPECT_EQ(metadata("n\tword\n1\ta\n\t\n"), Words{"a"});
}

TEST(Projector, OffersToSkipBadRowsWhereOneIsGood) {
  const std::string none =
      expect_error(ErrorCode::malformed,
                   "file:1: value 2 is 'x', expected a number; no row of the file is good", [] {
                     read("1\tx\n3\ty\n", {"a", "b"});
                   });
  EXPECT_EQ(none.find("--skip-bad"), std::string::npos) << none;
  expect_error(ErrorCode::malformed, "file:1: value 2 is 'x', expected a number (`convert` with",
               [] {
                 read("1\tx\n3\t4\n", {"a", "b"});
               });
}

TEST(Projector, TakesTheDimensionFromTheLinesThatAgree) {
  expect_error(ErrorCode::malformed, "file:1: found 3 values, expected 2 (as on line 2)", [] {
    read("1\t2\t3\n4\t5\n6\t7\n", {"a", "b", "c"});
  });
}

TEST(Projector, EndsCleanlyWhereverItIsTruncated) {
  const std::string whole = "1\t2\n3\t4\n";
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
    expect_error(ErrorCode::malformed, "file", [&] {
      read(std::string_view(whole).substr(0, size), {"a", "b"});
    });
  }
}

TEST(Projector, IsRecognisedByItsNameOrByTheLabelsBesideIt) {
  const auto detected = [](const std::string& path) {
    ByteSource source = ByteSource::open(path);
    const Format* const format = detect_format(source);
    return format == nullptr ? "none" : std::string(format->name);
  };
  const TempFolder folder;
  const std::string vectors = folder.write("vectors", "1\t2\n3\t4\n");
  const std::string other = folder.write("x", "1\t2\n3\t4\n");
  const std::string tensor = folder.write("y_tensor", "1\t2\n3\t4\n");
  EXPECT_EQ(detected(vectors), "values");
  folder.write("y_metadata.tsv", "a\nb\n");
  EXPECT_EQ(detected(tensor), "projector");
  EXPECT_EQ(detected(other), "values");
  folder.write("x.metadata.tsv", "a\nb\n");
  EXPECT_EQ(detected(other), "projector");
  EXPECT_EQ(detected(vectors), "values");
  // Without labels, reading it says what is missing.
  EXPECT_EQ(detected(folder.write("z.tsv", "1\t2\n3\t4\n")), "projector");
  EXPECT_NE(detected(folder.write("z_metadata.tsv", "1\t2\n3\t4\n")), "projector");
  const std::string labels = folder.write("metadata.tsv", "1\t2\n");
  EXPECT_EQ(detected(vectors), "projector");
  EXPECT_NE(detected(labels), "projector");
  EXPECT_EQ(detected(folder.write("one.tsv", "1.5\n-2\n")), "projector");
  EXPECT_NE(detected(folder.write("one.txt", "1.5\n-2\n")), "projector");
  EXPECT_EQ(detected(folder.write("words.tsv", "the\t1\t2\n")), "glove");
  // A fault in the first line, with labels beside; without these, words may be numbers.
  const std::string faulty = folder.write("f.tsv", "x\t1\t2\n1\t2\t3\n3\t4\t5\n");
  EXPECT_EQ(detected(folder.write("g.tsv", "x\t1\t2\n1\t2\t3\nb\t4\t5\n")), "glove");
  folder.write("f.metadata.tsv", "a\nb\nc\n");
  EXPECT_EQ(detected(faulty), "projector");
  EXPECT_EQ(detected(folder.write("spaces.tsv", "1 2\t3\n")), "values");
  expect_error(ErrorCode::usage, "--vocab", [] {
    ByteSource source = ByteSource::from_memory("file", "1\t2\n");
    RecordingSink sink;
    kProjector.read(source, {}, sink);
  });
}

TEST(Projector, ReadsItsFilesWithoutAByteOrderMark) {
  const TempFolder folder;
  folder.write("metadata.tsv", "\xef\xbb\xbfking\nqueen\n");
  ByteSource source = open_input(folder.write("vectors.tsv",
                                              "\xef\xbb\xbf"
                                              "1\n2\n"),
                                 "");
  RecordingSink sink;
  kProjector.read(source, {}, sink);
  EXPECT_EQ(sink.rows.words, (Words{"king", "queen"}));
}

TEST(ProjectorMetadata, HasAHeaderWhereItHasColumns) {
  EXPECT_EQ(metadata("word\nking\n"), (Words{"word", "king"}));
  EXPECT_EQ(metadata("word\tcount\nking\t7\nqueen\t\n"), (Words{"king", "queen"}));
  EXPECT_EQ(metadata("count\tWord\r\n7\tking\r\n"), Words{"king"});
  EXPECT_EQ(metadata("count\tLabel\tword\n7\tx\tking\n"), Words{"king"});
  EXPECT_EQ(metadata("id\tlabel\n7\tx"), Words{"x"});
  EXPECT_EQ(metadata("name\tcount\nking\t7\n"), Words{"king"});
  EXPECT_EQ(metadata(""), Words{});
}

// As pandas writes them, with the numbers of the rows in front.
TEST(ProjectorMetadata, FindsTheColumnOfWordsByItsNameOrWhatItHolds) {
  const auto check = [](std::string_view bytes, const Words& words, const std::string& note) {
    const WordList list = parse_projector_metadata(bytes, "labels");
    EXPECT_EQ(list.words, words) << bytes;
    EXPECT_EQ(list.note, note) << bytes;
  };
  const Words words{"king", "queen"};
  check("index\ttoken\n0\tking\n1\tqueen\n", words, "");
  check("id\tname\tcount\n0\tking\t7\n1\tqueen\t5\n", words,
        "labels: the column 'count' says how often each word occurred");
  check("id\tTerm\tpos\n0\tking\tNN\n1\tqueen\tNN\n", words, "");
  check("\tword\n0\tking\n1\tqueen\n", words, "");
  // Labels of clusters.
  check("label\ttoken\n3\tking\n3\tqueen\n", words,
        "labels: the words are those of the column 'token'");
  check("label\tvocab\nroyal\tking\nroyal\tqueen\n", words,
        "labels: the words are those of the column 'vocab'");
  check("Vocabulary\tLabel\nking\troyal\nqueen\troyal\n", words,
        "labels: the words are those of the column 'Vocabulary'");
  check("label\tword\nroyal\tking\nroyal\tqueen\n", words, "");
  check("\tvocab\n0\tking\n1\tqueen\n", words, "");
  check("\tlexeme\n0\tking\n1\tqueen\n", words,
        "labels: the words are those of the column 'lexeme'");
  check("count\tlemma\n7\tking\n5\tqueen\n", words,
        "labels: the words are those of the column 'lemma'; labels: the column 'count' says how "
        "often each word occurred");
  // One that is no number makes it a column of words.
  check("lemma\tpos\n7\tCD\nking\tNN\n", {"7", "king"}, "");
  check("word\tpos\n7\tCD\n8\tCD\n", {"7", "8"},
        "labels: the words are those of the column 'word'");
  check("row\tcluster\n7\t1\n8\t2\n", {"7", "8"},
        "labels: the words are those of the column 'row'");
}

TEST(ProjectorMetadata, WarnsOfNumbersBesideWords) {
  const auto warning_of = [](std::string_view bytes) {
    return parse_projector_metadata(bytes, "labels").warning;
  };
  EXPECT_EQ(metadata("king 5\nqueen 6\n"), (Words{"king 5", "queen 6"}));
  EXPECT_EQ(
      warning_of("king 5\nqueen 6\n"),
      "labels: 2 of 2 lines end with a number, as 'king 5' does: the words are whole lines; if "
      "the number is no part of the word, `cut -d' ' -f1 FILE` prints the words alone");
  EXPECT_EQ(
      warning_of("5 king\n6 queen\n"),
      "labels: 2 of 2 lines begin with a number, as '5 king' does: the words are whole lines; "
      "if the number is no part of the word, `cut -d' ' -f2- FILE` prints the words alone");
  EXPECT_EQ(warning_of("king\nqueen\nman\nwoman\narea 51\n"), "");
  EXPECT_EQ(warning_of("5 king\nqueen\n"), "");
  EXPECT_EQ(warning_of("1\n2\n"), "");
  EXPECT_EQ(warning_of("word\tpos\nking 5\tNN\nqueen 6\tNN\n"), "");
}

TEST(ProjectorMetadata, WarnsOfRowsInAnotherOrderThanTheLines) {
  const auto warning_of = [](std::string_view bytes) {
    const WordList list = parse_projector_metadata(bytes, "labels");
    EXPECT_EQ(list.words, (Words{"king", "queen", "man"})) << bytes;
    return list.warning;
  };
  EXPECT_EQ(warning_of("word\tindex\nking\t2\nqueen\t1\nman\t0\n"),
            "labels: the column 'index' numbers the words 0 to 2 in another order than the lines, "
            "which are taken for the rows, as the projector does; if the numbers are the rows, "
            "`--vocab labels` takes these");
  EXPECT_NE(warning_of("pos\tID\tword\nN\t2\tking\nN\t3\tqueen\nN\t1\tman\n")
                .find("the column 'ID' numbers the words 1 to 3"),
            std::string::npos);
  EXPECT_NE(warning_of("\tword\n2\tking\n1\tqueen\n0\tman\n").find("the column '' numbers"),
            std::string::npos);
  // In the order of the lines; no rows of three words; no rows by their names.
  EXPECT_EQ(warning_of("word\tindex\nking\t0\nqueen\t1\nman\t2\n"), "");
  EXPECT_EQ(warning_of("word\tid\nking\t1\nqueen\t2\nman\t3\n"), "");
  EXPECT_EQ(warning_of("word\tid\nking\t77\nqueen\t12\nman\t1\n"), "");
  EXPECT_EQ(warning_of("word\tid\nking\t2\nqueen\t1\nman\tx\n"), "");
  EXPECT_EQ(warning_of("word\trank\nking\t2\nqueen\t1\nman\t0\n"), "");
}

TEST(ProjectorMetadata, PutsWordsAtTheRowsOfAColumnWhereAsked) {
  const auto list_of = [](std::string_view bytes) {
    return parse_projector_metadata(bytes, "labels", LabelOrder::named_rows);
  };
  const WordList list = list_of("word\tindex\tcount\nking\t2\t9\nqueen\t1\t5\nman\t0\t3\n");
  EXPECT_EQ(list.words, (Words{"man", "queen", "king"}));
  EXPECT_EQ(list.counts, (Counts{3, 5, 9}));
  EXPECT_TRUE(list.are_numbered);
  EXPECT_EQ(list.warning, "");
  EXPECT_EQ(list.note,
            "labels: the column 'count' says how often each word occurred; labels: the column "
            "'index' has the row of each word");
  EXPECT_EQ(list_of("\tword\tpos\n1\tking\tN\n0\tqueen\tN\n").words, (Words{"queen", "king"}));
  EXPECT_EQ(list_of("index\tlemma\trow\n1\tking\t1\n0\tqueen\t0\n").words,
            (Words{"queen", "king"}));
  EXPECT_EQ(list_of("word\tid\tpos\nking\tQ1\tN\nqueen\tQ2\tN\n").words, (Words{"king", "queen"}));
  const auto expect_refused = [&](const std::string& what, std::string_view bytes) {
    expect_error(ErrorCode::malformed, what, [&] { list_of(bytes); });
  };
  expect_refused(
      "labels: has two columns of rows by their names, 'id' and 'row', which differ, expected one: "
      "`cut -f2,3 FILE` prints the words and the second alone",
      "id\tword\trow\n1\tking\t1\n0\tqueen\t2\n");
  expect_refused(
      "has a column of rows by its name, 'id', but 1 of 2 lines have no whole number there; if the "
      "words are in the order of the rows, `tail -n +2 FILE | cut -f2` prints them alone",
      "id\tword\tpos\n1\tking\tN\nx\tqueen\tN\n");
  expect_refused("'id', but two words have the same number there",
                 "id\tword\tpos\n1\tking\tN\n1\tqueen\tN\n");
}

TEST(ProjectorMetadata, HasTheCountsOfAColumnThatSaysSo) {
  const WordList list =
      parse_projector_metadata("n\tword\tcount\n9\ta\\tb\t7\n8\tc\t5\n", "labels");
  EXPECT_EQ(list.words, (Words{"a\tb", "c"}));
  EXPECT_EQ(list.counts, (Counts{9, 8}));
  EXPECT_EQ(list.note, "labels: the column 'n' says how often each word occurred");
  const WordList without = parse_projector_metadata("word\tFreq\na\t7\nb\t0.5\nc\t\n", "labels");
  EXPECT_EQ(without.words, (Words{"a", "b", "c"}));
  EXPECT_TRUE(without.counts.empty());
  EXPECT_EQ(without.note,
            "labels: the column 'Freq' is passed over: line 3 has no whole number there");
  EXPECT_EQ(parse_projector_metadata("word\tpos\na\tNN\n", "labels").note, "");
}

TEST(Projector, HasTheCountsOfItsWords) {
  const TempFolder folder;
  const auto counts_of = [&](const std::string& words, bool named) {
    const std::string path = folder.write("x.tsv", "1\t2\n3\t4\n5\t6\n");
    ReadOptions options;
    const std::string list = folder.write(named ? "list" : "x.metadata.tsv", words);
    if (named) options.vocab = list;
    ByteSource source = ByteSource::open(path);
    RecordingSink sink;
    const ReadReport report = kProjector.read(source, options, sink);
    EXPECT_EQ(sink.rows.words, (Words{"a", "b", "c"})) << words;
    EXPECT_NE(report.words_note, "") << words;
    return sink.rows.counts;
  };
  for (const bool named : {false, true}) {
    EXPECT_EQ(counts_of("word\tcount\na\t9\nb\t9\nc\t5\n", named), (Counts{9, 9, 5}));
    EXPECT_EQ(counts_of("count\tpos\tword\n9\tX\ta\n8\tX\tb\n5\tY\tc\n", named), (Counts{9, 8, 5}));
  }
  // Lists of words of other programs.
  EXPECT_EQ(counts_of("a 9\nb 8\nc 5\n", true), (Counts{9, 8, 5}));
  EXPECT_EQ(counts_of("a\t9\nb\t8\nc\t5\n", true), (Counts{9, 8, 5}));
  EXPECT_EQ(counts_of("[[\"a\", 90], [\"b\", 8], [\"c\", 5]]", true), (Counts{90, 8, 5}));
}

TEST(Projector, PassesOverTheCountsOfBadRows) {
  ByteSource source = ByteSource::from_memory("file", "1\nx\n3\n");
  RecordingSink sink;
  ReadOptions options;
  options.skip_bad = true;
  read_projector(source, Words{"a", "b", "c"}, "labels", options, sink, Counts{9, 8, 5});
  EXPECT_EQ(sink.rows.words, (Words{"a", "c"}));
  EXPECT_EQ(sink.rows.counts, (Counts{9, 5}));
}

TEST(ProjectorMetadata, RefusesBlankLines) {
  expect_error(ErrorCode::malformed, "labels:2: the line is empty", [] { metadata("a\n\nb\n"); });
  for (const char* blank : {" ", "\xc2\xa0", "\xef\xbb\xbf", " \xe3\x80\x80 ", "\v"}) {
    expect_error(ErrorCode::malformed, "labels:1: the line has no word",
                 [&] { metadata(std::string(blank) + "\nb\n"); });
  }
  expect_error(ErrorCode::malformed, "labels:2: the line has no word",
               [] { metadata("count\tword\n7\n"); });
  expect_error(ErrorCode::malformed, "the word has 65537 bytes",
               [] { metadata(std::string(65537, 'w')); });
}

TEST(ProjectorMetadata, UndoesEscapesOnlyWhereAllAre) {
  EXPECT_EQ(metadata("a\na\\tb\n\\x20\nc\\\\d\\n\n"), (Words{"a", "a\tb", " ", "c\\d\n"}));
  EXPECT_EQ(metadata("a\\tb\n\\\n"), (Words{"a\\tb", "\\"}));
  EXPECT_EQ(metadata("\\\na\\tb\n"), (Words{"\\", "a\\tb"}));
  EXPECT_EQ(metadata("\\x2\n"), Words{"\\x2"});
  EXPECT_EQ(metadata("\\x2G\n"), Words{"\\x2G"});
}

TEST(ProjectorMetadata, WritesWordsThatALineCannotHold) {
  std::string lines;
  for (const char* word : {"king", "a\tb", "\n", "\\n", " ", "\xc2\xa0", "a "}) {
    append_projector_label(lines, word, false);
  }
  EXPECT_EQ(lines, "king\na\\tb\n\\x0a\n\\\\n\n\\x20\n\\xc2\\xa0\na \n");
  expect_error(ErrorCode::usage, "empty", [&] { append_projector_label(lines, "", false); });
}

}  // namespace
}  // namespace wordvec::projector_test
