#include "wordvec/formats/text_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "wordvec/base/error.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec::text_rows_test {
namespace {

using test::expect_error;
using test::read_bytes;
using test::Reading;
using test::Rows;
using test::Through;
using Words = std::vector<std::string>;
using Values = std::vector<float>;

TEST(FirstLine, EndsAtLfOrCrLf) {
  const auto expect = [](std::string_view bytes, std::string_view text, std::size_t size) {
    EXPECT_EQ(first_line(bytes).text, text);
    EXPECT_EQ(first_line(bytes).size_bytes, size);
  };
  expect("ab\ncd\n", "ab", 3);
  expect("ab\r\ncd", "ab", 4);
  expect("ab", "ab", 2);
  expect("ab\r", "ab", 3);
  expect("\n\n", "", 1);
  expect("a\rb\n", "a\rb", 4);
  expect("a\r\r\n", "a\r", 4);
}

TEST(Fields, StandBetweenSpacesAndTabsOnly) {
  EXPECT_EQ(count_fields(""), 0U);
  EXPECT_EQ(count_fields(" \t "), 0U);
  EXPECT_EQ(count_fields("a"), 1U);
  EXPECT_EQ(count_fields(" a  b\tc "), 3U);
  EXPECT_EQ(count_fields("a\xc2\xa0"
                         "b\xc2\x85\v\f\r\n"),
            1U);
  EXPECT_EQ(last_field("a b \t"), "b");
  EXPECT_EQ(last_field("a"), "a");
  EXPECT_EQ(last_field("  "), "");
  EXPECT_EQ(last_field(""), "");
}

TEST(IsNumber, TakesDecimalNumbersOnly) {
  for (const char* field : {"1", "-1", "+1", "0.5", ".5", "5.", "1e5", "1E-5", "1e+5", "-0",
                            "00012", "1e999", "1e-999", "nan", "inf", "-inf"}) {
    EXPECT_TRUE(is_number(field)) << field;
  }
  for (const char* field : {"", "+", "-", ".", "e5", "1e", "1e+", "0x10", "1,5", "1.5.2", "--1",
                            "+-1", "-+1", "++1", "1a", " 1", "1 ", "½", "1\xc2\xa0"}) {
    EXPECT_FALSE(is_number(field)) << field;
  }
}

struct Row3 {
  std::optional<std::string> word;
  Values values;
  std::string problem;
};

Row3 parse(std::string_view line, std::size_t dim) {
  Row3 row;
  row.values.resize(dim);
  const std::string copy(line);  // a view that ends where its memory ends
  const std::vector<char> exact(copy.begin(), copy.end());
  const auto word =
      parse_text_row({exact.data(), exact.size()}, dim, row.values.data(), row.problem);
  if (word) row.word = std::string(*word);
  return row;
}

void expect_row(std::string_view line, std::string_view word, const Values& values) {
  const Row3 row = parse(line, values.size());
  ASSERT_TRUE(row.word) << line << ": " << row.problem;
  EXPECT_EQ(*row.word, word);
  EXPECT_EQ(row.values, values) << line;
}

void expect_bad_row(std::string_view line, std::size_t dim, std::string_view problem) {
  const Row3 row = parse(line, dim);
  EXPECT_FALSE(row.word) << line << ": " << *row.word;
  EXPECT_NE(row.problem.find(problem), std::string::npos)
      << line << "\nmessage: " << row.problem << "\nexpected: " << problem;
}

TEST(TextRow, IsAWordAndValues) {
  expect_row("king 1 -2.5", "king", {1, -2.5F});
  expect_row("king 1", "king", {1});
  expect_row("k 0 0 0", "k", {0, 0, 0});
  expect_row(", 0.5 .5 5.", ",", {0.5F, 0.5F, 5});
  expect_row("1 2 3", "1", {2, 3});
  expect_row("1.5 2.5 3.5", "1.5", {2.5F, 3.5F});
}

TEST(TextRow, SeparatesByAnyRunOfSpacesAndTabs) {
  expect_row("king\t1\t2", "king", {1, 2});
  expect_row("king  1 \t 2  ", "king", {1, 2});
  expect_row("king 1 2 ", "king", {1, 2});
  expect_row("king 1 2\t", "king", {1, 2});
}

TEST(TextRow, LeavesSpacesBeforeTheWordOut) {
  expect_row(" king 1 2", "king", {1, 2});
  expect_row(" \tnew york 1 2", "new york", {1, 2});
}

TEST(TextRow, MayHaveAWordWithSpaces) {
  expect_row(". . . 0.1 0.2", ". . .", {0.1F, 0.2F});
  expect_row("at name@domain.com 0.1 0.2", "at name@domain.com", {0.1F, 0.2F});
  expect_row("new york 1 2", "new york", {1, 2});
  expect_row("two  spaces 1 2", "two  spaces", {1, 2});
  expect_row("a\tb 1 2 ", "a\tb", {1, 2});
  expect_row("area 51 0.5 2", "area 51", {0.5F, 2});
}

TEST(TextRow, KeepsUnicodeSpacesInWords) {
  expect_row(
      "a\xc2\xa0"
      "b 1 2",
      "a\xc2\xa0"
      "b",
      {1, 2});
  expect_row("\xc2\x85 1 2", "\xc2\x85", {1, 2});
  expect_row("\xe3\x80\x80 1 2", "\xe3\x80\x80", {1, 2});
  expect_row("a\v\f\rb 1 2", "a\v\f\rb", {1, 2});
  expect_row("\xff\xfe 1 2", "\xff\xfe", {1, 2});
}

TEST(TextRow, IsBadWhenItIsShort) {
  expect_bad_row("king 1", 2, "found 1 value, expected 2 (as on line 1)");
  expect_bad_row("king 1:0.5 9:0.02", 9, "value 1 is '1:0.5', expected a number");
  expect_bad_row("king 0.5 9:0.02", 9, "value 2 is '9:0.02', expected a number");
  expect_bad_row("king x", 2, "value 1 is 'x', expected a number");
  expect_bad_row("king 1 2", 4, "found 2 values, expected 4 (as on line 1)");
  expect_bad_row("king", 2, "found 0 values, expected 2");
  expect_bad_row("king ", 2, "found 0 values, expected 2");
  expect_bad_row("a b c d", 3, "value 1 is 'b', expected a number");
}

TEST(TextRow, IsBadWhenItIsLong) {
  expect_bad_row("king 1.5 2.5 3.5", 2, "found 3 values, expected 2");
  expect_bad_row("king 1 2 3", 2, "found 3 values, expected 2");
  expect_bad_row("king 1e3 2.5 3.5", 2, "found 3 values, expected 2");
  // Two rows without a line end between them.
  expect_bad_row("king 0.1 0.2 queen 0.3 0.4", 2, "found 5 values, expected 2");
  expect_bad_row("king 0.1 0.2queen 0.3 0.4", 2, "expected 2");
  expect_bad_row("king 1 2 queen 3 4", 2, "found 5 values, expected 2");
}

TEST(TextRow, IsBadWhenItIsBlank) {
  expect_bad_row("", 2, "the line is empty");
  expect_bad_row("   ", 2, "the line is empty");
  expect_bad_row("\t", 1, "the line is empty");
}

// What fastText and gensim write for the words "", " ", "  " and a tab: the last separator parts.
TEST(TextRow, MayHaveABlankWord) {
  expect_row(" 1.5 2.5", "", {1.5F, 2.5F});
  expect_row(" 0 0 0 0 ", "", {0, 0, 0, 0});
  expect_row("  0.5 0.5 0", " ", {0.5F, 0.5F, 0});
  expect_row("   1 2", "  ", {1, 2});
  expect_row("\t1\t2", "", {1, 2});
  expect_row("\t 1 2", "\t", {1, 2});
  expect_row(" \t1 2", " ", {1, 2});
  expect_bad_row(" king 1", 2, "found 1 value, expected 2");
  expect_bad_row(" 1 king", 2, "value 2 is 'king', expected a number");
  expect_bad_row(" 1", 2, "found 0 values, expected 2");
}

// Wikipedia2Vec parts the word from its values by a tab, and these by spaces.
TEST(TextRow, EndsItsWordAtATabThatIsCertain) {
  expect_row("ENTITY/Web 2.0\t0.100 0.700 0.200", "ENTITY/Web 2.0", {0.1F, 0.7F, 0.2F});
  expect_row("ENTITY/Web 2.0\t1 0.7 0.2 ", "ENTITY/Web 2.0", {1, 0.7F, 0.2F});
  expect_row("Apollo 13 \t1 2", "Apollo 13", {1, 2});
  expect_row("24 1.5\t0.5", "24 1.5", {0.5F});
  expect_row("Web 2.0\t0.1\t0.2", "Web 2.0", {0.1F, 0.2F});
  expect_row("1 2 3\t4  5", "1 2 3", {4, 5});
  // The tab is not the only one, or not behind the word.
  expect_bad_row("Web 2.0\t0.1 0.7\t0.2", 3, "found 4 values, expected 3");
  expect_bad_row("king\t0.1 0.2 0.3 0.4", 3, "found 4 values, expected 3");
  expect_bad_row("king\t0.1\t0.2\t0.3", 2, "found 3 values, expected 2");
  expect_bad_row("king 0.1\t\t0.2 0.3", 2, "found 3 values, expected 2");
  expect_bad_row("king 0.1 \t0.2\t0.3 0.4", 3, "found 4 values, expected 3");
}

TEST(TextRow, NamesTheLineThatSetTheDimension) {
  std::string problem;
  Values values(2);
  EXPECT_FALSE(parse_text_row("king 1", 2, values.data(), problem, 7));
  EXPECT_EQ(problem, "found 1 value, expected 2 (as on line 7)");
}

// Wikipedia2Vec writes a token that is a line end as it is.
TEST(EmptyLines, AreAWordBeforeValuesAlone) {
  const auto parse_lines = [](std::string_view text, Values& values) {
    return parse_empty_lines(text, values.size(), values.data());
  };
  Values values(3);
  EmptyLines row = parse_lines("\n 0.5 0.25 0\nking 1 2 3\n", values);
  ASSERT_TRUE(row.word);
  EXPECT_EQ(*row.word, "\n");
  EXPECT_EQ(row.lines, 2U);
  EXPECT_EQ(row.size_bytes, 13U);
  EXPECT_EQ(values, (Values{0.5F, 0.25F, 0}));
  EXPECT_EQ(parse_lines("\r\n 0.5 0.5 0\r\n", values).word, "\n");
  EXPECT_EQ(parse_lines("\n\t0.5 0.5 0", values).word, "\n");
  EXPECT_EQ(parse_lines("\n\n 1 2 3", values).word, "\n\n");
  EXPECT_EQ(parse_lines("\n  1 2 3", values).word, "\n ");
  for (const char* other : {"\n0.5 0.5 0\n", "\n 0.5 0.5\n", "\nking 1 2 3\n", "\n", "\n\n",
                            "\n king 1 2\n", "\n 1 2 x\n", "\r\n\r\n 1 2 3\n"}) {
    EXPECT_EQ(parse_lines(other, values).word, std::nullopt) << other;
  }
  row = parse_lines("\n\r\n\nking 1 2 3\n", values);
  EXPECT_EQ(row.lines, 3U);
  EXPECT_EQ(row.size_bytes, 4U);
}

TEST(TextRow, IsBadWhenAValueIsNoFiniteNumber) {
  expect_bad_row("king nan 2", 2, "value 1 is 'nan', expected a finite number");
  expect_bad_row("king 1 -inf", 2, "value 2 is '-inf', expected a finite number");
  expect_bad_row("king 1 NaN", 2, "a finite number");
  expect_bad_row("king 1 infinity", 2, "a finite number");
  expect_bad_row("king 1e50 2", 2, "value 1 is '1e50', expected a finite number");
  expect_bad_row("king 1 -1e50", 2, "value 2 is '-1e50', expected a finite number");
  expect_bad_row("king 1 3.5e38", 2, "a finite number");
  for (const char* value : {"x", "0x1p3", "1e", "1,5", "--1", "1.5.", "1_", ".", "1\x01"}) {
    expect_bad_row("king 1 " + std::string(value), 2, "expected a number");
    expect_bad_row("king " + std::string(value) + " 1", 2, "expected a number");
  }
}

TEST(TextRow, BoundsTheWord) {
  const std::string longest(65'536, 'w');
  expect_row(longest + " 1 2", longest, {1, 2});
  expect_bad_row(longest + "w 1 2", 2, "the word has 65537 bytes, expected at most 65536");
  expect_bad_row(std::string(70'000, 'w') + " 1 2", 2, "the word has 70000 bytes");
  const std::string spaced = std::string(40'000, 'w') + ' ' + std::string(40'000, 'w');
  expect_bad_row(spaced + " 1 2", 2, "the word has 80001 bytes");
}

TEST(TextRow, LeavesTheVectorAloneWhenTheLineIsTooShortForIt) {
  // 1 + 2·3 = 7 bytes at least, so that six need no room for three values.
  for (const char* line : {"", "a", "a b", "a 1 2", "1 2 3 ", "a 1 23"}) {
    std::string problem;
    EXPECT_EQ(parse_text_row(line, 3, nullptr, problem), std::nullopt);
    EXPECT_FALSE(problem.empty());
  }
}

// Wherever the fast way finds a row, the careful one finds the same.
TEST(PlainRow, IsWhatTextRowMakesOfTheLine) {
  const Words kEnds = {"\n", "\r\n", " \n", " \t\r\n", "\r\r\n", "\n\n", "", "\r", " "};
  const Words kOdd = {" ", "\t", "\r", "\n", "x", "-", ".", "1e5", "nan", std::string(1, '\0')};
  const Words kPhrases = {"new york",   "ENTITY/Web 2.0", "area 51", "a\tb",         "1 2 3",
                          "two  words", " indented",      "",        "a b\xc2\xa0 c"};
  std::mt19937_64 random(7);
  std::size_t plain = 0;
  for (int i = 0; i < 30'000; ++i) {
    const std::size_t dim = 1 + random() % 40;
    std::string text = random() % 5 == 0 ? kPhrases[random() % kPhrases.size()] : "w\xc3\xa9";
    const bool has_tab = random() % 4 == 0;  // behind the word
    const std::uint64_t most_tabs = random() % 2 == 0 ? 50 : 1'000'000;
    for (std::size_t v = random() % 30 == 0 ? 1 : 0; v < dim; ++v) {
      text += (v == 0 && has_tab) || random() % most_tabs == 0 ? '\t' : ' ';
      text += std::to_string(static_cast<double>(random() % 2'000'001) / 1e5 - 10);
    }
    if (random() % 3 == 0) text.insert(random() % text.size(), kOdd[random() % kOdd.size()]);
    const std::string end = kEnds[random() % kEnds.size()];
    text += end;
    if (end.ends_with('\n') && random() % 2 == 0) text += "next 0.5 0.25\n";
    const std::vector<char> exact(text.begin(), text.end());
    const std::string_view view(exact.data(), exact.size());

    const TextLine line = first_line(view);
    Values expected(dim);
    std::string problem;
    const auto word = parse_text_row(line.text, dim, expected.data(), problem);
    for (const simd::Kernels* kernels : simd::built_kernels()) {
      if (!simd::is_supported(*kernels)) continue;
      Values values(dim);
      const auto row = parse_plain_row(view, dim, values.data(), *kernels->text);
      if (!row) continue;
      ++plain;
      ASSERT_EQ(word, row->word) << text;
      ASSERT_EQ(row->size_bytes, line.size_bytes) << text;
      ASSERT_EQ(test::bits_of(values), test::bits_of(expected)) << text;
    }
  }
  EXPECT_GT(plain, 15'000U);
}

// Decimal strings of many shapes, all of finite value.
std::string random_decimal(std::mt19937_64& random) {
  const auto digits = [&](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('0' + random() % 10);
    return text;
  };
  const std::string sign = std::vector<std::string>{"", "", "-", "+"}[random() % 4];
  switch (random() % 9) {
    case 0:
      return sign + digits(1 + random() % 3);
    case 1:
      return sign + "0." + digits(1 + random() % 7);  // as GloVe writes them
    case 2:
      return sign + '.' + digits(1 + random() % 12);
    case 3:
      return sign + digits(1 + random() % 4) + '.';
    case 4:
      return sign + digits(1) + '.' + digits(30 + random() % 800);  // a long mantissa
    case 5:
      return sign + "0." + std::string(random() % 50, '0') + digits(1 + random() % 20);
    case 6: {  // any exponent
      const int exponent = static_cast<int>(random() % 90) - 52;
      return sign + digits(1) + '.' + digits(random() % 12) + (random() % 2 == 0 ? "e" : "E") +
             (exponent >= 0 && random() % 2 == 0 ? "+" : "") + std::to_string(exponent);
    }
    case 7: {  // any float, as printf has it
      float x = 0;
      do {
        x = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
      } while (!std::isfinite(x));
      char text[64];
      std::snprintf(text, sizeof text, random() % 2 == 0 ? "%.9g" : "%.5e", static_cast<double>(x));
      return text;
    }
    default: {  // halfway between two floats
      const auto bits = static_cast<std::uint32_t>(random() % 0x7f000000);
      const double low = std::bit_cast<float>(bits);
      const double high = std::bit_cast<float>(bits + 1);
      char text[400];
      std::snprintf(text, sizeof text, "%.150g", low + (high - low) / 2);
      std::string halfway = text;
      if (random() % 3 == 0 && halfway.find('e') == std::string::npos) {
        halfway += halfway.find('.') == std::string::npos ? ".0000001" : "0000001";
      }
      return halfway;
    }
  }
}

TEST(TextValues, AreThoseOfStrtofToTheLastBit) {
  std::mt19937_64 random(1);
  std::vector<std::string> texts = {"1e-45",
                                    "1.4e-45",
                                    "7e-46",
                                    "7.006492321624085e-46",
                                    "1e-46",
                                    "3.4028235e38",
                                    "3.4028235677973366e+38",
                                    "-0",
                                    "+0",
                                    "-0.0",
                                    "1e-999",
                                    "0e999",
                                    "1.17549435e-38",
                                    "1.1754942e-38",
                                    "16777217",
                                    "16777219",
                                    "9007199254740993",
                                    "+1",
                                    ".5",
                                    "5."};
  constexpr std::size_t kDim = 20;
  while (texts.size() < 200'000) {
    const std::string text = random_decimal(random);
    if (std::isfinite(std::strtof(text.c_str(), nullptr))) texts.push_back(text);
  }
  std::string file;
  for (std::size_t i = 0; i < texts.size(); i += kDim) {
    file += 'w';
    for (std::size_t j = i; j < i + kDim; ++j) file += ' ' + texts[j];
    file += '\n';
  }
  const Reading reading = read_bytes(kGloveText, file);
  ASSERT_EQ(reading.rows.vectors.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const float expected = std::strtof(texts[i].c_str(), nullptr);
    ASSERT_EQ(std::bit_cast<std::uint32_t>(reading.rows.vectors[i]),
              std::bit_cast<std::uint32_t>(expected))
        << texts[i];
  }
}

// More than ten megabytes, so that several pieces of it are parsed at once.
struct BigFile {
  std::string text;
  Rows rows;
  std::vector<std::size_t> bad_lines;
  std::size_t invalid_utf8 = 0;
  std::size_t first_invalid_line = 0;

  BigFile() {
    std::mt19937_64 random(2);
    rows.dim = 50;
    std::size_t line = 0;
    while (text.size() < 11'000'000) {
      ++line;
      if (line > 1 && random() % 997 == 0) {
        text += "bad row 0.5\n";
        bad_lines.push_back(line);
        continue;
      }
      std::string word = "w" + std::to_string(line);
      if (line > 1 && random() % 50 == 0) word += " x y";
      if (random() % 300 == 0) word += std::string(random() % 60'000, 'z');
      if (random() % 1000 == 0) {
        word += '\xff';
        if (invalid_utf8++ == 0) first_invalid_line = line;
      }
      text += word;
      for (std::size_t i = 0; i < rows.dim; ++i) {
        char value[32];
        std::snprintf(value, sizeof value, " %.6g",
                      (static_cast<double>(random() % 2'000'001) - 1e6) / 999983);
        text += value;
        rows.vectors.push_back(std::strtof(value, nullptr));
      }
      text += random() % 10 == 0 ? "\r\n" : "\n";
      rows.words.push_back(std::move(word));
    }
    text.pop_back();  // no final line end
  }
};

TEST(TextRows, DoNotDependOnThreadsOrOnWhereTheFileIsCut) {
  const BigFile big;
  ASSERT_GT(big.bad_lines.size(), 5U);
  ASSERT_GT(big.invalid_utf8, 2U);
  const auto check = [&](unsigned threads, Through through) {
    SCOPED_TRACE(threads);
    ReadOptions options;
    options.threads = threads;
    options.skip_bad = true;
    std::vector<std::uint64_t> progress;
    options.progress = [&](std::uint64_t bytes) { progress.push_back(bytes); };
    const Reading reading = read_bytes(kGloveText, big.text, options, through);
    EXPECT_TRUE(reading.rows == big.rows);
    EXPECT_EQ(reading.report.rows_read, big.rows.size());
    EXPECT_EQ(reading.report.bad_rows, big.bad_lines.size());
    ASSERT_EQ(reading.report.bad_examples.size(), 5U);
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(reading.report.bad_examples[i], "line " + std::to_string(big.bad_lines[i]) +
                                                    ": found 2 values, expected 50 (as on line 1)");
    }
    EXPECT_EQ(reading.report.invalid_utf8_words, big.invalid_utf8);
    EXPECT_EQ(reading.report.first_invalid_utf8, "line " + std::to_string(big.first_invalid_line));
    EXPECT_TRUE(reading.report.read_to_end);
    EXPECT_GT(progress.size(), 4U);
    EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
    EXPECT_EQ(progress.back(), big.text.size());
  };
  for (unsigned threads = 1; threads <= 8; ++threads) check(threads, Through::memory);
  for (const unsigned threads : {1U, 4U}) check(threads, Through::pipe);

  // The first bad row is the error, whatever the threads.
  for (const unsigned threads : {1U, 4U}) {
    ReadOptions options;
    options.threads = threads;
    expect_error(ErrorCode::malformed, "file:" + std::to_string(big.bad_lines[0]) + ": found 2",
                 [&] { read_bytes(kGloveText, big.text, options); });
  }
}

TEST(TextRows, StopWhenTheSinkWantsNoMore) {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "w" + std::to_string(i) + " 1 2\n";
  for (const unsigned threads : {1U, 2U, 8U}) {
    test::RecordingSink sink(10);
    ByteSource source = ByteSource::from_memory("file", text);
    ReadOptions options;
    options.threads = threads;
    const ReadReport report = kGloveText.read(source, options, sink);
    EXPECT_FALSE(report.read_to_end);
    EXPECT_LT(sink.rows.size(), 1'000'000U);
    EXPECT_EQ(sink.batch_sizes.size(), 1U);
  }
}

TEST(TextRows, MayBeBadBehindTheLastThatTheSinkWants) {
  test::RecordingSink enough(2);
  ByteSource source = ByteSource::from_memory("file", "a 1\nb 2\nbad\nc 3\n");
  const ReadReport report = kGloveText.read(source, {}, enough);
  EXPECT_FALSE(report.read_to_end);
  EXPECT_EQ(enough.rows.words, (Words{"a", "b"}));
  test::RecordingSink more(3);
  ByteSource again = ByteSource::from_memory("file", "a 1\nb 2\nbad\nc 3\n");
  expect_error(ErrorCode::malformed, "file:3:", [&] { kGloveText.read(again, {}, more); });
}

TEST(TextRows, MayBeMegabytesLong) {
  // 65,536 values of 45 bytes: a row of the highest dimension, 3 MB long.
  const std::string value = ' ' + std::string("0.25") + std::string(40, '0');
  std::string row = "w";
  for (int i = 0; i < 65'536; ++i) row += value;
  ASSERT_GT(row.size(), 2'900'000U);
  const std::string file = row + '\n' + 'x' + row + '\n' + 'y' + row;
  for (const Through through : {Through::memory, Through::pipe}) {
    const Reading reading = read_bytes(kGloveText, file, {}, through);
    EXPECT_EQ(reading.rows.words, (Words{"w", "xw", "yw"}));
    EXPECT_EQ(reading.rows.vectors, Values(3 * 65'536, 0.25F));
  }
}

TEST(TextRows, AreBadWhenMegabytesOfThemAreNoRow) {
  const std::string file = "a 1 2\n" + std::string(3'000'000, 'x') + "\nb 3 4\n";
  for (const Through through : {Through::memory, Through::pipe}) {
    expect_error(ErrorCode::malformed, ":2: found 0 values, expected 2",
                 [&] { read_bytes(kGloveText, file, {}, through); });
    ReadOptions options;
    options.skip_bad = true;
    const Reading reading = read_bytes(kGloveText, file, options, through);
    EXPECT_EQ(reading.rows.words, (Words{"a", "b"}));
    EXPECT_EQ(reading.report.bad_rows, 1U);
    const std::string endless = "a 1 2\n" + std::string(5'000'000, 'x') + "\nb 3 4\n";
    expect_error(ErrorCode::malformed, ":2: no line end within 4194304 bytes",
                 [&] { read_bytes(kGloveText, endless, options, through); });
  }
}

TEST(AppendTextRow, WritesTheShortestTextOfEachValue) {
  std::string out;
  const Values values = {1, -0.5F, 0.1F, 1e-45F, -0.0F, 3.4028235e38F};
  append_text_row(out, "king", values, "glove");
  EXPECT_EQ(out.substr(0, 15), "king 1 -0.5 0.1");
  EXPECT_EQ(out.back(), '\n');
  const Row3 row = parse(out.substr(0, out.size() - 1), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(std::bit_cast<std::uint32_t>(row.values[i]), std::bit_cast<std::uint32_t>(values[i]));
  }
}

TEST(AppendTextRow, RefusesWordsThatCannotBeReadBack) {
  const auto refuse = [](std::string_view word, const Values& values, std::string_view why) {
    std::string out;
    const std::string what =
        expect_error(ErrorCode::usage, why, [&] { append_text_row(out, word, values, "glove"); });
    EXPECT_NE(what.find("glove"), std::string::npos);
  };
  refuse("a\nb", {1, 2}, "contains a line end");
  refuse("\n", {1, 2}, "contains a line end");
  refuse(" a", {1, 2}, "begins or ends with a space");
  refuse("a ", {1, 2}, "begins or ends with a space");
  refuse("\ta", {1, 2}, "begins or ends with a space");
  refuse("a\t", {1, 2}, "begins or ends with a space");
  refuse("a\tb 5", {1, 2}, "contains a tab, and a number");
}

// As Wikipedia2Vec writes each word.
TEST(AppendTextRow, EndsAWordThatHoldsANumberWithATab) {
  std::string out;
  append_text_row(out, "Web 2.0", Values{1, 2}, "glove");
  append_text_row(out, "a 1e5 b", Values{0.5F, 2}, "glove");
  append_text_row(out, "area 51", Values{1, 2}, "glove");
  append_text_row(out, "area 51", Values{0.5F, 2}, "glove");  // a value has a fraction here
  EXPECT_EQ(out, "Web 2.0\t1 2\na 1e5 b\t0.5 2\narea 51\t1 2\narea 51 0.5 2\n");
}

TEST(AppendTextRow, WritesBlankWordsAsFastTextDoes) {
  std::string out;
  for (const char* word : {"", " ", "\t"}) append_text_row(out, word, Values{1, 2}, "glove");
  EXPECT_EQ(out, " 1 2\n  1 2\n\t 1 2\n");
}

// Whatever the writer accepts reads back as it was.
TEST(AppendTextRow, IsReadBackForRandomWordsAndValues) {
  std::mt19937_64 random(3);
  const Words kPieces = {"a", " ", "1", ".", "e", "-", "\t", "\xc2\xa0", "nan", "\r", "5.5 "};
  ReadOptions one_thread;
  one_thread.threads = 1;
  std::size_t accepted = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string word;
    for (std::size_t n = random() % 7; n > 0; --n) word += kPieces[random() % kPieces.size()];
    Values values(1 + random() % 3);
    for (float& x : values) {
      x = random() % 2 == 0 ? static_cast<float>(random() % 5)
                            : static_cast<float>(random() % 1000) / 8;
    }
    std::string line;
    try {
      append_text_row(line, word, values, "glove");
    } catch (const Error&) {
      continue;
    }
    ++accepted;
    // As the second row of a file, since the first gives the dimension.
    std::string file;
    append_text_row(file, "first", values, "glove");
    const Reading reading = read_bytes(kGloveText, file + line, one_thread);
    ASSERT_EQ(reading.rows.size(), 2U) << line;
    ASSERT_EQ(reading.rows.words[1], word) << line;
    ASSERT_TRUE(
        std::equal(values.begin(), values.end(),
                   reading.rows.vectors.begin() + static_cast<std::ptrdiff_t>(values.size())))
        << line;
  }
  EXPECT_GT(accepted, 20'000U);
}

TEST(FormatTextRows, DoesNotDependOnThreads) {
  const Rows rows = test::random_rows(1000, 7, 4);
  const std::vector<std::string_view> words(rows.words.begin(), rows.words.end());
  std::string expected;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    append_text_row(expected, words[r], std::span(rows.vectors).subspan(r * 7, 7), "x");
  }
  for (unsigned threads = 1; threads <= 8; ++threads) {
    std::string all;
    for (const auto& piece : format_text_rows({7, words, rows.vectors}, threads, "x")) all += piece;
    EXPECT_EQ(all, expected);
  }
}

}  // namespace
}  // namespace wordvec::text_rows_test
