// A matrix as coloured cells, on a terminal or in a file.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace wordvec {

struct HeatMap {
  std::span<const float>
      values;  // [rows, columns], row after row; what is beyond ±1 is drawn as ±1
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::string title;
  std::string row_axis;     // what the rows are
  std::string column_axis;  // what the columns are
};

enum class CellColours {
  none,         // shades: a space for −1, ░ ▒ ▓, a full block for 1
  palette256,   // xterm's cube of 6 × 6 × 6 colours
  true_colour,  // 24 bits
};

// Lines of at most `width` terminal columns (but of eight cells at least): the row numbers, the
// cells, the columns' numbers. In colour a line has two rows, as halves of its characters. Where
// not all columns fit, every n-th pair of them is shown, and the last line says so.
std::string heat_map_text(const HeatMap& map, std::size_t width, CellColours colours);

// A picture as SVG has it, the same bytes for the same map. Minus one is blue, zero white and one
// red (ColorBrewer's RdBu, which the colour-blind can tell apart).
std::string heat_map_svg(const HeatMap& map);

}  // namespace wordvec
