#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <string>

#include "wordvec/base/utf8.h"
#include "wordvec/plot/braille.h"
#include "wordvec/plot/scatter_layout.h"
#include "wordvec/plot/svg.h"
#include "wordvec/plot/text_measure.h"

namespace wordvec::pictures_test {
namespace {

using namespace plot;

ScatterPlot small_plot() {
  ScatterPlot plot;
  plot.points = {0, 0, 4, 0, 0, 2, 4, 2};
  plot.labels = {"a", "b", "c", "d"};
  plot.explained_variance_ratio = {0.8, 0.2};
  return plot;
}

TEST(SansMeasure, IsWideForEastAsianCharactersAndZeroForCombiningMarks) {
  const SansMeasure measure;
  EXPECT_DOUBLE_EQ(measure.width("中国", 10), 20);
  EXPECT_DOUBLE_EQ(measure.width("e\u0301", 10), measure.width("e", 10));
  EXPECT_DOUBLE_EQ(measure.width("", 10), 0);
  EXPECT_NEAR(measure.width("il", 1000), 278 + 278, 1e-9);  // DejaVu Sans
  EXPECT_GT(measure.width("Ж", 10), measure.width("ж", 10) - 1e-9);
}

TEST(SansMeasure, ShortensBetweenCharacters) {
  const SansMeasure measure;
  EXPECT_EQ(shortened("king", 10, 100, measure), "king");
  EXPECT_EQ(shortened("中中中中中", 10, 35, measure), "中中…");
  EXPECT_EQ(shortened("e\u0301e\u0301e\u0301e\u0301", 10, 24, measure), "e\u0301e\u0301…");
  EXPECT_TRUE(is_valid_utf8(shortened(std::string(100000, 'i'), 10, 50, measure)));
}

TEST(ScatterLayout, HasOneScaleForBothAxes) {
  const auto layout = lay_out(small_plot(), {}, SansMeasure());
  ASSERT_EQ(layout.marks.size(), 4U);
  const double across = layout.marks[1].centre.x - layout.marks[0].centre.x;
  const double up = layout.marks[0].centre.y - layout.marks[2].centre.y;
  EXPECT_GT(up, 0);  // the second component grows upwards
  EXPECT_NEAR(across, 2 * up, 1e-9);
  for (const auto& mark : layout.marks) {
    EXPECT_TRUE(contains(layout.frame, box_around(mark.centre, layout.mark_radius)));
  }
  EXPECT_EQ(layout.x_title, "PC 1 (80.0 % of variance)");
  EXPECT_EQ(layout.y_title, "PC 2 (20.0 % of variance)");
}

TEST(ScatterLayout, PutsTicksWhereTheirValuesAre) {
  const auto layout = lay_out(small_plot(), {}, SansMeasure());
  bool seen = false;
  for (const auto& tick : layout.x_ticks) {
    if (tick.label != "4" && tick.label != "4.0") continue;
    EXPECT_NEAR(tick.position, layout.marks[1].centre.x, 1e-9);
    seen = true;
  }
  EXPECT_TRUE(seen);
}

TEST(ScatterLayout, TakesPointsThatAreTheSameOrNotFinite) {
  ScatterPlot plot;
  plot.points = {1, 1, 1, 1, HUGE_VALF, 0};
  plot.labels = {"a", "b", "c"};
  const auto layout = lay_out(plot, {}, SansMeasure());
  EXPECT_EQ(layout.marks.size(), 2U);
  EXPECT_EQ(layout.labels.size(), 2U);
  EXPECT_EQ(layout.left_out.labels, 1U);
  EXPECT_EQ(draw_braille(plot, {40, 12}, false).left_out.labels, 1U);
}

TEST(ScatterLayout, GivesManyGroupsOtherShapesThenMergesTheSmallest) {
  ScatterPlot plot;
  constexpr std::uint32_t kGroups = kGroupColours * kMarkShapes + 2;
  for (std::uint32_t g = 0; g < kGroups; ++g) {
    plot.group_names.push_back("g" + std::to_string(g));
    for (int i = 0; i < (g == 3 || g == 7 ? 1 : 2); ++i) {
      plot.groups.push_back(g);
      plot.labels.push_back("w");
      plot.points.insert(plot.points.end(), {static_cast<float>(g), static_cast<float>(i)});
    }
  }
  const GroupLooks looks = looks_of(plot);
  EXPECT_EQ(looks.merged_groups, 2U);
  EXPECT_TRUE(looks.merged[3] && looks.merged[7]);
  EXPECT_EQ(looks.looks[0].shape, MarkShape::circle);
  EXPECT_EQ(looks.looks[8].shape, MarkShape::circle);  // the seventh, without 3 and 7
  EXPECT_EQ(looks.looks[9].shape, MarkShape::square);
  EXPECT_EQ(looks.looks[3].ink, Ink::neutral);
  EXPECT_EQ(lay_out(plot, {}, SansMeasure()).legend.entries.back().name, "other (2 groups)");
}

TEST(Svg, EscapesWhatIsNoText) {
  ScatterPlot plot = small_plot();
  plot.title = "<&>";
  plot.labels = {"</script>", "\"&", "\x01\xff", "\xef\xbf\xbf"};
  const std::string svg = draw_svg(plot, {}).svg;
  EXPECT_TRUE(is_valid_utf8(svg));
  EXPECT_EQ(svg.find("</script>"), std::string::npos);
  EXPECT_NE(svg.find("&lt;/script&gt;</text>"), std::string::npos);
  EXPECT_NE(svg.find(">&quot;&amp;</text>"), std::string::npos);
  EXPECT_NE(svg.find(">\\x01\\xff</text>"), std::string::npos);
  EXPECT_EQ(svg.find("\xef\xbf\xbf"), std::string::npos);
  EXPECT_NE(svg.find("<title>&lt;&amp;&gt;</title>"), std::string::npos);
}

TEST(Svg, FollowsTheReadersThemeOnlyWhenAsked) {
  PictureStyle style;
  EXPECT_EQ(draw_svg(small_plot(), style).svg.find("@media"), std::string::npos);
  style.theme = Theme::automatic;
  EXPECT_NE(draw_svg(small_plot(), style).svg.find("@media (prefers-color-scheme:dark)"),
            std::string::npos);
}

TEST(Braille, PutsADotWhereThePointIs) {
  ScatterPlot plot;
  plot.points = {0, 0, 1, 1};
  plot.labels = {"low", "high"};
  const TextPicture picture = draw_braille(plot, {40, 12}, false);
  std::istringstream lines(picture.text);
  std::string line;
  std::size_t low = 0, high = 0, row = 0;
  for (; std::getline(lines, line); ++row) {
    EXPECT_LE(display_width(line), 40U);
    if (line.find("low") != std::string::npos) low = row;
    if (line.find("high") != std::string::npos) high = row;
  }
  EXPECT_LE(row, 12U);
  EXPECT_GT(low, high);
  EXPECT_EQ(picture.left_out.labels, 0U);
}

TEST(Braille, CoversNothingWithWideWordsAndSmallTerminals) {
  ScatterPlot plot;
  for (int i = 0; i < 60; ++i) {
    plot.labels.push_back(i % 2 == 0 ? "北京" : "word\x07\xff");
    plot.points.insert(plot.points.end(),
                       {std::sin(static_cast<float>(i)), std::cos(static_cast<float>(3 * i))});
  }
  for (const std::size_t columns : {1U, 20U, 33U, 80U, 200U}) {
    const TextPicture picture = draw_braille(plot, {columns, 15}, false);
    EXPECT_TRUE(is_valid_utf8(picture.text));
    EXPECT_EQ(picture.text.find('\x07'), std::string::npos);
    std::size_t shown = 0;
    for (const std::string word : {"北京", "word\\x07\\xff"}) {
      for (std::size_t at = 0; (at = picture.text.find(word, at)) != std::string::npos; ++at) {
        ++shown;
      }
    }
    // Where a label is cut, it is not found whole.
    if (columns >= 80) {
      EXPECT_EQ(shown + picture.left_out.labels, 60U);
    }
    std::istringstream lines(picture.text);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(display_width(line), std::max<std::size_t>(20, columns));
    }
  }
}

}  // namespace
}  // namespace wordvec::pictures_test
