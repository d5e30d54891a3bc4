#include "wordvec/base/utf8.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wordvec::utf8_test {
namespace {

// Table 3-7 of the Unicode standard, "Well-Formed UTF-8 Byte Sequences".
std::optional<std::pair<std::uint32_t, std::size_t>> reference_decode(std::string_view text) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto in = [&](std::size_t i, std::uint32_t low, std::uint32_t high) {
    return byte(i) >= low && byte(i) <= high;
  };
  const std::uint32_t b = byte(0);
  if (b < 0x80) return std::pair{b, std::size_t{1}};
  if (in(0, 0xC2, 0xDF) && in(1, 0x80, 0xBF)) {
    return std::pair{(b & 0x1F) << 6 | (byte(1) & 0x3F), std::size_t{2}};
  }
  const bool three = (b == 0xE0 && in(1, 0xA0, 0xBF)) || (in(0, 0xE1, 0xEC) && in(1, 0x80, 0xBF)) ||
                     (b == 0xED && in(1, 0x80, 0x9F)) || (in(0, 0xEE, 0xEF) && in(1, 0x80, 0xBF));
  if (three && in(2, 0x80, 0xBF)) {
    return std::pair{(b & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), std::size_t{3}};
  }
  const bool four = (b == 0xF0 && in(1, 0x90, 0xBF)) || (in(0, 0xF1, 0xF3) && in(1, 0x80, 0xBF)) ||
                    (b == 0xF4 && in(1, 0x80, 0x8F));
  if (four && in(2, 0x80, 0xBF) && in(3, 0x80, 0xBF)) {
    return std::pair{
        (b & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F),
        std::size_t{4}};
  }
  return std::nullopt;
}

void expect_as_reference(std::string_view text) {
  const Utf8Char c = decode_utf8(text);
  const auto expected = reference_decode(text);
  ASSERT_EQ(c.valid, expected.has_value());
  EXPECT_EQ(c.code_point, expected ? expected->first : 0xFFFDU);
  EXPECT_EQ(c.size_bytes, expected ? expected->second : 1U);
}

TEST(Utf8, DecodesTheFirstAndLastCharacterOfEachLength) {
  using namespace std::string_view_literals;
  const std::pair<std::string_view, std::uint32_t> kValid[] = {{"\x00"sv, 0},
                                                               {"\x7f", 0x7f},
                                                               {"\xc2\x80", 0x80},
                                                               {"\xdf\xbf", 0x7ff},
                                                               {"\xe0\xa0\x80", 0x800},
                                                               {"\xed\x9f\xbf", 0xd7ff},
                                                               {"\xee\x80\x80", 0xe000},
                                                               {"\xef\xbf\xbf", 0xffff},
                                                               {"\xf0\x90\x80\x80", 0x10000},
                                                               {"\xf4\x8f\xbf\xbf", 0x10ffff}};
  for (const auto& [text, code_point] : kValid) {
    const Utf8Char c = decode_utf8(text);
    EXPECT_TRUE(c.valid) << std::hex << code_point;
    EXPECT_EQ(c.code_point, code_point);
    EXPECT_EQ(c.size_bytes, text.size());
    EXPECT_TRUE(is_valid_utf8(text));
    // What follows does not matter.
    EXPECT_EQ(decode_utf8(std::string(text) + "\x80").size_bytes, text.size());
  }
}

TEST(Utf8, RefusesOverlongSurrogatesAndWhatLiesBeyondUnicode) {
  for (const std::string_view text :
       {"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xff", "\xfe", "\x80", "\xbf"}) {
    const Utf8Char c = decode_utf8(text);
    EXPECT_FALSE(c.valid);
    EXPECT_EQ(c.size_bytes, 1U);
    EXPECT_EQ(c.code_point, 0xFFFDU);
    EXPECT_FALSE(is_valid_utf8(text));
    EXPECT_FALSE(is_valid_utf8(std::string("abc").append(text)));
  }
}

TEST(Utf8, RefusesTruncatedCharacters) {
  for (const std::string_view whole : {"\xc3\xb6", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
    for (std::size_t size = 1; size < whole.size(); ++size) {
      EXPECT_FALSE(decode_utf8(whole.substr(0, size)).valid);
      EXPECT_FALSE(decode_utf8(std::string(whole.substr(0, size)).append("a")).valid);
      EXPECT_FALSE(is_valid_utf8(std::string("a").append(whole.substr(0, size))));
    }
  }
}

TEST(Utf8, AgreesWithTheStandardsTableOnAllPairsOfBytes) {
  std::string text(4, '\0');
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      for (const char third : {'\x00', '\x7f', '\x80', '\xbf', '\xc0'}) {
        text = {static_cast<char>(first), static_cast<char>(second), third, '\x80'};
        expect_as_reference(text);
        expect_as_reference(std::string_view(text).substr(0, 3));
      }
    }
  }
}

TEST(Utf8, LowersSimpleCaseOnly) {
  EXPECT_EQ(lower_case("KÖNIG"), "könig");
  EXPECT_EQ(lower_case("Straße"), "straße");
  EXPECT_EQ(lower_case("ΑΒΓΔ"), "αβγδ");
  EXPECT_EQ(lower_case("ЁЖИК"), "ёжик");
  EXPECT_EQ(lower_case("ẞ"), "ß");  // U+1E9E; simple mapping of UnicodeData.txt
  EXPECT_EQ(lower_case("日本 1,5"), "日本 1,5");
  EXPECT_EQ(lower_case(""), "");
}

TEST(Utf8, LeavesBrokenBytesWhenLowering) {
  EXPECT_EQ(lower_case("A\xff"
                       "B\xc3"),
            "a\xff"
            "b\xc3");
  EXPECT_EQ(lower_case("\xed\xa0\x80Z"), "\xed\xa0\x80z");
}

TEST(Utf8, IsLowerCaseMeansThatLoweringChangesNothing) {
  for (const std::string_view text : {"", "abc", "könig", "ß", "日本", "1.5", "a\xff", "\xff"}) {
    EXPECT_TRUE(is_lower_case(text)) << text;
  }
  for (const std::string_view text : {"A", "aB", "KÖNIG", "Ökologie",
                                      "\xff"
                                      "A",
                                      "ΑΒΓ", "zZz"}) {
    EXPECT_FALSE(is_lower_case(text)) << text;
  }
}

// The general categories are those of UnicodeData.txt.
TEST(Utf8, KnowsKindsOfCharacters) {
  for (const std::uint32_t c : {0x20U, 0x09U, 0x0aU, 0xa0U, 0x2028U, 0x3000U, 0x200bU, 0xfeffU}) {
    EXPECT_EQ(char_kind(c), CharKind::space) << c;
  }
  // a, 7, _, é, Я, ש, ع, ไ, ½, ⅷ, Hangul 한
  for (const std::uint32_t c :
       {0x61U, 0x37U, 0x5fU, 0xe9U, 0x42fU, 0x5e9U, 0x639U, 0xe44U, 0xbdU, 0x2177U, 0xd55cU}) {
    EXPECT_EQ(char_kind(c), CharKind::letter) << c;
  }
  // 語, あ, カ, ㄅ, and of the supplementary plane 𠮷
  for (const std::uint32_t c : {0x8a9eU, 0x3042U, 0x30abU, 0x3105U, 0x20bb7U}) {
    EXPECT_EQ(char_kind(c), CharKind::ideograph) << c;
  }
  // Combining acute, Hebrew point, Thai vowel sign, zero width joiner, variation selector 16
  for (const std::uint32_t c : {0x301U, 0x5b8U, 0xe34U, 0x200dU, 0xfe0fU}) {
    EXPECT_EQ(char_kind(c), CharKind::extension) << c;
  }
  // !, €, «, 、, 😀, and the control U+0001
  for (const std::uint32_t c : {0x21U, 0x20acU, 0xabU, 0x3001U, 0x1f600U, 0x01U}) {
    EXPECT_EQ(char_kind(c), CharKind::symbol) << c;
  }
}

TEST(Utf8, MeasuresColumns) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("könig"), 5U);
  EXPECT_EQ(display_width("日本"), 4U);       // East Asian wide
  EXPECT_EQ(display_width("e\xcc\x81"), 1U);  // U+0301, a combining mark
  EXPECT_EQ(display_width("a\xff\xfe"), 3U);  // bytes that are not UTF-8
}

}  // namespace
}  // namespace wordvec::utf8_test
