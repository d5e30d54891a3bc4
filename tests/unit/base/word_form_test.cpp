#include "wordvec/base/word_form.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "wordvec/base/utf8.h"

namespace wordvec::word_form_test {
namespace {

std::string utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xC0 | (c >> 6));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      out += static_cast<char>(0xE0 | (c >> 12));
      out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      out += static_cast<char>(0xF0 | (c >> 18));
      out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
      out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  return out;
}

std::string form(std::u32string_view text, WordForm form) {
  return word_form(utf8(text), form);
}

// Expected: Python's unicodedata.normalize("NFC", …).
TEST(WordForm, ComposedIsNormalizationFormC) {
  EXPECT_EQ(form(U"cafe\u0301", WordForm::composed), "café");
  EXPECT_EQ(form(U"cafe\u00e9", WordForm::composed), utf8(U"cafe\u00e9"));
  EXPECT_EQ(form(U"\u1112\u1161\u11ab\u1100\u1173\u11af", WordForm::composed), "한글");
  EXPECT_EQ(form(U"vie\u0323\u0302t", WordForm::composed), "việt");
  EXPECT_EQ(form(U"vie\u0302\u0323t", WordForm::composed), "việt");
  EXPECT_EQ(form(U"\u212b", WordForm::composed), "Å");
  EXPECT_EQ(form(U"\u0958", WordForm::composed), utf8(U"\u0915\u093c"));  // never composed
  EXPECT_EQ(form(U"\uff4b\u2764\ufe0f", WordForm::composed), utf8(U"\uff4b\u2764\ufe0f"));
}

TEST(WordForm, SeenLeavesOutWhatNobodySees) {
  EXPECT_EQ(form(U"\u2764\ufe0f", WordForm::seen), "❤");
  EXPECT_EQ(form(U"\ufeffking\u200b", WordForm::seen), "king");
  EXPECT_EQ(form(U"ki\u00adng\u2060", WordForm::seen), "king");
  EXPECT_EQ(form(U"\u00a0\u3000king\u00a0\u200b\u00a0", WordForm::seen), "king");
  EXPECT_EQ(form(U"new\u00a0york", WordForm::seen), utf8(U"new\u00a0york"));
  EXPECT_EQ(form(U" king ", WordForm::seen), " king ");
  EXPECT_EQ(form(U"e\u034f\u0301", WordForm::seen), "é");
  EXPECT_EQ(form(U"\u0645\u06cc\u200c\u062e", WordForm::seen), utf8(U"\u0645\u06cc\u062e"));
  // The flag of England is no black flag.
  const std::u32string england = U"\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e007f";
  EXPECT_EQ(form(england, WordForm::seen), utf8(england));
}

// Expected: Python's str.casefold().
TEST(WordForm, FoldedHasNoCase) {
  EXPECT_EQ(form(U"STRASSE", WordForm::folded), "strasse");
  EXPECT_EQ(form(U"Straße", WordForm::folded), "strasse");
  EXPECT_EQ(form(U"ẞ", WordForm::folded), "ss");
  EXPECT_EQ(form(U"ΣΊΣΥΦΟΣ", WordForm::folded), "σίσυφοσ");
  EXPECT_EQ(form(U"σίσυφος", WordForm::folded), "σίσυφοσ");
  EXPECT_EQ(form(U"\u0130", WordForm::folded), utf8(U"i\u0307"));
  EXPECT_EQ(form(U"\u0131", WordForm::folded), "ı");
  EXPECT_EQ(form(U"\uff2b\u200bing", WordForm::compatible_folded), "king");
  EXPECT_EQ(form(U"\ufb01re", WordForm::compatible_folded), "fire");
}

TEST(WordForm, ThereIsNoneOfBytesAndOfLongWords) {
  EXPECT_EQ(word_form("a\xff", WordForm::composed), "");
  // Left alone, the two halves would be a character.
  EXPECT_EQ(word_form("\xcc\xe2\x81\xa1\x96", WordForm::seen), "");
  EXPECT_EQ(word_form("", WordForm::composed), "");
  EXPECT_EQ(form(U"\u200b\ufeff\u00a0", WordForm::seen), "");
  EXPECT_EQ(word_form(std::string(kMaxFormBytes, 'a'), WordForm::seen).size(), kMaxFormBytes);
  EXPECT_EQ(word_form(std::string(kMaxFormBytes + 1, 'a'), WordForm::seen), "");
}

TEST(MayHaveOtherForm, IsTrueForEachCharacterThatHasOne) {
  std::size_t with_case = 0;
  for (char32_t c = 1; c < 0x30000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    for (const std::u32string& text : {std::u32string{c}, std::u32string{U'a', c, U'b'}}) {
      const std::string word = utf8(text);
      const std::string seen = word_form(word, WordForm::seen);
      const std::string folded = word_form(word, WordForm::seen_folded);
      if (!seen.empty() && seen != word) {
        ASSERT_TRUE(may_have_other_form(word, false)) << std::hex << std::uint32_t{c};
      }
      if (!folded.empty() && folded != word) {
        ASSERT_TRUE(may_have_other_form(word, true)) << std::hex << std::uint32_t{c};
        ++with_case;
      }
    }
  }
  EXPECT_GT(with_case, 2000U);
  for (const char* word : {"king", "naïve", "日本", "がっこう", "한글", "страна", "việt"}) {
    EXPECT_FALSE(may_have_other_form(word, false)) << word;
  }
  EXPECT_FALSE(may_have_other_form("naïve", true));
  EXPECT_TRUE(may_have_other_form("Naïve", true));
}

TEST(FormHash, IsThatOfAllWordsOfAForm) {
  const std::u32string letters =
      U"aeAE\u0301\u0302\u0323\u0327éệ\u00c5\u212b\u200b\ufe0f\u1100"
      U"\u1161\u11a8가각ßsSİi\u0307\u0915\u093c\u0958";
  std::mt19937 random(1);
  std::vector<std::pair<std::string, std::string>> words;
  for (int i = 0; i < 3000; ++i) {
    std::u32string text(1 + random() % 3, U' ');
    for (char32_t& c : text) c = letters[random() % letters.size()];
    words.emplace_back(utf8(text), "");
  }
  for (const bool fold : {false, true}) {
    for (auto& [word, seen] : words) {
      seen = word_form(word, fold ? WordForm::seen_folded : WordForm::seen);
    }
    std::size_t same = 0;
    for (const auto& [a, form_a] : words) {
      for (const auto& [b, form_b] : words) {
        if (form_a.empty() || form_a != form_b) continue;
        if (a != b) ++same;
        ASSERT_EQ(form_hash(a, fold), form_hash(b, fold)) << a << ' ' << b;
      }
    }
    EXPECT_GT(same, 1000U);
  }
  EXPECT_NE(form_hash("king", false), form_hash("gink", false));
  EXPECT_NE(form_hash("king", false), form_hash("King", false));
}

TEST(WithoutMarks, LeavesTheWord) {
  for (const char* word :
       {"king", "▁king", "Ġking", "_king", " king", "##king", "king</w>", "king@@", "ENTITY/king",
        "/c/en/king", "en:king", "/c/ang/king", "king_NOUN", "king|PROPN", "king/X"}) {
    EXPECT_EQ(without_marks(word), "king") << word;
  }
  for (const char* word :
       {"##", "▁", "ENTITY/", "en:", "http:a", "e:a", "king_Noun", "/c/EN/a", "and/or", "12:30"}) {
    EXPECT_EQ(without_marks(word), word);
  }
}

TEST(LooseHash, IsThatOfWordsThatDifferInCaseFormAndMarks) {
  const auto same = [](std::string_view a, std::string_view b) {
    return loose_hash(a).value == loose_hash(b).value;
  };
  for (const char* word : {"new_york", "New York", "newyork", "NEW-YORK", "ne\u00adwyork",
                           "new\u00a0york", "ｎｅｗｙｏｒｋ"}) {
    EXPECT_TRUE(same(word, "new york")) << word;
  }
  EXPECT_TRUE(same("naïve", "NAIVE"));
  EXPECT_TRUE(same("İstanbul", "istanbul"));
  EXPECT_TRUE(same("מֶלֶךְ", "מלך"));
  EXPECT_FALSE(same("कि", "की"));  // vowels are no marks that may be left out
  EXPECT_FALSE(same("king", "kign"));
  EXPECT_EQ(loose_hash("a_é").characters, 3U);
  EXPECT_EQ(loose_hash("a_é").letters, 2U);
  EXPECT_EQ(loose_hash("-_ ").letters, 0U);
}

TEST(LooseHash, IsLinear) {
  // A character with as many marks as a word may have bytes: the marks are put in no order.
  std::string word = "a";
  for (int i = 0; i < 500'000; ++i) word += i % 2 == 0 ? "\u0301" : "\u0323";
  EXPECT_EQ(loose_hash(word).letters, 1U);
  EXPECT_TRUE(may_have_other_form(word, false));
  EXPECT_NE(form_hash(word, false), 0U);
  EXPECT_EQ(word_form(word, WordForm::seen), "");
}

}  // namespace
}  // namespace wordvec::word_form_test
