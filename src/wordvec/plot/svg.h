// Scatter plots as SVG.
#pragma once

#include <cstddef>
#include <string>

#include "wordvec/plot/picture_style.h"
#include "wordvec/plot/scatter_plot.h"

namespace wordvec {

struct SvgPicture {
  std::string svg;  // a whole document, UTF-8
  LeftOut left_out;
};

// The first two components of `plot`, of which it has at least two, as a standalone document that
// draws itself without scripts, fonts or files from elsewhere. Text stays text; each point has its
// word as <title>, which browsers show as a tooltip. With Theme::automatic it follows the reader's
// prefers-color-scheme. Labels are placed for the advance widths of a wide sans-serif. The same
// plot gives the same bytes.
SvgPicture draw_svg(const ScatterPlot& plot, const PictureStyle& style);

}  // namespace wordvec
