// Where everything of a scatter plot is, for painters.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "wordvec/plot/geometry.h"
#include "wordvec/plot/group_looks.h"
#include "wordvec/plot/label_placement.h"
#include "wordvec/plot/painter.h"
#include "wordvec/plot/picture_style.h"
#include "wordvec/plot/scatter_legend.h"
#include "wordvec/plot/scatter_plot.h"
#include "wordvec/plot/text_measure.h"

namespace wordvec::plot {

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
  ScatterLegend legend;  // centres in the picture
  LeftOut left_out;
};

// The first two components of `plot`, which has at least two. One unit is as long on both axes,
// since distances mean something; where the style names no height, it is as the points and the
// legend need. Groups look as looks_of() has it.
ScatterLayout lay_out(const ScatterPlot& plot, const PictureStyle& style,
                      const TextMeasure& measure);

void paint(const ScatterLayout& layout, Painter& painter);

// "PC 1 (31.4 % of variance)", or "… of the fitted words' variance".
std::string axis_title(const ScatterPlot& plot, std::size_t component);

}  // namespace wordvec::plot
