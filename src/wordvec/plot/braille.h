// Scatter plots for terminals.
#pragma once

#include <cstddef>
#include <string>

#include "wordvec/plot/scatter_plot.h"

namespace wordvec {

struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

struct TextPicture {
  std::string text;  // lines
  LeftOut left_out;
};

// The first two components of `plot`, of which it has at least two, in lines that are not wider
// than `size` and at most as many as it has rows (but at least kMinRows). Points are dots of
// braille characters (Unicode's U+2800 block), two across and four down in a cell, so that with the
// usual cells, twice as high as wide, one unit is as long on both axes. Labels stand where they
// cover neither another nor a point. `colour`: with SGR escapes for groups.
TextPicture draw_braille(const ScatterPlot& plot, TerminalSize size, bool colour);

inline constexpr std::size_t kMinRows = 10;

}  // namespace wordvec
