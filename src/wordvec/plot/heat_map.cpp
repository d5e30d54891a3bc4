#include "wordvec/plot/heat_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <iterator>
#include <map>
#include <string_view>

#include "wordvec/plot/ticks.h"
#include "wordvec/plot/xml_text.h"

namespace wordvec {
namespace {

struct Colour {
  int red = 0;
  int green = 0;
  int blue = 0;

  friend auto operator<=>(const Colour&, const Colour&) = default;
};

// The ends of ColorBrewer's RdBu with nine classes (https://colorbrewer2.org), and its middle.
constexpr Colour kLow = {33, 102, 172};
constexpr Colour kMiddle = {247, 247, 247};
constexpr Colour kHigh = {178, 24, 43};

double clamped(float value) {
  return std::isnan(value) ? 0.0 : std::clamp(static_cast<double>(value), -1.0, 1.0);
}

Colour colour_of(float value) {
  const double t = clamped(value);
  const Colour& end = t < 0 ? kLow : kHigh;
  const auto mix = [&](int from, int to) {
    return static_cast<int>(std::lround(from + (to - from) * std::abs(t)));
  };
  return {mix(kMiddle.red, end.red), mix(kMiddle.green, end.green), mix(kMiddle.blue, end.blue)};
}

std::string hex(const Colour& colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

// The nearest of the cube's colours, whose levels are 0, 95, 135, 175, 215 and 255.
int palette_index(const Colour& colour) {
  const auto level = [](int value) {
    return value < 48 ? 0 : value < 115 ? 1 : std::min(5, (value - 35) / 40);
  };
  return 16 + 36 * level(colour.red) + 6 * level(colour.green) + level(colour.blue);
}

void append_colour(std::string& out, int ground, const Colour& colour, CellColours colours) {
  auto end = std::back_inserter(out);
  if (colours == CellColours::true_colour) {
    fmt::format_to(end, "\x1b[{};2;{};{};{}m", ground, colour.red, colour.green, colour.blue);
  } else {
    fmt::format_to(end, "\x1b[{};5;{}m", ground, palette_index(colour));
  }
}

// The columns that are shown.
std::vector<std::size_t> chosen_columns(std::size_t columns, std::size_t room) {
  const std::size_t pairs = (columns + 1) / 2;
  const std::size_t step = columns <= room ? 1 : (pairs + room / 2 - 1) / (room / 2);
  std::vector<std::size_t> chosen;
  for (std::size_t c = 0; c < columns; ++c) {
    if (c / 2 % step == 0) chosen.push_back(c);
  }
  return chosen;
}

void append_shades(std::string& out, const HeatMap& map, std::size_t row,
                   std::span<const std::size_t> columns) {
  constexpr std::array<std::string_view, 5> kShades = {" ", "░", "▒", "▓", "█"};
  for (const std::size_t c : columns) {
    const double t = clamped(map.values[row * map.columns + c]);
    out += kShades[static_cast<std::size_t>(std::lround((t + 1) * 2))];
  }
}

void append_halves(std::string& out, const HeatMap& map, std::size_t row,
                   std::span<const std::size_t> columns, CellColours colours) {
  constexpr int kForeground = 38;
  constexpr int kBackground = 48;
  const bool has_lower = row + 1 < map.rows;
  for (const std::size_t c : columns) {
    append_colour(out, kForeground, colour_of(map.values[row * map.columns + c]), colours);
    if (has_lower) {
      append_colour(out, kBackground, colour_of(map.values[(row + 1) * map.columns + c]), colours);
    }
    out += "▀";
  }
  out += "\x1b[0m";
}

// The numbers of every 8th column or so, under the columns.
std::string column_numbers(std::span<const std::size_t> columns, std::size_t margin) {
  constexpr std::size_t kApart = 8;
  std::string line(margin, ' ');
  for (std::size_t at = 0; at < columns.size(); at += kApart) {
    const std::string number = fmt::format("{}", columns[at]);
    if (at + number.size() > columns.size() && at != 0) break;
    line.resize(margin + at, ' ');
    line += number;
  }
  return line;
}

std::string escaped(std::string_view text) {
  std::string out;
  plot::append_escaped(out, text);
  return out;
}

// Draws one picture; lengths are in pixels.
class Svg {
 public:
  explicit Svg(const HeatMap& map)
      : map_(map),
        cell_width_(cell_size(map.columns, 640)),
        cell_height_(cell_size(map.rows, 480)),
        width_(cell_width_ * static_cast<double>(map.columns)),
        height_(cell_height_ * static_cast<double>(map.rows)) {}

  std::string draw() {
    const double total_width = kLeft + width_ + kRight;
    const double total_height = kTop + height_ + kBottom;
    fmt::format_to(end(),
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
                   "viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" font-family=\"'Noto Sans', "
                   "'DejaVu Sans', Arial, sans-serif\" font-size=\"12\" fill=\"#222\">\n"
                   "<title>{2}</title>\n"
                   "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
                   total_width, total_height, escaped(map_.title));
    text(kLeft, 22, "start", map_.title, " font-size=\"14\"");
    cells();
    axes();
    legend();
    out_ += "</svg>\n";
    return std::move(out_);
  }

 private:
  static constexpr double kLeft = 64;
  static constexpr double kTop = 40;
  static constexpr double kRight = 88;
  static constexpr double kBottom = 48;

  static double cell_size(std::size_t cells, double room) {
    return std::clamp(std::floor(room / static_cast<double>(cells)), 1.0, 16.0);
  }

  std::back_insert_iterator<std::string> end() { return std::back_inserter(out_); }

  void text(double x, double y, std::string_view anchor, std::string_view content,
            std::string_view more = "") {
    fmt::format_to(end(), "<text x=\"{:g}\" y=\"{:g}\" text-anchor=\"{}\"{}>{}</text>\n", x, y,
                   anchor, more, escaped(content));
  }

  void rectangle(double x, double y, double width, double height, const Colour& colour) {
    fmt::format_to(end(),
                   "<rect x=\"{:g}\" y=\"{:g}\" width=\"{:g}\" height=\"{:g}\" "
                   "fill=\"{}\"/>\n",
                   x, y, width, height, hex(colour));
  }

  // All cells of a colour are one path: a cell takes a third of the bytes that a <rect> would.
  void cells() {
    std::map<Colour, std::string> paths;
    for (std::size_t r = 0; r < map_.rows; ++r) {
      for (std::size_t c = 0; c < map_.columns; ++c) {
        const float value = map_.values[r * map_.columns + c];
        fmt::format_to(std::back_inserter(paths[colour_of(value)]), "M{:g} {:g}h{:g}v{:g}h-{:g}z",
                       kLeft + static_cast<double>(c) * cell_width_,
                       kTop + static_cast<double>(r) * cell_height_, cell_width_, cell_height_,
                       cell_width_);
      }
    }
    out_ += "<g shape-rendering=\"crispEdges\">\n";
    for (const auto& [colour, path] : paths) {
      fmt::format_to(end(), "<path fill=\"{}\" d=\"{}\"/>\n", hex(colour), path);
    }
    fmt::format_to(end(),
                   "</g>\n<rect x=\"{:g}\" y=\"{:g}\" width=\"{:g}\" height=\"{:g}\" "
                   "fill=\"none\" stroke=\"#888\"/>\n",
                   kLeft, kTop, width_, height_);
  }

  static std::vector<plot::Tick> marks(std::size_t cells, double least_step) {
    if (cells == 1) return {{0, "0"}};
    return plot::round_ticks(0, static_cast<double>(cells - 1), std::max(1.0, least_step));
  }

  void axes() {
    const double bottom = kTop + height_;
    // A mark for 40 pixels across, and one for 20 down; but never between two cells.
    for (const plot::Tick& tick : marks(map_.columns, 40 / cell_width_)) {
      text(kLeft + (tick.value + 0.5) * cell_width_, bottom + 16, "middle", tick.label);
    }
    for (const plot::Tick& tick : marks(map_.rows, 20 / cell_height_)) {
      text(kLeft - 6, kTop + (tick.value + 0.5) * cell_height_ + 4, "end", tick.label);
    }
    text(kLeft + width_ / 2, bottom + 36, "middle", map_.column_axis);
    const double middle = kTop + height_ / 2;
    text(18, middle, "middle", map_.row_axis,
         fmt::format(" transform=\"rotate(-90 18 {:g})\"", middle));
  }

  void legend() {
    constexpr int kSteps = 32;
    const double height = std::min(height_, 160.0) / kSteps;
    const double left = kLeft + width_ + 20;
    out_ += "<g shape-rendering=\"crispEdges\">\n";
    for (int i = 0; i < kSteps; ++i) {
      const float value = 1 - 2 * (static_cast<float>(i) + 0.5F) / kSteps;
      rectangle(left, kTop + i * height, 14, height, colour_of(value));
    }
    out_ += "</g>\n";
    text(left + 20, kTop + 8, "start", "1");
    text(left + 20, kTop + kSteps * height / 2 + 4, "start", "0");
    text(left + 20, kTop + kSteps * height, "start", "−1");
  }

  const HeatMap& map_;
  double cell_width_;
  double cell_height_;
  double width_;
  double height_;
  std::string out_;
};

}  // namespace

std::string heat_map_text(const HeatMap& map, std::size_t width, CellColours colours) {
  constexpr std::size_t kMinCells = 8;
  const std::size_t margin = fmt::formatted_size("{} ", map.rows == 0 ? 0 : map.rows - 1);
  const std::size_t room = std::max(kMinCells, width - std::min(width, margin));
  const std::vector<std::size_t> columns = chosen_columns(map.columns, room);
  const std::size_t rows_a_line = colours == CellColours::none ? 1 : 2;
  std::string out;
  for (std::size_t r = 0; r < map.rows; r += rows_a_line) {
    fmt::format_to(std::back_inserter(out), "{:>{}} ", r, margin - 1);
    if (colours == CellColours::none) {
      append_shades(out, map, r, columns);
      out.erase(out.find_last_not_of(' ') + 1);
    } else {
      append_halves(out, map, r, columns, colours);
    }
    out += '\n';
  }
  out += column_numbers(columns, margin) + '\n';
  if (columns.size() < map.columns) {
    fmt::format_to(std::back_inserter(out), "({} of {} columns fit)\n", columns.size(),
                   map.columns);
  }
  return out;
}

std::string heat_map_svg(const HeatMap& map) {
  return Svg(map).draw();
}

}  // namespace wordvec
