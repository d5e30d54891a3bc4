// Where everything of a scatter plot is, for painters.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "wordvec/plot/geometry.h"
#include "wordvec/plot/label_placement.h"
#include "wordvec/plot/painter.h"
#include "wordvec/plot/picture_style.h"
#include "wordvec/plot/scatter_plot.h"
#include "wordvec/plot/text_measure.h"

namespace wordvec::plot {

// How the points of a group look.
struct GroupLook {
  Ink ink = Ink::group0;
  MarkShape shape = MarkShape::circle;
};

struct ScatterLayout {
  struct AxisTick {
    double position = 0;
    std::string label;
  };
  struct Mark {
    Point centre;
    GroupLook look;
    std::string name;
  };
  struct Label {
    std::string text;
    LabelPosition position;
  };
  struct LegendEntry {
    GroupLook look;
    std::string name;
    Point centre;  // of the mark
  };

  double width = 0;
  double height = 0;
  Box frame;  // of the points
  std::string title;
  std::string description;  // a sentence for who cannot see the picture
  std::string x_title;
  std::string y_title;
  std::vector<AxisTick> x_ticks;
  std::vector<AxisTick> y_ticks;
  double label_size = 0;  // of the points' labels, a font size
  double mark_radius = 0;
  std::vector<Segment> arrows;
  std::vector<Mark> marks;
  std::vector<Label> labels;
  std::vector<LegendEntry> legend;
  std::size_t hidden_labels = 0;
  std::size_t merged_groups = 0;  // that have no look of their own
};

// The first two components of `plot`, which has at least two. One unit is as long on both axes,
// since distances mean something; where the style names no height, it is as the points need.
// Groups have colours; past kGroupColours of them, other shapes with the same colours; past all
// looks, the smallest groups are shown as points of no group.
ScatterLayout lay_out(const ScatterPlot& plot, const PictureStyle& style,
                      const TextMeasure& measure);

void paint(const ScatterLayout& layout, Painter& painter);

// The looks of the groups of `plot`, with those that get none as kNoGroup has it.
struct GroupLooks {
  std::vector<GroupLook> looks;  // [group_names.size()]
  std::vector<bool> merged;      // [group_names.size()]
  std::size_t merged_groups = 0;
};
GroupLooks looks_of(const ScatterPlot& plot);

// "PC 1 (31.4 % of variance)".
std::string axis_title(const ScatterPlot& plot, std::size_t component);

}  // namespace wordvec::plot
