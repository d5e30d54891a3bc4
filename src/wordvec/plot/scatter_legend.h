// The legend beside a scatter plot.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wordvec/plot/geometry.h"
#include "wordvec/plot/group_looks.h"
#include "wordvec/plot/text_measure.h"

namespace wordvec::plot {

struct LegendEntry {
  std::optional<GroupLook> look;  // none: words only
  std::string name;
  Point centre;  // of the mark
};

struct ScatterLegend {
  std::vector<LegendEntry> entries;
  double font_size = 0;
  double mark_radius = 0;
  double width = 0;         // 0: there is none
  std::size_t unnamed = 0;  // entries for which there is no room, counted in the last one
};

// How high the legend is with the largest font, in one column.
double legend_height(std::size_t entries);

// `texts` in rows that have their place in a box of `picture_width` × `height` whose corner is
// (0, 0), the legend in its left part: with the largest font and the fewest columns that have room
// for all, but not much more than a third of the picture. Names that are too long are cut.
ScatterLegend lay_out_legend(std::span<const LegendText> texts, double picture_width, double height,
                             const TextMeasure& measure);

}  // namespace wordvec::plot
