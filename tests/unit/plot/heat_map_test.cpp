#include "wordvec/plot/heat_map.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "wordvec/base/utf8.h"

namespace wordvec::heat_map_test {
namespace {

HeatMap map_of(const std::vector<float>& values, std::size_t columns) {
  return {values, values.size() / columns, columns, "a < b & c", "down", "across"};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(HeatMapText, HasAShadeForEachFifth) {
  const std::vector<float> values = {-1, -0.5F, 0, 0.5F, 1, 1, -1, -1, -1, -1};
  const auto lines = lines_of(heat_map_text(map_of(values, 5), 80, CellColours::none));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "0  ░▒▓█");
  EXPECT_EQ(lines[1], "1 █");
  EXPECT_EQ(lines[2], "  0");
}

TEST(HeatMapText, DrawsWhatIsBeyondAsTheEnds) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values = {-7, 9, nan, INFINITY};
  EXPECT_EQ(lines_of(heat_map_text(map_of(values, 4), 80, CellColours::none))[0], "0  █▒█");
}

TEST(HeatMapText, HasTwoRowsALineInColour) {
  const std::vector<float> values = {1, -1, 0, 0, 1, 1};  // [3, 2]
  const auto lines = lines_of(heat_map_text(map_of(values, 2), 80, CellColours::true_colour));
  ASSERT_EQ(lines.size(), 3U);
  // Upper halves in the colour of the row, on the colour of the row below.
  EXPECT_EQ(lines[0],
            "0 \x1b[38;2;178;24;43m\x1b[48;2;247;247;247m▀"
            "\x1b[38;2;33;102;172m\x1b[48;2;247;247;247m▀\x1b[0m");
  EXPECT_EQ(lines[1], "2 \x1b[38;2;178;24;43m▀\x1b[38;2;178;24;43m▀\x1b[0m");
}

TEST(HeatMapText, TakesTheNearestColourOfAPalette) {
  const std::vector<float> values = {0};
  // xterm's 231 is 255, 255, 255.
  EXPECT_EQ(lines_of(heat_map_text(map_of(values, 1), 80, CellColours::palette256))[0],
            "0 \x1b[38;5;231m▀\x1b[0m");
}

TEST(HeatMapText, FitsTheTerminalInWholePairs) {
  std::vector<float> values(3 * 100);
  for (std::size_t c = 0; c < 100; ++c) values[c] = c % 2 == 0 ? -1.0F : 1.0F;
  for (const std::size_t width : {20U, 33U, 79U}) {
    const std::string text = heat_map_text(map_of(values, 100), width, CellColours::none);
    const auto lines = lines_of(text);
    EXPECT_LE(display_width(lines[0]), width);
    // Pairs of a blank and a full block stay pairs.
    EXPECT_GE(count(lines[0], "█"), width / 4);
    EXPECT_EQ(count(lines[0], " █"), count(lines[0], "█"));
    EXPECT_NE(lines.back().find("of 100 columns fit"), std::string::npos);
  }
  const std::string text = heat_map_text(map_of(values, 100), 102, CellColours::none);
  EXPECT_EQ(text.find("columns fit"), std::string::npos);
}

TEST(HeatMapSvg, HasACellOfItsColourForEachValue) {
  const std::vector<float> values = {1, -1, 0, 1, 1, 1};
  const std::string svg = heat_map_svg(map_of(values, 3));
  EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  const auto cells_of = [&](const std::string& colour) {
    const std::size_t path = svg.find("<path fill=\"" + colour + "\"");
    return path == std::string::npos ? 0
                                     : count(svg.substr(path, svg.find('\n', path) - path), "M");
  };
  EXPECT_EQ(cells_of("#b2182b"), 4U);
  EXPECT_EQ(cells_of("#2166ac"), 1U);
  EXPECT_EQ(cells_of("#f7f7f7"), 1U);
  EXPECT_NE(svg.find("<title>a &lt; b &amp; c</title>"), std::string::npos);
  EXPECT_EQ(heat_map_svg(map_of(values, 3)), svg);
}

}  // namespace
}  // namespace wordvec::heat_map_test
