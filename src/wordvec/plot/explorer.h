// The explorer: a scatter plot of words as one HTML file, to be searched and walked through in a
// browser, without a network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string_view>

#include "wordvec/plot/picture_style.h"
#include "wordvec/plot/scatter_plot.h"

namespace wordvec {

// More points than this are drawn too slowly to be walked through.
inline constexpr std::size_t kMaxExplorerPoints = 100'000;
inline constexpr std::size_t kMaxExplorerNeighbors = 100;
// Where there are more groups, the largest have colours, and the others are grey.
inline constexpr std::size_t kExplorerGroupColours = 8;

// What the explorer knows of the points besides where they are. A view: what it points to must
// outlive it.
struct ExplorerDetails {
  static constexpr std::uint32_t kNoRow = std::numeric_limits<std::uint32_t>::max();

  // Of the points, their rows in the model: labels of lower rows have precedence. kNoRow for a
  // point that has none. Empty: the points are the model's first rows, in order.
  std::span<const std::uint32_t> rows{};
  // Of the points, the rows of their nearest neighbours, best first, kNoRow where there are fewer,
  // and their scores: [points, neighbors] both.
  std::size_t neighbors = 0;
  std::span<const std::uint32_t> neighbor_rows{};
  std::span<const float> neighbor_scores{};
  // The word of a row that is a neighbour of a point, and no point itself.
  std::function<std::string_view(std::uint32_t)> word_of_row{};
  std::size_t model_rows = 0;      // how many words there are to be neighbours; 0: not told
  Theme theme = Theme::automatic;  // until the reader chooses
};

// Throws Error(usage) when the explorer cannot show the plot: too many points, groups, or
// neighbours of each point, or not 2 or 3 components.
void check_explorer(const ScatterPlot& plot, std::size_t neighbors);

// Writes the page in pieces, front to back. The same plot and details make the same bytes. Labels
// and words are shown as printable() makes them (base/quote.h), as text whatever is in them.
// Coordinates are kept as they are, scores to four decimals, variances to eight digits.
//
// Throws what check_explorer() throws; lines and groups must be in range, and arrays of the shapes
// that are promised.
void write_explorer(const ScatterPlot& plot, const ExplorerDetails& details,
                    const std::function<void(std::string_view)>& write);

}  // namespace wordvec
