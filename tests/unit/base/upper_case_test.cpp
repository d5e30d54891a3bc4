#include "wordvec/base/upper_case.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace wordvec::upper_case_test {
namespace {

// Python 3.11: word.upper().
TEST(UpperCase, IsThatOfPython) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"king", "KING"},
      {"New-York 9", "NEW-YORK 9"},
      {"straße", "STRASSE"},
      {"été", "ÉTÉ"},
      {"ŉ", "ʼN"},
      {"ﬁn", "FIN"},
      {"ά", "Ά"},
      {"ᾳ", "ΑΙ"},
      {"ǆ", "Ǆ"},
      {"ÿ", "Ÿ"},
      {"ı", "I"},
      {"ſ", "S"},
      {"日本", "日本"},
      {"ⓐ", "Ⓐ"},
      {"𐐨", "𐐀"},
      {"ÀÉ", "ÀÉ"},
      {"ΐ", "\u0399\u0308\u0301"},
  };
  for (const auto& [text, upper] : cases) EXPECT_EQ(upper_case(text), upper) << text;
}

TEST(UpperCase, LeavesBytesThatAreNotUtf8) {
  EXPECT_EQ(upper_case("a\xff"
                       "b\xc3"),
            "A\xff"
            "B\xc3");
}

TEST(AsciiUpperCase, ChangesNoOtherBytes) {
  EXPECT_EQ(ascii_upper_case("az{`été\xff"), "AZ{`\xc3\xa9T\xc3\xa9\xff");
}

}  // namespace
}  // namespace wordvec::upper_case_test
