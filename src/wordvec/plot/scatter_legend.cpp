#include "wordvec/plot/scatter_legend.h"

#include <algorithm>
#include <cmath>

namespace wordvec::plot {
namespace {

constexpr double kLargestFont = 12;
constexpr double kSmallestFont = 9;
constexpr double kRow = 20.0 / 12;  // heights and lengths, in font sizes
constexpr double kSmallestRow = 13.0 / 9;
constexpr double kMark = 5.0 / 12;  // the radius
constexpr double kGap = 8.0 / 12;   // between a mark and its name
constexpr double kBetween = 1;      // columns
constexpr std::size_t kMaxColumns = 4;
constexpr std::size_t kMaxLegendRows = 1'000'000;
constexpr double kNarrowestColumn = 55;  // in pixels
constexpr double kWidestColumn = 0.22;   // of the picture
constexpr double kWidest = 0.38;         // of the picture, all columns together

struct Grid {
  double font = kSmallestFont;
  std::size_t columns = kMaxColumns;
  std::size_t rows = 1;
};

double row_height(double font) {
  return font * (font > kSmallestFont ? kRow : kSmallestRow);
}

std::size_t rows_in(double height, double font) {
  const double rows = std::floor(height / row_height(font));
  return static_cast<std::size_t>(std::clamp(rows, 1.0, double{kMaxLegendRows}));
}

Grid grid_for(std::size_t entries, double width, double height) {
  const auto most =
      static_cast<std::size_t>(std::clamp(width / kNarrowestColumn, 1.0, double{kMaxColumns}));
  for (std::size_t columns = 1; columns <= most; ++columns) {
    for (double font = kLargestFont; font >= kSmallestFont; --font) {
      const std::size_t rows = rows_in(height, font);
      if (columns * rows >= entries) return {font, columns, std::min(rows, entries)};
    }
  }
  return {kSmallestFont, most, rows_in(height, kSmallestFont)};
}

}  // namespace

double legend_height(std::size_t entries) {
  return static_cast<double>(entries) * row_height(kLargestFont);
}

ScatterLegend lay_out_legend(std::span<const LegendText> texts, double picture_width, double height,
                             const TextMeasure& measure) {
  ScatterLegend legend;
  if (texts.empty()) return legend;
  const double columns_width = picture_width * kWidest;
  const Grid grid = grid_for(texts.size(), columns_width, height);
  const std::size_t most = grid.columns * grid.rows;
  for (const LegendText& text : texts) legend.entries.push_back({text.look, text.name, {}});
  if (texts.size() > most) {
    legend.unnamed = texts.size() - (most - 1);
    legend.entries.resize(most - 1);
    legend.entries.push_back({std::nullopt, "… " + std::to_string(legend.unnamed) + " more", {}});
  }
  legend.font_size = grid.font;
  legend.mark_radius = kMark * grid.font;
  const double before_name = 2 * legend.mark_radius + kGap * grid.font;
  const double widest_name =
      std::min(kWidestColumn * picture_width, columns_width / static_cast<double>(grid.columns) -
                                                  before_name - kBetween * grid.font);
  for (std::size_t first = 0; first < legend.entries.size(); first += grid.rows) {
    const double left = legend.width + (first == 0 ? 0 : kBetween * grid.font);
    double name_width = 0;
    for (std::size_t i = first; i < std::min(first + grid.rows, legend.entries.size()); ++i) {
      LegendEntry& entry = legend.entries[i];
      entry.name = shortened(entry.name, grid.font, widest_name, measure);
      name_width = std::max(name_width, measure.width(entry.name, grid.font));
      entry.centre = {left + legend.mark_radius,
                      (static_cast<double>(i - first) + 0.5) * row_height(grid.font)};
    }
    legend.width = left + before_name + name_width;
  }
  return legend;
}

}  // namespace wordvec::plot
