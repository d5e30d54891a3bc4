#include "wordvec/model/split_words.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "wordvec/model/vocabulary_builder.h"

namespace wordvec::test::split_words_test {
namespace {

class SplitWords : public testing::Test {
 protected:
  void know(const std::vector<std::string>& words) {
    for (const std::string& word : words) builder_.add(word);
  }

  // The words, joined by '|'; those that the vocabulary does not have in brackets.
  std::string split(std::string_view text, SplitOptions options = {}) {
    WordSplitter splitter(builder_.view(), options);
    std::string out;
    splitter.split(text, [&](const SplitWord& word) {
      if (!out.empty()) out += '|';
      out += word.row ? std::string(word.text) : "[" + std::string(word.text) + "]";
    });
    return out;
  }

 private:
  VocabularyBuilder builder_;
};

TEST_F(SplitWords, WhiteSpaceOfUnicodeSeparates) {
  know({"a", "b"});
  EXPECT_EQ(split(" a\tb\u00A0a\u3000b\u2028a\u200Bb\uFEFFa\r\n"), "a|b|a|b|a|b|a");
  EXPECT_EQ(split(""), "");
  EXPECT_EQ(split(" \t "), "");
}

TEST_F(SplitWords, PunctuationIsAWordOfItsOwn) {
  know({"ok", "?", "(", ")", "..."});
  EXPECT_EQ(split("(ok)?"), "(|ok|)|?");
  EXPECT_EQ(split("ok..."), "ok|...");
  EXPECT_EQ(split("ok!;ok"), "ok|[!]|[;]|ok");
  EXPECT_EQ(split("\u201Cok\u201D"), "[\u201C]|ok|[\u201D]");
}

TEST_F(SplitWords, TheLongestWordOfTheVocabularyIsTaken) {
  know({"u.s.", "3.14", "1,000", "well-known", "well", "known", "-", ".", ",", ":-)"});
  EXPECT_EQ(split("u.s.,"), "u.s.|,");
  EXPECT_EQ(split("3.14 1,000."), "3.14|1,000|.");
  EXPECT_EQ(split("2.5"), "[2]|.|[5]");
  EXPECT_EQ(split("well-known well-well"), "well-known|well|-|well");
  EXPECT_EQ(split(":-)"), ":-)");
}

TEST_F(SplitWords, ApostrophesAreSplitAsTheVocabularyHasThem) {
  know({"do", "n't", "ca", "cat", "'s", "i", "'m", "o'clock", "'"});
  EXPECT_EQ(split("don't can't, i'm"), "do|n't|ca|n't|[,]|i|'m");
  EXPECT_EQ(split("cat's o'clock cats'"), "cat|'s|o'clock|[cats]|'");
  EXPECT_EQ(split("DON\u2019T cat\u2019s"), "DO|N\u2019T|cat|\u2019s");
  EXPECT_EQ(split("n't don'ts"), "n't|[don]|'|[ts]");
}

TEST_F(SplitWords, AWholeContractionOfTheVocabularyStays) {
  know({"don't", "do", "n't"});
  EXPECT_EQ(split("don't. (don't)"), "don't|[.]|[(]|don't|[)]");
}

TEST_F(SplitWords, CaseIsFoldedAsTheVocabularyNeeds) {
  know({"are", "\u00E9t\u00E9"});
  EXPECT_EQ(split("Are \u00C9T\u00C9"), "Are|\u00C9T\u00C9");
  EXPECT_EQ(split("Are are", {.pretokenized = false, .matching = WordMatching::exact}),
            "[Are]|are");
  know({"The"});
  EXPECT_EQ(split("The the Are"), "The|[the]|[Are]");
}

TEST_F(SplitWords, WordsAreFoundByAnEquivalentForm) {
  know({"caf\u00E9", "\u2764", "e\u0301te\u0301", "l'\u00E9t\u00E9", "king\u00A0", "😀\uFE0F"});
  EXPECT_EQ(split("cafe\u0301, CAFE\u0301 \u2764\uFE0F!"),
            "cafe\u0301|[,]|CAFE\u0301|\u2764\uFE0F|[!]");
  EXPECT_EQ(split("\u00E9t\u00E9 l\u2019e\u0301t\u00E9 king 😀"),
            "\u00E9t\u00E9|l\u2019e\u0301t\u00E9|king|😀");
  EXPECT_EQ(split("cafe\u0301 king", {.pretokenized = true, .matching = WordMatching::usual}),
            "cafe\u0301|king");
  EXPECT_EQ(split("cafe\u0301 king", {.pretokenized = false, .matching = WordMatching::exact}),
            "[cafe\u0301]|[king]");
}

TEST_F(SplitWords, CaseIsIgnoredWhereThatIsAsked) {
  know({"Paris", "IBM", "Ibm", "O'Neil"});
  const SplitOptions options = {.pretokenized = false, .matching = WordMatching::ignore_case};
  EXPECT_EQ(split("paris, (ibm) o\u2019neil", options), "paris|[,]|[(]|ibm|[)]|o\u2019neil");
  EXPECT_EQ(split("paris"), "[paris]");
}

TEST_F(SplitWords, IdeographsAreTheLongestWordOrSingle) {
  know({"東京", "東", "都", "の", "hi"});
  EXPECT_EQ(split("東京都の東hi犬。"), "東京|都|の|東|hi|[犬]|[。]");
}

TEST_F(SplitWords, MarksStayWithTheirCharacter) {
  know({"e\u0301a", "\u2764\uFE0F"});
  EXPECT_EQ(split("e\u0301a!"), "e\u0301a|[!]");
  EXPECT_EQ(split("x\u2764\uFE0F"), "[x]|\u2764\uFE0F");
}

TEST_F(SplitWords, InvalidBytesAreKeptAsLetters) {
  know({"caf\xE9"});
  EXPECT_EQ(split("caf\xE9 \xFF\xFEx,"), "caf\xE9|[\xFF\xFEx]|[,]");
}

TEST_F(SplitWords, PretokenizedSplitsAtSpacesOnly) {
  know({"don't", "a\tb"});
  EXPECT_EQ(split("  don't a\tb (x) ", {.pretokenized = true}), "don't|a\tb|[(x)]");
}

TEST_F(SplitWords, LongTextsWithoutSpacesAreKeptWhole) {
  know({"a"});
  const std::string letters(std::size_t{1} << 20, 'b');
  EXPECT_EQ(split(letters), "[" + letters + "]");
  std::size_t words = 0;
  WordSplitter splitter{Vocabulary()};
  const std::string symbols(std::size_t{1} << 17, '-');
  splitter.split(symbols, [&](const SplitWord& word) { words += word.text.size(); });
  EXPECT_EQ(words, symbols.size());
}

}  // namespace
}  // namespace wordvec::test::split_words_test
